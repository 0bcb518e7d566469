/** The exit code of a run. Apart from the table of them: every command needs that, and few need to judge. */

import type { RunSummary } from '../report/run-summary.ts';
import { countsUnexpectedPasses } from '../scoring/gate.ts';
import { exitCodes } from './exit-codes.ts';

/** A gate that fails although nothing counts: something could not be judged, or is missing in a partial run. */
export function runExitCode(run: RunSummary): number {
  const { gate, counts } = run;
  if (gate.result === 'pass') return exitCodes.conformant;
  const isFailed =
    counts.countingFindings > 0 || (counts.unexpectedPasses > 0 && countsUnexpectedPasses(run));
  return isFailed ? exitCodes.findings : exitCodes.inconclusive;
}
