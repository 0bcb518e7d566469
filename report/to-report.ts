/** Puts what a run found into the form of the report. */

import { judgeTarget, type ScoredAttempts, type TargetEvidence } from '../scoring/judge-target.ts';
import { recordExchange } from './exchange-record.ts';
import type { ProbeReport, TargetResult } from './report.ts';

/** A scored probe as the report stores it. */
export function reportProbe({
  probe,
  exchange,
  scorecard,
  earlier,
  controlsAfter,
}: ScoredAttempts): ProbeReport {
  const { id, family, title, expects } = probe;
  return {
    id,
    family,
    title,
    expects,
    ...scorecard,
    exchange: recordExchange(exchange),
    earlierExchanges: earlier.map(recordExchange),
    ...(controlsAfter !== undefined && { controlsAfter: controlsAfter.map(recordExchange) }),
  };
}

/** The judgement of a target as the report stores it, with the exchanges that belong to no probe. */
export function reportResult(evidence: TargetEvidence, address: string | null): TargetResult {
  const { followUps, lastControl } = evidence;
  return {
    address,
    ...judgeTarget(evidence),
    followUps: followUps.map(({ version, exchange }) => ({
      id: `ask/${version}`,
      version,
      exchange: recordExchange(exchange),
    })),
    lastControl: lastControl === null ? null : recordExchange(lastControl),
  };
}
