/** What the job makes of clients that were audited, and why. */

import { countFindings, gateOf, type RunCounts } from '../run-gate.ts';
import type { AuditedClient, ClientReport, ClientRunInfo, ClientRunOutcome } from './client-report.ts';

/** What the gate depends on, over all clients. */
export function countClients(
  clients: readonly AuditedClient[],
  { failOn }: Pick<ClientRunInfo, 'failOn'>,
): RunCounts {
  return {
    ...countFindings(
      clients.flatMap(({ findings }) => findings),
      failOn,
    ),
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
