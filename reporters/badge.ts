/** The result as an SVG image for a README or a dashboard. Nothing in it comes from the wire. */

import type { LongReport } from '../report/report.ts';
import { badgeImage } from './badge-image.ts';
import type { CreateReporter } from './reporter.ts';
import { describeVerdict, runVerdict, surprisingGate } from './run-verdict.ts';

export const createBadgeReporter: CreateReporter = ({ output }) => ({
  needs: 'report',
  onReport(report) {
    const image = {
      label: 'Sec-WebSocket-Version',
      message: messageOf(report),
      verdict: runVerdict(report),
      audited: report.targets,
    };
    output.write(badgeImage(report, image));
  },
});

/** The verdict, with the gate where the two differ: of one target with its score, else how many targets are clean. */
function messageOf(report: LongReport): string {
  const target = report.targets.at(0);
  const verdict = runVerdict(report);
  const gate = surprisingGate(verdict, report.gate);
  if (target === undefined) return verdict;
  if (report.targets.length > 1 || report.summary.targets > 1) {
    const { targets, conformant, passed } = report.summary;
    return `${passed > 0 ? `${conformant + passed} of ${targets} passed` : `${conformant} of ${targets} conformant`}${gate}`;
  }
  if (verdict === 'inconclusive') return verdict;
  const { percent } = target.score;
  // The score counts only the four criteria: "100%" on red would look like a bug of the badge.
  const showsScore = target.verdict === 'nonconformant' && percent !== null && percent < 100;
  return `${describeVerdict(target)}${showsScore ? `, ${percent}%` : ''}${gate}`;
}
