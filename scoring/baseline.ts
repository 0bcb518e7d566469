/**
 * The baseline: which failures are known beforehand, which of them are known no longer, and which did not happen.
 *
 * Pure: which targets and probes an entry names is settled before, and the day is an argument.
 */

import { checkNames } from './checks.ts';
import { criterionNames } from './criteria.ts';
import type { ScoredProbe } from './findings.ts';
import type { KnownFailure, UnexpectedPass } from './known-failure.ts';
import type { Scorecard } from './scorecard.ts';
import type { SourceLocation } from './source-location.ts';
import type { Failed, Verdict } from './verdict.ts';

/** What an entry can list: a criterion, a check, the check of the target as a whole, or all of them. */
export const baselineCriteria = [...criterionNames, ...checkNames, 'listHonesty', '*'] as const;

export type BaselineCriterion = (typeof baselineCriteria)[number];

/** One entry of a baseline: failures that are known, and why they are tolerated. */
export interface BaselineEntry extends KnownFailure {
  /** The URL of a target as reports name it, a glob of such URLs, or a target's label. Left out: every target. */
  readonly target?: string;
  /** A glob of probe ids, or the name of a family. `listHonesty` needs none; `*` without one is all there is. */
  readonly probe?: string;
  readonly criterion: BaselineCriterion;
  /** Where it is written, for messages and reports. */
  readonly location?: SourceLocation;
}

/** An entry that is about a certain target, with the probes that it rests on. */
export interface ListedFailures {
  readonly entry: BaselineEntry;
  /** The entry's place in the baseline, from 0. */
  readonly index: number;
  /** Ids of all the probes that there are and that it names: every probe where it is about the target as a whole. */
  readonly probes: ReadonlySet<string>;
}

/** What a baseline says of one target, on one day. */
export interface TargetBaseline {
  readonly listed: readonly ListedFailures[];
  /** `2026-12-31`, UTC. */
  readonly today: string;
}

export const emptyBaseline: TargetBaseline = { listed: [], today: '' };

/** Whether it is a day of the calendar, written `2026-12-31`. */
export function isDay(text: string): boolean {
  const date = new Date(`${text}T00:00:00Z`);
  return (
    /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text)
  );
}

/** The last day still counts. */
export function isExpired({ until }: KnownFailure, today: string): boolean {
  return until !== undefined && until < today;
}

/** @param probe null for the target as a whole */
function lists({ entry, probes }: ListedFailures, probe: string | null, criterion: string): boolean {
  if (probe === null) {
    return entry.criterion === 'listHonesty' || (entry.criterion === '*' && entry.probe === undefined);
  }
  return probes.has(probe) && (entry.criterion === '*' || entry.criterion === criterion);
}

/** What the entry says of the failures it lists, and no more. */
function reasonOf({ entry: { reason, owner, until } }: ListedFailures): KnownFailure {
  return { reason, ...(owner !== undefined && { owner }), ...(until !== undefined && { until }) };
}

/** A failure with what the baseline says of it: by the first entry that has not run out, or else by the first. */
function markFailure(failed: Failed, entries: readonly ListedFailures[], today: string): Failed {
  const valid = entries.find(({ entry }) => !isExpired(entry, today));
  if (valid !== undefined) return { ...failed, known: reasonOf(valid) };
  const [expired] = entries;
  return expired === undefined ? failed : { ...failed, expired: reasonOf(expired) };
}

/** The verdict on a target as a whole, a failure with what the baseline says of it. */
export function markListHonesty(verdict: Verdict, { listed, today }: TargetBaseline): Verdict {
  if (verdict.verdict !== 'fail') return verdict;
  return markFailure(
    verdict,
    listed.filter((one) => lists(one, null, 'listHonesty')),
    today,
  );
}

/** A probe's scorecard, its failures with what the baseline says of them. */
export function markScorecard(
  scorecard: Scorecard,
  probe: string,
  { listed, today }: TargetBaseline,
): Scorecard {
  const mark = ([name, verdict]: [string, Verdict]): [string, Verdict] => {
    if (verdict.verdict !== 'fail') return [name, verdict];
    const names = followsFromStatus(verdict, scorecard) ? [name, 'status'] : [name];
    const entries = listed.filter((one) => names.some((criterion) => lists(one, probe, criterion)));
    return [name, markFailure(verdict, entries, today)];
  };
  return {
    ...scorecard,
    criteria: mapEntries(scorecard.criteria, mark),
    checks: mapEntries(scorecard.checks, mark),
  };
}

/**
 * Whether a failure is the failure of `status` over again: a handshake that is answered 101, or not at all, gets no
 * list and no close either. An entry that lists `status` lists what follows from it too.
 */
export function followsFromStatus(verdict: Failed, { criteria: { status } }: Scorecard): boolean {
  return status.verdict === 'fail' && verdict.cause === status.cause;
}

/** @param change keeps the names */
function mapEntries<T extends Readonly<Record<string, Verdict>>>(
  verdicts: T,
  change: (entry: [string, Verdict]) => [string, Verdict],
): T {
  return Object.fromEntries(Object.entries(verdicts).map(change)) as T;
}

/**
 * The entries that list failures of which not one happened. Of an entry that rests on a probe which was not sent, or
 * which has no verdict, nothing is said.
 */
export function findUnexpectedPasses(
  { listed }: TargetBaseline,
  scored: readonly ScoredProbe[],
  listHonesty: Verdict,
): UnexpectedPass[] {
  const judged = new Set<string>(
    scored.filter(({ scorecard }) => scorecard.verdict !== 'inconclusive').map(({ probe }) => probe.id),
  );
  const failures = [
    ...scored.flatMap(({ probe, scorecard: { criteria, checks } }) =>
      failedNames({ ...criteria, ...checks }).map((criterion) => ({ probe: probe.id as string, criterion })),
    ),
    ...failedNames({ listHonesty }).map((criterion) => ({ probe: null, criterion })),
  ];
  return listed
    .filter((one) => [...one.probes].every((id) => judged.has(id)))
    .filter((one) => !failures.some(({ probe, criterion }) => lists(one, probe, criterion)))
    .map((one) => ({
      index: one.index,
      probe: one.entry.criterion === 'listHonesty' ? null : (one.entry.probe ?? null),
      criterion: one.entry.criterion,
      ...(one.entry.location !== undefined && { location: one.entry.location }),
      ...reasonOf(one),
    }));
}

function failedNames(verdicts: Readonly<Record<string, Verdict>>): string[] {
  return Object.entries(verdicts)
    .filter(([, { verdict }]) => verdict === 'fail')
    .map(([name]) => name);
}

/** Whether something failed and all that did is known. */
export function isKnownFailure({ criteria, checks }: Scorecard): boolean {
  const failed = [...Object.values(criteria), ...Object.values(checks)].filter(
    ({ verdict }) => verdict === 'fail',
  );
  return failed.length > 0 && failed.every(isKnown);
}

export function isKnown(verdict: Verdict): boolean {
  return verdict.verdict === 'fail' && verdict.known !== undefined;
}
