/** A probe and its answer in a few words. */

import type { Outcome } from '../report/outcomes.ts';
import type { ProbeReport } from '../report/report.ts';
import { type CheckName, checkDescriptions } from '../scoring/checks.ts';

/** A probe's name within its family. */
export function slugOf({ id, family }: Pick<Outcome, 'id' | 'family'>): string {
  return id.slice(family.length + 1);
}

/** At most eight characters. */
export function shortAnswer({ outcome, response }: ProbeReport['exchange']): string {
  return answerWord({ outcome, status: response?.status ?? null });
}

/** At most eight characters. */
export function answerWord({ outcome, status }: Pick<Outcome, 'outcome' | 'status'>): string {
  const short: Readonly<Record<typeof outcome, string>> = {
    response: String(status),
    closed: 'closed',
    reset: 'reset',
    timeout: 'timeout',
    malformed: 'not HTTP',
    'connect-failed': 'no conn',
    'tls-failed': 'no TLS',
  };
  return short[outcome];
}

/** The titles of the supplementary checks that failed. */
export function failingChecks({ failed }: Pick<Outcome, 'failed'>): string[] {
  return failed.flatMap((name) =>
    name in checkDescriptions ? [checkDescriptions[name as CheckName].title] : [],
  );
}
