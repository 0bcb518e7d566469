/** The report as JUnit XML: one failure for each finding, or for each probe. */

import type { LongReport } from '../report/report.ts';
import { criterionNames, criterionTitles } from '../scoring/criteria.ts';
import { escapeBytes, escapeUnicode } from './escape.ts';
import { findingSuites } from './finding-cases.ts';
import { type JunitSuite, junitParts } from './junit-xml.ts';
import type { CreateReporter } from './reporter.ts';
import { partialNotice } from './run-verdict.ts';
import { targetNotes } from './target-notes.ts';
import { type TestSuite, testSuites } from './test-cases.ts';
import { writeParts } from './write-parts.ts';

export const createJunitReporter: CreateReporter = ({ output, reproduceCommand }) => ({
  needs: 'report',
  onReport: (report) =>
    writeParts(output, junitParts(report, withFacts(findingSuites(report, reproduceCommand), report))),
});

export const createJunitProbesReporter: CreateReporter = ({ output }) => ({
  needs: 'report',
  onReport: (report) => writeParts(output, junitParts(report, withFacts(testSuites(report), report))),
});

function* withFacts(suites: Iterable<TestSuite>, report: LongReport): Generator<JunitSuite> {
  for (const { name, target, cases } of suites) yield { name, facts: factsOf(target, report), cases };
}

function factsOf(target: TestSuite['target'], report: LongReport): JunitSuite['facts'] {
  return {
    tool: [`${report.tool.name} ${report.tool.version}`],
    profile: [report.profile],
    failOn: [report.failOn],
    verdict: [target.verdict],
    gate: [target.gate],
    probes: [`${target.probesSent} of ${target.probesInCatalogue}`],
    ...scoreboardFacts(target),
    reason: target.reason === null ? [] : [escapeBytes(target.reason)],
    proxy: target.proxy === null ? [] : [target.proxy],
    warning: targetNotes(target).map(escapeUnicode),
    partial: report.partial ? [partialNotice(report)] : [],
  };
}

/** One property a criterion, such as `61 of 71`. */
function scoreboardFacts({ scoreboard }: TestSuite['target']): Record<string, string[]> {
  return Object.fromEntries(
    criterionNames.map((name) => {
      const { passed, failed, inconclusive } = scoreboard[name];
      return [criterionTitles[name], [`${passed} of ${passed + failed + inconclusive}`]];
    }),
  );
}
