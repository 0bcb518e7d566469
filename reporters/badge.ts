/** The result as an SVG image for a README or a dashboard. Nothing in it comes from the wire. */

import { makeBadge } from 'badge-maker';
import type { Report } from '../report/report.ts';
import type { CreateReporter } from './reporter.ts';
import { newFindings, runVerdict } from './run-verdict.ts';

export const createBadgeReporter: CreateReporter = ({ output }) => ({
  needs: 'report',
  onReport(report) {
    const badge = makeBadge({
      label: 'Sec-WebSocket-Version',
      message: `${messageOf(report)}${report.partial ? ', interrupted' : ''}`,
      color: colourOf(report),
    });
    output.write(`${badge}\n`);
  },
});

/** The score if there is one target, else how many targets are conformant. */
function messageOf(report: Report): string {
  const verdict = runVerdict(report);
  const { targets, conformant } = report.summary;
  if (targets > 1) return `${conformant} of ${targets} conformant`;
  const percent = report.targets[0]?.score.percent ?? null;
  // The score counts only the four criteria: "100%" on red would look like a bug of the badge.
  const saysAll = percent !== null && !(verdict === 'nonconformant' && percent === 100);
  return verdict !== 'inconclusive' && saysAll ? `${percent}%` : verdict;
}

function colourOf(report: Report): string {
  const verdict = runVerdict(report);
  if (verdict === 'conformant') return 'brightgreen';
  if (verdict === 'inconclusive') return 'lightgrey';
  const breaksMust = report.targets.some((target) =>
    newFindings(target).some(({ level }) => level === 'MUST'),
  );
  return breaksMust ? 'red' : 'orange';
}
