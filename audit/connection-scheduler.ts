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
  readonly #queue: { readonly quota: Quota; readonly begin: () => void }[] = [];
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

  /** Runs a target when it is admitted. @param work prepares it too: what waits for admission holds nothing */
  async run<T>(work: (quota: Quota) => Promise<T>): Promise<T> {
    const quota: Quota = { open: 0, unanswered: 0, isSlow: false, grant: null };
    await new Promise<void>((begin) => {
      this.#queue.push({ quota, begin });
      this.#admit();
    });
    try {
      return await work(quota);
    } finally {
      this.#running.delete(quota);
      this.#admit();
    }
  }

  /** Starts an exchange when there is a place for it; of each target, one after the other. */
  async acquire(quota: Quota, start: () => RunningExchange): Promise<RunningExchange> {
    await new Promise<void>((resolve) => {
      quota.grant = resolve;
      this.#grantFree();
    });
    const takenAt = performance.now();
    const running = start();
    void running.responded.then(() => {
      if (performance.now() - takenAt > this.#slowThresholdMs) {
        quota.isSlow = true;
        this.#admit();
      }
      this.#release(quota, 'unanswered');
    });
    void running.closed.then(() => this.#release(quota, 'open'));
    return running;
  }

  /** At once where a target ends, so that its place is kept for the next one. */
  #admit(): void {
    const quick = [...this.#running].filter(({ isSlow }) => !isSlow);
    for (const { quota, begin } of this.#queue.splice(0, Math.max(0, this.#maxRunning - quick.length))) {
      this.#running.add(quota);
      begin();
    }
    this.#grantFree();
  }

  #release(quota: Quota, kind: Kind): void {
    quota[kind] -= 1;
    this.#free[kind] += 1;
    this.#grantFree();
  }

  #grantFree(): void {
    for (let quota = this.#next(); quota !== undefined; quota = this.#next()) {
      for (const kind of ['open', 'unanswered'] as const) {
        quota[kind] += 1;
        this.#free[kind] -= 1;
      }
      quota.grant?.();
      quota.grant = null;
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
    return byNeed.find((quota) => mayOpen(quota) && mayAsk(quota));
  }

  /** Who may have a place, when one is kept for each that has none and goes first. */
  #mayAcquire(kind: Kind): (quota: Quota) => boolean {
    const empty = [...this.#running].filter((quota) => quota[kind] === 0);
    const quick = empty.filter(({ isSlow }) => !isSlow);
    return (quota) => {
      if (quota[kind] > 0) return this.#free[kind] > (quota.isSlow ? empty : quick).length;
      return this.#free[kind] > (quota.isSlow ? quick.length : 0);
    };
  }
}
