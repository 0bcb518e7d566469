/** A case that was run, once or more, and how it is reported. */

import type { CaseReport } from '../../report/client/client-report.ts';
import { recordConnection } from '../../report/client/connection-record.ts';
import type { ObservedCase } from '../../scoring/client/assess-client.ts';
import type { CaseVerdict } from '../../scoring/client/judge-case.ts';

export interface FinishedCase extends ObservedCase {
  /** How often it was run. */
  readonly attempts: number;
}

/** The later attempt counts; that an earlier one came to something else is a note. */
export function withDisagreement(again: FinishedCase, before: CaseVerdict): FinishedCase {
  const { verdict } = again;
  if (verdict.cause === before.cause || before.verdict === 'inconclusive') return again;
  const note = `an earlier attempt came to something else: ${before.actual}`;
  return { ...again, verdict: { ...verdict, notes: [...verdict.notes, note] } };
}

export function reportCase({ one, observation, verdict, attempts }: FinishedCase): CaseReport {
  const { id, group, tier, title, expects } = one;
  const { connections, connectionCount, requestCount, watchedMs, process } = observation;
  return {
    id,
    group,
    tier,
    title,
    expects,
    ...verdict,
    attempts,
    connections: connections.map(recordConnection),
    connectionCount,
    requestCount,
    watchedMs,
    process,
  };
}
