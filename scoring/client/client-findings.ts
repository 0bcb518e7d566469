/** Findings about a client: failures that share a cause, said once, in words a person can act on. */

import type { Case } from '../../cases/case.ts';
import type { ClientClauseId } from '../../spec/client-clauses.ts';
import type { KnownFailure } from '../known-failure.ts';
import { type Level, levels } from '../verdict.ts';
import { type ClientCause, type ClientCauseId, clientCauses, explains } from './client-causes.ts';
import type { CaseVerdict } from './judge-case.ts';
import type { RequestFailure } from './judge-requests.ts';

export interface ClientFinding {
  /** Stable: that of its cause. */
  readonly id: ClientCauseId;
  /** The strictest level among the failures. */
  readonly level: Level;
  readonly title: string;
  /** What the client seems to do; null where the cases do not show it. */
  readonly cause: string | null;
  /** What goes wrong because of it. */
  readonly impact: string;
  readonly fix: string;
  /** What the first failure asked for, and what came instead. */
  readonly expected: string;
  readonly actual: string;
  /** Ids of the cases that show it, the example first. */
  readonly cases: readonly string[];
  readonly clauses: readonly ClientClauseId[];
  /** Why it is tolerated. Empty for what is new. */
  readonly known: readonly KnownFailure[];
  /** What the baseline says of it that is no longer tolerated. */
  readonly expired: readonly KnownFailure[];
}

export interface JudgedCase {
  readonly one: Case;
  readonly verdict: CaseVerdict;
}

type FailedCase = JudgedCase & { readonly cause: ClientCauseId };

/** The most serious first, then those of the request, then in the order of the catalogue. */
export function findClientFaults(
  requests: readonly RequestFailure[],
  judged: readonly JudgedCase[],
): ClientFinding[] {
  const failed = judged.flatMap(({ one, verdict }): FailedCase[] =>
    verdict.cause === null ? [] : [{ one, verdict, cause: verdict.cause }],
  );
  const present = new Set(failed.map(({ cause }) => cause));
  const causeOf = (cause: ClientCauseId): ClientCauseId => {
    const explanation = [...present].find((candidate) => explains[candidate]?.includes(cause));
    return explanation === undefined ? cause : causeOf(explanation);
  };
  const groups = new Map<ClientCauseId, FailedCase[]>();
  for (const one of failed) groups.set(causeOf(one.cause), [...(groups.get(causeOf(one.cause)) ?? []), one]);
  const findings = [
    ...requests.map(requestFinding),
    ...[...groups].map(([cause, cases]) => caseFinding(cause, cases)),
  ];
  return findings.sort((a, b) => levels.indexOf(a.level) - levels.indexOf(b.level));
}

function requestFinding({ cause, cases, ...failure }: RequestFailure): ClientFinding {
  const { title, cause: diagnosis, level = 'MUST', impact = '', fix = '' }: ClientCause = clientCauses[cause];
  return {
    id: cause,
    level,
    title,
    cause: diagnosis,
    impact,
    fix,
    ...failure,
    cases,
    known: [],
    expired: [],
  };
}

function caseFinding(id: ClientCauseId, cases: readonly FailedCase[]): ClientFinding {
  const entry: ClientCause = clientCauses[id];
  // The case that gives the cause its name is the example, not one that it explains as well.
  const ordered = [
    ...cases.filter(({ cause }) => cause === id),
    ...cases.filter(({ cause }) => cause !== id),
  ];
  const [example] = ordered;
  return {
    id,
    level: levels.find((level) => cases.some(({ verdict }) => verdict.level === level)) ?? 'MUST',
    title: entry.title,
    cause: entry.cause,
    impact: entry.impact ?? example?.one.why ?? '',
    fix: entry.fix ?? example?.one.fix ?? '',
    expected: example?.verdict.expected ?? '',
    actual: example?.verdict.actual ?? '',
    cases: ordered.map(({ one }) => one.id),
    clauses: [...new Set([...(entry.clauses ?? []), ...ordered.flatMap(({ verdict }) => verdict.clauses)])],
    known: [],
    expired: [],
  };
}
