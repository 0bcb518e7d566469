/** What the exit code says. */

import type { Report } from '../audit/report.ts';
import { countsAsFailure } from '../scoring/verdict.ts';

export const exitCodes = {
  conformant: 0,
  findings: 1,
  usage: 2,
  inconclusive: 3,
  SIGINT: 130,
  SIGTERM: 143,
} as const;

/** The exit code of a report. One of a part of a run is inconclusive at the best: what is missing may be wrong. */
export function exitCodeOf({ targets, failOn, partial }: Report): number {
  const counts = targets.some(({ findings }) => findings.some(({ level }) => countsAsFailure(level, failOn)));
  if (counts) return exitCodes.findings;
  return partial || targets.some(({ verdict }) => verdict === 'inconclusive')
    ? exitCodes.inconclusive
    : exitCodes.conformant;
}
