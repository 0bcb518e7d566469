/** What the job makes of clients that were audited, and why. */

import { countsAgainst, isNew } from '../../scoring/findings.ts';
import { gateOf, type RunCounts } from '../run-gate.ts';
import type { AuditedClient, ClientReport, ClientRunInfo, ClientRunOutcome } from './client-report.ts';

/** What the gate depends on, over all clients. */
export function countClients(
  clients: readonly AuditedClient[],
  { failOn }: Pick<ClientRunInfo, 'failOn'>,
): RunCounts {
  const findings = clients.flatMap((client) => client.findings);
  const fresh = findings.filter(isNew);
  const countingFindings = fresh.filter((finding) => countsAgainst(finding, failOn)).length;
  return {
    countingFindings,
    uncountedFindings: fresh.length - countingFindings,
    knownFindings: findings.length - fresh.length,
    unexpectedPasses: clients.flatMap(({ unexpectedPasses }) => unexpectedPasses).length,
    unsureTargets: clients.filter(({ reason }) => reason !== null).length,
  };
}

export function gateOfClients(
  clients: readonly AuditedClient[],
  info: ClientRunInfo,
  { partial }: ClientRunOutcome,
): ClientReport['gate'] {
  const passes = clients.flatMap(({ unexpectedPasses }) => unexpectedPasses);
  return gateOf(
    countClients(clients, info),
    new Map(passes.map(({ index, location = null }) => [index, location])),
    info,
    { partial, invalidTargets: 0 },
    'client',
  );
}
