/** The result as an SVG image for a README or a dashboard. Nothing in it comes from the wire. */

import { makeBadge } from 'badge-maker';
import type { LongReport } from '../report/report.ts';
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
function messageOf(report: LongReport): string {
  const target = report.targets.at(0);
  const verdict = runVerdict(report);
  const gate = runHeadline(report).slice(verdict.length);
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

function colourOf(report: LongReport): string {
  const verdict = runVerdict(report);
  switch (verdict) {
    case 'conformant':
    case 'passed':
      return report.gate.result === 'pass' ? lightPalette.pass : lightPalette.fail;
    case 'inconclusive':
      return lightPalette.dim;
    case 'nonconformant':
      return breaksMust(report) ? lightPalette.fail : lightPalette.unclear;
  }
}

function breaksMust({ targets }: LongReport): boolean {
  for (const target of targets) if (newFindings(target).some(({ level }) => level === 'MUST')) return true;
  return false;
}
