/** The exit code of a report. Apart from the table of them: every command needs that, and few need to judge. */

import type { Report } from '../report/report.ts';
import { failsByPassing } from '../reporters/run-verdict.ts';
import { countsAgainst } from '../scoring/findings.ts';
import { exitCodes } from './exit-codes.ts';

/** One of a part of a run is inconclusive at the best: what is missing may be wrong. */
export function reportExitCode(report: Report): number {
  const { targets, failOn, partial } = report;
  const counts = targets.some(({ findings }) => findings.some((finding) => countsAgainst(finding, failOn)));
  if (counts || failsByPassing(report)) return exitCodes.findings;
  return partial || targets.some(({ verdict }) => verdict === 'inconclusive')
    ? exitCodes.inconclusive
    : exitCodes.conformant;
}
