/** The exit code of a run. Apart from the table of them: every command needs that, and few need to judge. */

import type { Gate } from '../report/report.ts';
import type { RunCounts } from '../report/run-gate.ts';
import { countsUnexpectedPasses, type GateRules } from '../scoring/gate.ts';
import { exitCodes } from './exit-codes.ts';

/** What of a run its exit code depends on. */
interface JudgedRun extends GateRules {
  readonly gate: Gate;
  readonly counts: RunCounts;
}

/** A gate that fails although nothing counts: something could not be judged, or is missing in a partial run. */
export function runExitCode(run: JudgedRun): number {
  const { gate, counts } = run;
  if (gate.result === 'pass') return exitCodes.conformant;
  const isFailed =
    counts.countingFindings > 0 || (counts.unexpectedPasses > 0 && countsUnexpectedPasses(run));
  return isFailed ? exitCodes.findings : exitCodes.inconclusive;
}
