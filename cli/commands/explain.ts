/** `handshake13 explain`: describes a probe, a family, a finding or a clause. */

import wrapAnsi from 'wrap-ansi';
import { didYouMean } from '../../audit/plan/did-you-mean.ts';
import { catalogue, findProbe } from '../../probes/catalogue.ts';
import { type Family, families, familyTitles, type Probe, tierTitles } from '../../probes/probe.ts';
import { escapeLines } from '../../reporters/escape.ts';
import { whichClientsFail } from '../../scoring/client-failures.ts';
import { type FindingKind, findingKinds } from '../../scoring/finding-kinds.ts';
import { type ClauseId, clauses } from '../../spec/clauses.ts';
import { serialiseRequest } from '../../wire/http1/serialise-request.ts';
import { UsageError } from '../../wire/usage-error.ts';
import { exitCodes } from '../exit-codes.ts';

const expectations = {
  accept: '101 Switching Protocols, without Sec-WebSocket-Version',
  reject: '400 Bad Request with Sec-WebSocket-Version: 13, and close the connection',
  either: 'either 101 or 400: both are correct, so the response is only observed',
} as const satisfies Record<Probe['expects'], string>;

/** @returns the exit code */
export function runExplain(id: string): number {
  process.stdout.write(explanationOf(id));
  return exitCodes.conformant;
}

/** @throws UsageError for a word that names nothing, or several probes */
function explanationOf(word: string): string {
  const probe = findProbe(word);
  if (probe !== undefined) return explainProbe(probe);
  if (isClause(word)) return explainClause(word);
  const family = families.find((name) => name === word);
  if (family !== undefined) return explainFamily(family);
  const kind = findingKinds.find(({ id }) => id === word);
  if (kind !== undefined) return explainFinding(kind);
  const [named, ...others] = catalogue.filter((candidate) => candidate.id.endsWith(`/${word}`));
  if (named !== undefined && others.length === 0) return explainProbe(named);
  if (named !== undefined)
    throw new UsageError(
      `"${word}" is the name of ${others.length + 1} probes: ${[named, ...others].map(({ id }) => id).join(', ')}`,
    );
  const known = [
    ...catalogue.map(({ id }) => id),
    ...families,
    ...findingKinds.map(({ id }) => id),
    ...Object.keys(clauses),
  ];
  const hint = didYouMean(word, known, '"handshake13 list" lists the probes');
  throw new UsageError(`there is no probe, family, finding or clause "${word}"; ${hint}`);
}

function isClause(id: string): id is ClauseId {
  return Object.hasOwn(clauses, id);
}

function explainProbe(probe: Probe): string {
  const { bytes } = serialiseRequest(probe.request, {
    requestTarget: '/',
    scheme: 'http',
    host: 'server.example',
    addedFields: [],
  });
  const width = textWidth() - 4;
  return sections([
    [probe.id, [probe.title]],
    ['What is sent (with a new key each time)', escapeLines(bytes, width, 12)],
    ['What differs from the control', [probe.varies]],
    [
      probe.level === 'SHOULD' ? 'What a server should do' : 'What a server must do',
      [
        expectations[probe.expects],
        ...(probe.tier === 'stress' ? ['answer in time, and accept handshakes afterwards'] : []),
      ],
    ],
    ['Tier', [`${probe.tier}: ${tierTitles[probe.tier]}`]],
    ['Why it matters', [probe.why]],
    ['How to fix it', [probe.fix]],
    ['Sources', probe.clauses.map((id) => `${id}: ${clauses[id].source}, ${clauses[id].url}`)],
  ]);
}

function explainFamily(family: Family): string {
  const members = catalogue.filter((probe) => probe.family === family);
  return sections([
    [family, [familyTitles[family]]],
    ['Probes', members.map(({ id, title }) => `${id}: ${title}`)],
  ]);
}

function explainFinding({
  id,
  title,
  diagnosis,
  detail,
  clients,
  fix,
  clauses: sources,
}: FindingKind): string {
  return sections([
    [id, [title]],
    ...(diagnosis === undefined ? [] : [['Probable cause', [diagnosis]] as const]),
    ['Impact', clients === undefined ? [detail] : [detail, whichClientsFail(clients)]],
    ['How to fix it', [fix]],
    ['Sources', sources.map((source) => `${source}: ${clauses[source].source}, ${clauses[source].url}`)],
  ]);
}

function explainClause(id: ClauseId): string {
  const { source, url, says } = clauses[id];
  const tested = catalogue.filter((probe) => probe.clauses.includes(id)).map((probe) => probe.id);
  return sections([
    [id, [`${source}, ${url}`]],
    ['What a server must do', [says]],
    [
      'Probes that test it',
      tested.length > 0 ? [tested.join(', ')] : ['none: it is checked on every response'],
    ],
  ]);
}

function sections(parts: readonly (readonly [title: string, lines: readonly string[]])[]): string {
  const width = textWidth() - 2;
  const indent = (text: string): string => wrapAnsi(text, width, { hard: true }).replace(/^/gm, '  ');
  return `${parts.map(([title, lines]) => [title, ...lines.map(indent)].join('\n')).join('\n\n')}\n`;
}

function textWidth(): number {
  return Math.min(process.stdout.columns ?? 80, 110);
}
