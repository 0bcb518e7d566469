/** What the exit code says. */

import type { Report } from '../audit/report.ts';
import { countsAgainst } from '../scoring/findings.ts';

export const exitCodes = {
  conformant: 0,
  findings: 1,
  usage: 2,
  inconclusive: 3,
  SIGINT: 130,
  SIGTERM: 143,
} as const;

/** The exit code of a report. One of a part of a run is inconclusive at the best: what is missing may be wrong. */
export function exitCodeOf(report: Report): number {
  const { targets, failOn, partial } = report;
  const counts = targets.some(({ findings }) => findings.some((finding) => countsAgainst(finding, failOn)));
  if (counts || failsByPassing(report)) return exitCodes.findings;
  return partial || targets.some(({ verdict }) => verdict === 'inconclusive')
    ? exitCodes.inconclusive
    : exitCodes.conformant;
}

/** Whether the baseline lists what does not fail, and that counts: where nothing is to count, nor does it. */
export function failsByPassing({ targets, failOn, allowUnexpectedPass }: Report): boolean {
  if (allowUnexpectedPass || failOn === 'never') return false;
  return targets.some(({ unexpectedPasses }) => unexpectedPasses.length > 0);
}
