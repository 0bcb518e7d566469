/** The cases of a client that somebody else starts: a URL for each, and what came there. */

import { setTimeout as sleep } from 'node:timers/promises';
import type { Case } from '../../cases/case.ts';
import { caseCatalogue } from '../../cases/catalogue.ts';
import type { CaseObservation } from '../../scoring/client/observation.ts';
import type { CaseServer } from '../../wire/server/case-server.ts';
import { type CaseSession, usualWindows } from '../../wire/server/case-session.ts';
import { controlCaseId } from './client-plan.ts';
import { maskObservation } from './mask-observation.ts';

const lookEveryMs = 10;
/** Milliseconds in which a case that has begun is over. */
const quietMs = 15_000;

const control = caseCatalogue.find(({ id }) => id === controlCaseId);

/** A URL that a client is to connect to, once. */
export interface CaseUrl {
  readonly id: string;
  readonly title: string;
  readonly url: string;
}

export class Visits {
  readonly #server: CaseServer;
  readonly #open = new Set<CaseSession>();
  #isClosed = false;

  constructor(server: CaseServer) {
    this.#server = server;
  }

  /** Opens a case. @param onSeen gets what the client did there, when it is over */
  expect(one: Case, onSeen: (observation: CaseObservation) => void): CaseUrl {
    const session = this.#server.open({
      first: one,
      next: control ?? one,
      windows: usualWindows,
      startsOnConnection: true,
    });
    this.#open.add(session);
    void this.#watch(session, onSeen);
    return { id: one.id, title: one.title, url: this.#server.urlOf(session) };
  }

  /** Ends what is still going on, of which nothing counts. */
  close(): void {
    this.#isClosed = true;
    for (const session of this.#open) session.close();
  }

  /** Settles when everything that has begun is over, or takes too long. */
  async quiet(): Promise<void> {
    const deadline = performance.now() + quietMs;
    while ([...this.#open].some((one) => one.isBegun) && performance.now() < deadline)
      await sleep(lookEveryMs);
  }

  async #watch(session: CaseSession, onSeen: (observation: CaseObservation) => void): Promise<void> {
    await session.settled;
    await session.quiet();
    const watchedMs = Math.round(session.now());
    this.#server.finish(session);
    this.#open.delete(session);
    const record = session.record();
    if (record.connectionCount > 0 && !this.#isClosed)
      onSeen(maskObservation({ ...record, watchedMs, process: null }));
  }
}
