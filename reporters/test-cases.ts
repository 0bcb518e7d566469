/** A report in terms of test runners: one suite per target, one case per probe. */

import { findProbe } from '../probes/catalogue.ts';
import type { ExchangeRecord } from '../report/exchange-record.ts';
import { type Outcome, outcomesOf } from '../report/outcomes.ts';
import type { LongReport, ProbeReport, TargetReport } from '../report/report.ts';
import { findingKind } from '../scoring/finding-kinds.ts';
import { countsAgainst } from '../scoring/findings.ts';
import { countsUnexpectedPasses } from '../scoring/gate.ts';
import { countsAsFailure, type Failed, type FailOn, levels, type Verdict } from '../scoring/verdict.ts';
import { listHonesty } from '../scoring/versions.ts';
import { clauseSources } from '../spec/clauses.ts';
import { escapeBytes } from './escape.ts';
import { exchangeTranscript } from './exchange-transcript.ts';
import { describeExpiredFailure, describeKnownFailure } from './known-failure-text.ts';
import { caveatOf } from './run-verdict.ts';
import { numberRepeats, targetName } from './target-name.ts';
import {
  belowFailOn,
  type CaseFailure,
  noBytes,
  type TestCase,
  undecidedCase,
  unexpectedPassCase,
} from './test-case.ts';

/** Bytes of a line of an exchange that are shown. */
const maxLineLength = 200;

export interface TestSuite {
  /** The URL, with the label before it if there is one; unique in its report. */
  readonly name: string;
  readonly target: TargetReport;
  readonly cases: readonly TestCase[];
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
        ...undecidedCase(wholeTarget, target.reason),
        ...judged.map((one) =>
          target.verdict === 'inconclusive' ? asEvidence(one) : withCaveat(one, target),
        ),
        ...target.unexpectedPasses.map((pass) => unexpectedPassCase(pass, passing)),
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
  const common = { name: id, title: findProbe(id)?.title ?? id, ...noBytes, caveat: null, failures: [] };
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
  const common = {
    name: id,
    title,
    seconds: secondsOf([...earlierExchanges, exchange]),
    transcript: () => exchangeTranscript(exchange, maxLineLength).map(({ mark, text }) => `${mark} ${text}`),
    caveat: null,
  };
  if (doubt === null) return { ...common, ...judge({ ...criteria, ...checks }, failOn) };
  return { ...common, result: 'undecided', message: escapeBytes(doubt), type: 'inconclusive', failures: [] };
}

/** How long exchanges took, from the start of the connection to the end of the close window. */
function secondsOf(exchanges: readonly ExchangeRecord[]): number {
  const ms = exchanges.map(
    ({ timings, close }) => (timings.connectMs ?? 0) + (timings.responseMs ?? 0) + (close?.afterMs ?? 0),
  );
  return ms.reduce((sum, one) => sum + one, 0) / 1000;
}

function honestyCase({ checks }: TargetReport, failOn: FailOn): TestCase[] {
  if (checks.listHonesty.verdict === 'n/a') return [];
  return [
    { name: 'listHonesty', title: listHonesty.title, ...noBytes, caveat: null, ...judge(checks, failOn) },
  ];
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
