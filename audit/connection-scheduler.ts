/**
 * The places of a run for its connections, and which target gets the next one: a server that does not answer keeps its
 * places until the time is up, and must not keep those of all others with them.
 */

import type { RunningExchange } from '../wire/exchange.ts';
import type { AuditPlan } from './plan/plan.ts';

/** What there is a limit of: connections, and those among them that wait for a response. */
type Kind = 'open' | 'unanswered';

/** What a target has of the places. */
export interface Quota extends Record<Kind, number> {
  /** Whether it has kept a place for long: such a target goes last. */
  isSlow: boolean;
  /** Takes the place that it waits for; null where it waits for none. */
  grant: (() => void) | null;
}

export function createQuota(): Quota {
  return { open: 0, unanswered: 0, isSlow: false, grant: null };
}

/**
 * A free place goes to the target that has the fewest. One is kept for every target that runs and has none, even while
 * it asks for nothing: so each gets on, whatever the others wait for. What is left over, anyone may have.
 */
export class ConnectionScheduler {
  readonly #free: Record<Kind, number>;
  /** Milliseconds in which a handshake has to be over in a target that is not slow. */
  readonly #slowThresholdMs: number;
  /** Targets that run at once; slow ones run beside them, on what is left over. */
  readonly #maxRunning: number;
  /** Targets that have not begun, in their order. */
  readonly #queue: { readonly share: Quota; readonly begin: () => void }[] = [];
  /** Of the targets that run, in the order in which they began. */
  readonly #running = new Set<Quota>();

  constructor(
    plan: Pick<AuditPlan, 'maxConnections' | 'concurrency' | 'connectTimeout' | 'responseTimeout'>,
  ) {
    this.#free = { open: plan.maxConnections, unanswered: plan.concurrency };
    // By half, no clock has to be exact: what is silent, or cannot be reached, takes the whole.
    this.#slowThresholdMs = Math.min(plan.connectTimeout, plan.responseTimeout) / 2;
    // More than there are places would only stand in line for one.
    this.#maxRunning = plan.concurrency;
  }

  /** Runs a target when its turn has come. */
  async run<T>(share: Quota, work: () => Promise<T>): Promise<T> {
    await new Promise<void>((begin) => {
      this.#queue.push({ share, begin });
      this.#admit();
    });
    try {
      return await work();
    } finally {
      this.#running.delete(share);
      this.#admit();
    }
  }

  /** Starts an exchange when there is a place for it; of each share, one after the other. */
  async acquire(share: Quota, start: () => RunningExchange): Promise<RunningExchange> {
    await new Promise<void>((resolve) => {
      share.grant = resolve;
      this.#grantFree();
    });
    const takenAt = performance.now();
    const running = start();
    void running.responded.then(() => {
      if (performance.now() - takenAt > this.#slowThresholdMs) {
        share.isSlow = true;
        this.#admit();
      }
      this.#release(share, 'unanswered');
    });
    void running.closed.then(() => this.#release(share, 'open'));
    return running;
  }

  /** At once where a target ends, so that its place is kept for the next one. */
  #admit(): void {
    const quick = [...this.#running].filter(({ isSlow }) => !isSlow);
    for (const { share, begin } of this.#queue.splice(0, Math.max(0, this.#maxRunning - quick.length))) {
      this.#running.add(share);
      begin();
    }
    this.#grantFree();
  }

  #release(share: Quota, kind: Kind): void {
    share[kind] -= 1;
    this.#free[kind] += 1;
    this.#grantFree();
  }

  #grantFree(): void {
    for (let share = this.#next(); share !== undefined; share = this.#next()) {
      for (const kind of ['open', 'unanswered'] as const) {
        share[kind] += 1;
        this.#free[kind] -= 1;
      }
      share.grant?.();
      share.grant = null;
    }
  }

  #next(): Quota | undefined {
    if (this.#free.open === 0 || this.#free.unanswered === 0) return undefined;
    const waiting = [...this.#running].filter(({ grant }) => grant !== null);
    const byNeed = waiting.sort(
      (a, b) => Number(a.isSlow) - Number(b.isSlow) || a.unanswered - b.unanswered || a.open - b.open,
    );
    const mayOpen = this.#mayAcquire('open');
    const mayAsk = this.#mayAcquire('unanswered');
    return byNeed.find((share) => mayOpen(share) && mayAsk(share));
  }

  /** Who may have a place, when one is kept for each that has none and goes first. */
  #mayAcquire(kind: Kind): (share: Quota) => boolean {
    const empty = [...this.#running].filter((share) => share[kind] === 0);
    const quick = empty.filter(({ isSlow }) => !isSlow);
    return (share) => {
      if (share[kind] > 0) return this.#free[kind] > (share.isSlow ? empty : quick).length;
      return this.#free[kind] > (share.isSlow ? quick.length : 0);
    };
  }
}
