/**
 * A report in terms of test runners, with one failure for each cause: a case per finding, before those of the probes.
 *
 * The cases of the probes are the same in every run, as viewers need to compare runs. One that fails is skipped and
 * names its findings, so that a fault that shows in eighty probes is one failure, and the trend shows both numbers.
 * When the server is fixed, the case of the finding is gone and those of its probes pass.
 */

import { findProbe } from '../probes/catalogue.ts';
import type { LongReport, ReportedFinding, TargetReport } from '../report/report.ts';
import { findingKind } from '../scoring/finding-kinds.ts';
import { countsAgainst, isNew } from '../scoring/findings.ts';
import type { FailOn } from '../scoring/verdict.ts';
import { escapeShort } from './escape.ts';
import { findingFacts, reproduceLines } from './finding-evidence.ts';
import { findingTranscript } from './finding-transcript.ts';
import { describeKnownFailure } from './known-failure-text.ts';
import type { ReproduceCommand } from './reporter.ts';
import { caveatOf } from './run-verdict.ts';
import { belowFailOn, noBytes, type TestCase, unexpectedPassType } from './test-case.ts';
import { type TestSuite, testSuites } from './test-cases.ts';

/** Bytes of a text from the wire that are shown. */
const maxTextLength = 300;

export function* findingSuites(report: LongReport, reproduceCommand: ReproduceCommand): Generator<TestSuite> {
  for (const suite of testSuites(report)) {
    const { target, cases } = suite;
    yield {
      ...suite,
      cases: [
        ...target.findings.map((finding) => findingCase(finding, target, report.failOn, reproduceCommand)),
        ...cases.map((one) => withoutFailure(one, target)),
      ],
    };
  }
}

function findingCase(
  finding: ReportedFinding,
  target: TargetReport,
  failOn: FailOn,
  reproduceCommand: ReproduceCommand,
): TestCase {
  const { id, level, known } = finding;
  const title = escapeShort(`[${level}] ${finding.title}`, maxTextLength);
  const common = { title, type: findingKind(id).id, caveat: null, failures: [], ...noBytes };
  if (!isNew(finding)) {
    const reasons = [...new Set(known.map((one) => describeKnownFailure(one)))].join('; ');
    // What is new of the same finding is another case.
    return { ...common, name: `${id} (known)`, result: 'tolerated', message: `known: ${reasons}` };
  }
  if (!countsAgainst(finding, failOn)) {
    return { ...common, name: id, result: 'tolerated', message: `${belowFailOn(failOn)}: ${title}` };
  }
  const expected = escapeShort(finding.expected, maxTextLength);
  const actual = escapeShort(finding.actual, maxTextLength);
  const caveat = caveatOf(target);
  return {
    ...common,
    name: id,
    result: 'failed',
    message: `${title}: expected ${expected}, got ${actual}${caveat === null ? '' : `; ${caveat}`}`,
    details: detailsOf(finding, target, reproduceCommand),
  };
}

function detailsOf(
  finding: ReportedFinding,
  target: TargetReport,
  reproduceCommand: ReproduceCommand,
): string[] {
  const facts = findingFacts(finding, target).map(([name, text]) => `${name.padEnd(10)} ${text}`);
  const commands = reproduceLines(finding, target, reproduceCommand);
  return [
    ...facts,
    '',
    ...findingTranscript(finding, target),
    ...(commands.length === 0 ? [] : ['', 'reproduce:', ...commands]),
  ];
}

function isShownBy({ probes, failures }: ReportedFinding, { name, failures: own }: TestCase): boolean {
  const probe = findProbe(name)?.id ?? null;
  // Of a probe whose exchange is not kept only the ids stand in the finding.
  if (probe !== null && own.length === 0) return probes.includes(probe);
  return failures.some((failure) => failure.probe === probe);
}

/** The findings are what fails. */
function withoutFailure(one: TestCase, { findings }: TargetReport): TestCase {
  if (one.result !== 'failed' || one.type === unexpectedPassType) return one;
  const ids = findings.filter((finding) => isNew(finding) && isShownBy(finding, one)).map(({ id }) => id);
  return { ...one, result: 'tolerated', message: `fails: ${ids.join(', ')}` };
}
