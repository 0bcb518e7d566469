/** Reports of clients as one: the events of a run that audited all of them. */

import { type GateRules, targetGate } from '../../scoring/gate.ts';
import { UsageError } from '../../wire/usage-error.ts';
import type { ClientAuditEvent } from './client-events.ts';
import type { RecordedClientReport } from './parse-client-report.ts';

/**
 * @param failOn in place of that of the first report
 * @throws UsageError if they were judged by different profiles
 */
export function* mergeClients(
  [first, ...others]: readonly [RecordedClientReport, ...RecordedClientReport[]],
  failOn: GateRules['failOn'] = first.failOn,
): Generator<ClientAuditEvent> {
  const { tool, profile, startedAt, allowUnexpectedPass } = first;
  const other = others.find((one) => one.profile !== profile);
  if (other !== undefined)
    throw new UsageError(
      `the reports were judged by the profiles ${profile} and ${other.profile}; audit with the same one`,
    );
  const rules = { failOn, allowUnexpectedPass };
  const reports = [first, ...others];
  yield { type: 'run-start', direction: 'client', tool, profile, ...rules, startedAt };
  const clients = reports.flatMap((report) => report.clients);
  for (const [client, { name, command, authority, cases, ...result }] of clients.entries()) {
    yield { type: 'client-start', client, name, command, authority, cases: cases.map(({ id }) => id) };
    for (const one of cases) yield { type: 'case', client, case: one };
    yield { type: 'client-end', client, result: { ...result, gate: targetGate(result, rules) } };
  }
  yield {
    type: 'run-end',
    durationMs: reports.reduce((sum, { durationMs }) => sum + durationMs, 0),
    partial: reports.some(({ partial }) => partial),
  };
}
