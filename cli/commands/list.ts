/** `handshake13 list`: the probes, the findings or the clauses, for people or for programs. */

import wrapAnsi from 'wrap-ansi';
import { groups, groupTitles } from '../../cases/case.ts';
import { caseCatalogue } from '../../cases/catalogue.ts';
import { catalogue } from '../../probes/catalogue.ts';
import { families, familyTitles } from '../../probes/probe.ts';
import { clientFindingKinds } from '../../scoring/client/client-finding-kinds.ts';
import { findingKinds, withGaps } from '../../scoring/finding-kinds.ts';
import { clauses } from '../../spec/clauses.ts';
import { clientClauses } from '../../spec/client-clauses.ts';
import { exitCodes } from '../exit-codes.ts';
import type { ListSubject } from '../options/command-options.ts';

interface Listing {
  /** For `--json`. */
  readonly entries: () => readonly object[];
  readonly rows: () => readonly Row[];
  /** How many there are, and what they are called. */
  readonly total: string;
}

/** A heading, or an entry: its columns, of which only the last one wraps. */
type Row = string | readonly [first: string, ...others: string[]];

const listings = {
  probes: {
    entries: () => catalogue.map(({ request: _request, ...probe }) => probe),
    rows: () =>
      families.flatMap((family) => [
        `${family}: ${familyTitles[family]}`,
        ...catalogue
          .filter((probe) => probe.family === family)
          .map(({ id, expects, tier, title }): Row => [id, expects, tier, title]),
        '',
      ]),
    total: `${catalogue.length} probes`,
  },
  findings: {
    entries: findingTitles,
    rows: () => [...findingTitles().map(({ id, title }): Row => [id, title]), ''],
    total: `${findingKinds.length} kinds of finding`,
  },
  clauses: {
    entries: () => Object.entries(clauses).map(([id, clause]) => ({ id, ...clause })),
    rows: () => [...Object.entries(clauses).map(([id, { source }]): Row => [id, source]), ''],
    total: `${Object.keys(clauses).length} clauses`,
  },
} as const satisfies Record<ListSubject, Listing>;

/** What `--client` lists in their place. */
const clientListings = {
  probes: {
    entries: () => caseCatalogue,
    rows: () =>
      groups.flatMap((group) => [
        `${group}: ${groupTitles[group]}`,
        ...caseCatalogue
          .filter((one) => one.group === group)
          .map(({ id, expects, tier, title }): Row => [id, expects, tier, title]),
        '',
      ]),
    total: `${caseCatalogue.length} cases`,
  },
  findings: {
    entries: () => clientFindingKinds,
    rows: () => [...clientFindingKinds.map(({ id, title }): Row => [id, title]), ''],
    total: `${clientFindingKinds.length} kinds of finding about clients`,
  },
  clauses: {
    entries: () => Object.entries(clientClauses).map(([id, clause]) => ({ id, ...clause })),
    rows: () => [...Object.entries(clientClauses).map(([id, { source }]): Row => [id, source]), ''],
    total: `${Object.keys(clientClauses).length} clauses about clients`,
  },
} as const satisfies Record<ListSubject, Listing>;

/** @returns the exit code */
export function runList(
  subject: ListSubject,
  { json: asJson, client }: { json: boolean; client: boolean },
): number {
  const listing = (client ? clientListings : listings)[subject];
  process.stdout.write(asJson ? `${JSON.stringify(listing.entries(), null, 2)}\n` : table(listing));
  return exitCodes.conformant;
}

/** A title with a gap shows what is filled in: what was seen. */
function findingTitles(): { id: string; title: string }[] {
  return findingKinds
    .map(({ id, title }) => ({ id, title: withGaps(title) }))
    .sort((a, b) => (a.id < b.id ? -1 : 1));
}

function table({ rows, total }: Listing): string {
  const lines = rows();
  const columns = lines.filter((row) => typeof row !== 'string');
  const widths = (columns[0] ?? []).map((_, i) => Math.max(...columns.map((row) => row[i]?.length ?? 0)));
  const text = lines.map((row) => (typeof row === 'string' ? row : entryLines(row, widths)));
  return `${text.join('\n')}${total}; "handshake13 explain ID" describes one\n`;
}

/** One line where it is piped, so that it can be searched; wrapped in a terminal. */
function entryLines(row: readonly string[], widths: readonly number[]): string {
  const before = row.slice(0, -1).map((cell, i) => cell.padEnd(widths[i] ?? 0));
  const indent = `  ${before.map((cell) => `${cell}  `).join('')}`;
  const last = row.at(-1) ?? '';
  if (process.stdout.columns === undefined) return `${indent}${last}`;
  const width = Math.max(process.stdout.columns - indent.length, 20);
  return `${indent}${wrapAnsi(last, width).replaceAll('\n', `\n${' '.repeat(indent.length)}`)}`;
}
