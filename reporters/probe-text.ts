/** A probe and its answer in a few words. */

import type { ProbeReport } from '../report/report.ts';
import { checkDescriptions } from '../scoring/checks.ts';

/** A probe's name within its family. */
export function slugOf({ id, family }: Pick<ProbeReport, 'id' | 'family'>): string {
  return id.slice(family.length + 1);
}

/** At most eight characters. */
export function shortAnswer({ outcome, response }: ProbeReport['exchange']): string {
  const short: Readonly<Record<typeof outcome, string>> = {
    response: String(response?.status),
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
export function failingChecks({ checks }: ProbeReport): string[] {
  return Object.entries(checks)
    .filter(([, verdict]) => verdict?.verdict === 'fail')
    .map(([name]) => checkDescriptions[name as keyof typeof checks].title);
}
