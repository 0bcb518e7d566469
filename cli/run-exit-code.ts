/** The exit code of a run. Apart from the table of them: every command needs that, and few need to judge. */

import type { RunSummary } from '../report/run-summary.ts';
import { failsByPassing } from '../reporters/run-verdict.ts';
import { exitCodes } from './exit-codes.ts';

/** A partial run is inconclusive at best: what is missing may be wrong. */
export function runExitCode(run: RunSummary): number {
  if (run.hasCountingFindings || failsByPassing(run)) return exitCodes.findings;
  return run.partial || run.summary.inconclusive > 0 ? exitCodes.inconclusive : exitCodes.conformant;
}
