/** Runs one case: starts the client for it, watches it, and ends it. */

import { once } from 'node:events';
import type { Case } from '../../cases/case.ts';
import { caseCatalogue } from '../../cases/catalogue.ts';
import type { CaseObservation } from '../../scoring/client/observation.ts';
import type { CaseServer } from '../../wire/server/case-server.ts';
import { usualWindows } from '../../wire/server/case-session.ts';
import { runFor } from '../../wire/server/running-time.ts';
import { type ClientPlan, controlCaseId } from './client-plan.ts';
import { startClient } from './client-under-test.ts';
import { maskObservation } from './mask-observation.ts';

/**
 * Milliseconds that a client has to end when nothing more can be learnt, and when it only waits; more where the machine is
 * so busy that it took long to connect.
 */
const [graceMs, waitingGraceMs] = [1_000, 500];
/** How much longer than to connect it may take to end. */
const endingFactor = 2;

const control = caseCatalogue.find(({ id }) => id === controlCaseId);

/**
 * @param ca the file with the certificate of the authority to trust; null where none was made
 * @param onAsked called when the handshake of the client has come
 * @returns what the client did; null if the run was interrupted
 */
export async function runCase(
  one: Case,
  server: CaseServer,
  { start, env, host, caseTimeout }: ClientPlan,
  ca: string | null,
  signal: AbortSignal,
  onAsked: () => void = () => {},
): Promise<CaseObservation | null> {
  const session = server.open({
    first: one,
    next: control ?? one,
    windows: usualWindows,
    isRefusal: one.group === 'refuse',
    onAsked,
  });
  const address = { url: server.urlOf(session), host, port: server.port, path: session.path, ca };
  const client = startClient(start, address, env, () => session.now());
  const stopTimers = new AbortController();
  const within = (ms: number): Promise<void> => runFor(ms, stopTimers.signal);
  const interrupted = signal.aborted
    ? Promise.resolve()
    : once(signal, 'abort', { signal: stopTimers.signal }).catch(() => {});
  try {
    // The system closes what a process leaves open, and our side hears of it a little later.
    const ended = client.ended.then(() => session.quiet());
    await Promise.race([session.settled, ended, within(caseTimeout), interrupted]);
    const slowMs = endingFactor * (session.record().connections[0]?.openedMs ?? 0);
    const waitingMs = Math.max(waitingGraceMs, slowMs);
    await Promise.race([ended, within(waitingMs), interrupted]);
    // By now it has ended the connection too, if it was going to.
    if (session.isQuiet)
      await Promise.race([ended, within(Math.max(graceMs, slowMs) - waitingMs), interrupted]);
    if (signal.aborted) return null;
    return maskObservation({
      ...session.record(),
      watchedMs: Math.round(session.now()),
      process: client.describe(),
    });
  } finally {
    stopTimers.abort();
    await client.stop();
    server.finish(session);
  }
}
