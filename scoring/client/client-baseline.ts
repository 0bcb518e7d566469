/**
 * The baseline of clients: which of their findings are known beforehand, which of them are known no longer, and which
 * did not happen.
 */

import { isExpired } from '../baseline.ts';
import { isNew } from '../findings.ts';
import type { KnownFailure, UnexpectedPass } from '../known-failure.ts';
import type { SourceLocation } from '../source-location.ts';
import type { ClientCauseId } from './client-causes.ts';
import { clientFindingKinds } from './client-finding-kinds.ts';
import type { ClientFinding, JudgedCase } from './client-findings.ts';

/** A finding that is known, and why it is tolerated. */
export interface ClientBaselineEntry extends KnownFailure {
  /** The name of a client as reports show it, or a glob of such names. Left out: every client. */
  readonly client?: string;
  /** The id of the finding. */
  readonly finding: ClientCauseId;
  /** Where it is written, for messages and reports. */
  readonly location?: SourceLocation;
}

/** What a baseline says of one client, on one day. */
export interface ClientBaseline {
  /** Each with its place in the baseline, from 0. */
  readonly listed: readonly { readonly index: number; readonly entry: ClientBaselineEntry }[];
  /** `2026-12-31`, UTC. */
  readonly today: string;
}

export const emptyClientBaseline: ClientBaseline = { listed: [], today: '' };

/** The findings with what the baseline says of them; those that are known come last. */
export function markFindings(
  findings: readonly ClientFinding[],
  { listed, today }: ClientBaseline,
): ClientFinding[] {
  const marked = findings.map((finding): ClientFinding => {
    const entries = listed.flatMap(({ entry }) => (entry.finding === finding.id ? [entry] : []));
    const valid = entries.find((entry) => !isExpired(entry, today));
    if (valid !== undefined) return { ...finding, known: [reasonOf(valid)] };
    return { ...finding, expired: entries.slice(0, 1).map(reasonOf) };
  });
  return [...marked.filter(isNew), ...marked.filter((finding) => !isNew(finding))];
}

/** The entries whose finding did not happen. Of one that rests on a case without a verdict, nothing is said. */
export function findUnexpectedClientPasses(
  findings: readonly ClientFinding[],
  judged: readonly JudgedCase[],
  casesInCatalogue: number,
  { listed }: ClientBaseline,
): UnexpectedPass[] {
  const conclusive = judged.filter(({ verdict }) => verdict.verdict !== 'inconclusive');
  const happened = new Set<string | null>([
    ...findings.map(({ id }) => id),
    // What another finding explains has happened too.
    ...judged.map(({ verdict }) => verdict.cause),
  ]);
  const isDecided = (finding: ClientCauseId): boolean => {
    const { cases = [] } = clientFindingKinds.find(({ id }) => id === finding) ?? {};
    return cases.length === 0
      ? conclusive.length === casesInCatalogue
      : cases.every((id) => conclusive.some(({ one }) => one.id === id));
  };
  return listed
    .filter(({ entry: { finding } }) => !happened.has(finding) && isDecided(finding))
    .map(({ index, entry }) => ({
      index,
      probe: null,
      criterion: entry.finding,
      ...(entry.location !== undefined && { location: entry.location }),
      ...reasonOf(entry),
    }));
}

/** What the entry says of the finding it lists, and no more. */
function reasonOf({ reason, owner, until }: ClientBaselineEntry): KnownFailure {
  return { reason, ...(owner !== undefined && { owner }), ...(until !== undefined && { until }) };
}
