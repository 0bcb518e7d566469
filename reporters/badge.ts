/** The result as an SVG image for a README or a dashboard. Nothing in it comes from the wire. */

import { makeBadge } from 'badge-maker';
import type { Report } from '../report/report.ts';
import { lightPalette } from './palette.ts';
import type { CreateReporter } from './reporter.ts';
import { describeVerdict, newFindings, runHeadline, runVerdict } from './run-verdict.ts';

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

/** The verdict, with the gate where the two differ: of one target with its score, else how many targets are clean. */
function messageOf(report: Report): string {
  const [target, ...others] = report.targets;
  const verdict = runVerdict(report);
  const gate = runHeadline(report).slice(verdict.length);
  if (target === undefined) return verdict;
  if (others.length > 0 || report.summary.targets > 1) {
    const { targets, conformant, passed } = report.summary;
    return `${passed > 0 ? `${conformant + passed} of ${targets} passed` : `${conformant} of ${targets} conformant`}${gate}`;
  }
  if (verdict === 'inconclusive') return verdict;
  const { percent } = target.score;
  // The score counts only the four criteria: "100%" on red would look like a bug of the badge.
  const showsScore = target.verdict === 'nonconformant' && percent !== null && percent < 100;
  return `${describeVerdict(target)}${showsScore ? `, ${percent}%` : ''}${gate}`;
}

function colourOf(report: Report): string {
  const verdict = runVerdict(report);
  switch (verdict) {
    case 'conformant':
    case 'passed':
      return report.gate.result === 'pass' ? lightPalette.pass : lightPalette.fail;
    case 'inconclusive':
      return lightPalette.dim;
    case 'nonconformant': {
      const breaksMust = report.targets.some((target) =>
        newFindings(target).some(({ level }) => level === 'MUST'),
      );
      return breaksMust ? lightPalette.fail : lightPalette.unclear;
    }
  }
}
