/** The report in the Test Anything Protocol: one test point for each probe. */

import type { LongReport } from '../report/report.ts';
import { escapeUnicode } from './escape.ts';
import type { CreateReporter } from './reporter.ts';
import { describeScores, describeVerdict, partialNotice } from './run-verdict.ts';
import { type TapSuite, tapParts } from './tap-points.ts';
import { targetNotes } from './target-notes.ts';
import { testSuites } from './test-cases.ts';
import { writeParts } from './write-parts.ts';

export const createTapReporter: CreateReporter = ({ output }) => ({
  needs: 'report',
  onReport(report) {
    const { tool, profile, failOn, partial } = report;
    const remarks = [
      `${tool.name} ${tool.version}, profile ${profile}, --fail-on ${failOn}`,
      ...(partial ? [partialNotice(report)] : []),
    ];
    let total = 0;
    for (const { cases } of testSuites(report)) total += cases.length;
    return writeParts(output, tapParts(total, remarks, 'no target was audited', suitesOf(report)));
  },
});

function* suitesOf(report: LongReport): Generator<TapSuite> {
  for (const { name, target, cases } of testSuites(report)) {
    const remarks = [
      `${describeVerdict(target)}, gate: ${target.gate}`,
      ...(target.score.percent === null ? [] : [describeScores(target)]),
      ...(target.proxy === null ? [] : [`proxy: ${target.proxy}`]),
      ...targetNotes(target).map((warning) => `warning: ${escapeUnicode(warning)}`),
    ];
    yield { name, remarks, cases };
  }
}
