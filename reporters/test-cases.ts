/** A report in terms of test runners: one suite per target, one case per probe. */

import { findProbe } from '../probes/catalogue.ts';
import type { ExchangeRecord } from '../report/exchange-record.ts';
import { type Outcome, outcomesOf } from '../report/outcomes.ts';
import type { LongReport, ProbeReport, TargetReport } from '../report/report.ts';
import { findingKind } from '../scoring/finding-kinds.ts';
import { countsAgainst } from '../scoring/findings.ts';
import { countsUnexpectedPasses } from '../scoring/gate.ts';
import type { UnexpectedPass } from '../scoring/known-failure.ts';
import {
  countsAsFailure,
  type Failed,
  type FailOn,
  type Level,
  levels,
  type Verdict,
} from '../scoring/verdict.ts';
import { listHonesty } from '../scoring/versions.ts';
import { clauseSources } from '../spec/clauses.ts';
import { escapeBytes, escapeUnicode } from './escape.ts';
import {
  describeExpiredFailure,
  describeKnownFailure,
  describeUnexpectedPass,
  unexpectedPassFix,
} from './known-failure-text.ts';
import { caveatOf } from './run-verdict.ts';
import { numberRepeats, targetName } from './target-name.ts';

export interface TestSuite {
  /** The URL, with the label before it if there is one; unique in its report. */
  readonly name: string;
  readonly target: TargetReport;
  readonly cases: readonly TestCase[];
}

/** Every text is a single line and safe to show. */
export interface TestCase {
  /** The id of a probe, or what was judged about the target as a whole; unique in its suite. */
  readonly name: string;
  readonly title: string;
  /** `tolerated`: a known failure, or one that does not count; `undecided`: there is no verdict. */
  readonly result: 'passed' | 'failed' | 'tolerated' | 'undecided';
  /** What is wrong, or why it is tolerated or undecided; empty if it passed. */
  readonly message: string;
  /** A word for the kind of fault; empty if it passed. */
  readonly type: string;
  /** Why a failure is not certain; null if it is. */
  readonly caveat: string | null;
  /** Those that count first, then by level. */
  readonly failures: readonly CaseFailure[];
  /** In chronological order; the last one was judged. */
  readonly exchanges: readonly ExchangeRecord[];
  /** Lines that say all there is to say, in place of the failures and the exchanges. */
  readonly details?: readonly string[];
}

export interface CaseFailure {
  /** The criterion or check. */
  readonly criterion: string;
  readonly level: Level;
  readonly expected: string;
  readonly actual: string;
  /** Sources of the clauses. */
  readonly clauses: readonly string[];
  /** What the baseline says about it; null if nothing. */
  readonly known: string | null;
}

export function* testSuites(report: LongReport): Generator<TestSuite> {
  const { targets, failOn } = report;
  const passing = countsUnexpectedPasses(report) ? 'failed' : 'tolerated';
  // Consumers identify a case by the names of suite and case, and drop duplicates.
  const number = numberRepeats();
  for (const target of targets) {
    const judged = [...probeCases(target, failOn), ...honestyCase(target, failOn)];
    yield {
      name: number(targetName(target)),
      target,
      cases: [
        ...undecidedTarget(target),
        ...judged.map((one) =>
          target.verdict === 'inconclusive' ? asEvidence(one) : withCaveat(one, target),
        ),
        ...target.unexpectedPasses.map((pass) => unexpectedPass(pass, passing)),
      ],
    };
  }
}

/** If the target is inconclusive, its failures are not reliable. */
function asEvidence(one: TestCase): TestCase {
  return one.result === 'failed' ? { ...one, result: 'undecided', type: 'inconclusive' } : one;
}

/** Added to the message too, because some consumers show nothing else. */
function withCaveat(one: TestCase, target: TargetReport): TestCase {
  const caveat = caveatOf(target);
  if (one.result !== 'failed' || caveat === null) return one;
  return { ...one, caveat, message: `${one.message}; ${caveat}` };
}

/** The case that is there if something could not be judged. */
export const wholeTarget = { name: 'target', title: 'everything can be judged' } as const;

/** What could not be judged must show up as an error in every consumer, even if none of the probes does. */
function undecidedTarget({ reason }: TargetReport): TestCase[] {
  if (reason === null) return [];
  return [
    {
      ...wholeTarget,
      result: 'undecided',
      message: escapeBytes(reason),
      type: 'inconclusive',
      caveat: null,
      failures: [],
      exchanges: [],
    },
  ];
}

/** One a probe, in the order of the catalogue. */
function probeCases(target: TargetReport, failOn: FailOn): TestCase[] {
  const kept = new Map(target.probes.map((probe) => [probe.id, probe]));
  return outcomesOf(target).map((outcome) => {
    const probe = kept.get(outcome.id);
    return probe === undefined ? omittedCase(outcome, target, failOn) : probeCase(probe, failOn);
  });
}

/** A probe whose exchange is not kept: the findings it shows say what is wrong. */
function omittedCase({ id, verdict }: Outcome, { findings }: TargetReport, failOn: FailOn): TestCase {
  const shown = findings.filter(({ probes }) => probes.includes(id));
  const counting = shown.filter((finding) => countsAgainst(finding, failOn));
  const [worst] = counting.length > 0 ? counting : shown;
  const common = { name: id, title: findProbe(id)?.title ?? id, exchanges: [], caveat: null, failures: [] };
  switch (verdict) {
    case 'pass':
      return { ...common, result: 'passed', message: '', type: '' };
    case 'inconclusive':
      return { ...common, result: 'undecided', message: 'no verdict', type: 'inconclusive' };
    case 'fail':
      return {
        ...common,
        result: counting.length > 0 ? 'failed' : 'tolerated',
        message: shown
          .map((finding) => `${finding.level} ${finding.id}: ${escapeBytes(finding.title)}`)
          .join('; '),
        type: worst === undefined ? '' : findingKind(worst.id).id,
      };
  }
}

function probeCase(
  { id, title, criteria, checks, doubt, exchange, earlierExchanges }: ProbeReport,
  failOn: FailOn,
): TestCase {
  const exchanges = [...earlierExchanges, exchange];
  const common = { name: id, title, exchanges, caveat: null };
  if (doubt === null) return { ...common, ...judge({ ...criteria, ...checks }, failOn) };
  return { ...common, result: 'undecided', message: escapeBytes(doubt), type: 'inconclusive', failures: [] };
}

function honestyCase({ checks }: TargetReport, failOn: FailOn): TestCase[] {
  if (checks.listHonesty.verdict === 'n/a') return [];
  return [
    { name: 'listHonesty', title: listHonesty.title, exchanges: [], caveat: null, ...judge(checks, failOn) },
  ];
}

/** The type of a case whose known failure did not happen. */
export const unexpectedPassType = 'unexpected-pass';

function unexpectedPass(pass: UnexpectedPass, result: TestCase['result']): TestCase {
  const { probe, criterion } = pass;
  return {
    name: escapeUnicode(`${probe === null ? '' : `${probe} `}${criterion} (unexpected pass)`),
    title: 'a failure that is listed as known still happens',
    result,
    message: `${describeUnexpectedPass(pass)}; ${unexpectedPassFix}; known failure: ${describeKnownFailure(pass)}`,
    type: unexpectedPassType,
    caveat: null,
    failures: [],
    exchanges: [],
  };
}

type Judgement = Pick<TestCase, 'result' | 'message' | 'type' | 'failures'>;

/** @param verdicts by the names of their criteria and checks */
function judge(verdicts: Readonly<Record<string, Verdict>>, failOn: FailOn): Judgement {
  const failed = Object.entries(verdicts)
    .flatMap(([criterion, verdict]) => (verdict.verdict === 'fail' ? [{ criterion, verdict }] : []))
    .sort(
      (a, b) =>
        Number(counts(b.verdict, failOn)) - Number(counts(a.verdict, failOn)) ||
        levels.indexOf(a.verdict.level) - levels.indexOf(b.verdict.level),
    );
  const [first] = failed;
  if (first === undefined) return { result: 'passed', message: '', type: '', failures: [] };
  const type = first.verdict.cause;
  const failures = failed.map(({ criterion, verdict }) => caseFailure(criterion, verdict));
  if (counts(first.verdict, failOn)) {
    const message = failures.map(
      ({ level, criterion, expected, actual }) =>
        `${level} ${criterion}: expected ${expected}, got ${actual}`,
    );
    return { result: 'failed', message: message.join('; '), type, failures };
  }
  const reasons = failed.map(({ verdict: { known } }) =>
    known === undefined ? belowFailOn(failOn) : `known: ${describeKnownFailure(known)}`,
  );
  return { result: 'tolerated', message: [...new Set(reasons)].join('; '), type, failures };
}

/** Why a failure that is not known is tolerated. */
export function belowFailOn(failOn: FailOn): string {
  return `below --fail-on ${failOn}`;
}

function counts({ level, known }: Failed, failOn: FailOn): boolean {
  return known === undefined && countsAsFailure(level, failOn);
}

function caseFailure(
  criterion: string,
  { level, expected, actual, clauses, known, expired }: Failed,
): CaseFailure {
  const notes = [
    ...(known === undefined ? [] : [`known: ${describeKnownFailure(known)}`]),
    ...(expired === undefined ? [] : [describeExpiredFailure(expired)]),
  ];
  return {
    criterion,
    level,
    expected: escapeBytes(expected),
    actual: escapeBytes(actual),
    clauses: clauseSources(clauses),
    known: notes.length === 0 ? null : notes.join('; '),
  };
}
