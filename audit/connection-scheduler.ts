/** Shares the run's connection slots fairly, so that an unresponsive server cannot hold all of them. */

import type { RunningExchange } from '../wire/exchange.ts';
import type { Pace } from './pace.ts';
import type { AuditPlan } from './plan/plan.ts';

/** What is limited: open connections, and those among them that await a response. */
type Kind = 'open' | 'unanswered';

/** The slots that a target holds. */
export interface Quota extends Record<Kind, number> {
  /** What it connects to. */
  readonly endpoint: string;
  /** Whether it has held a slot for long: slow targets are served last. */
  isSlow: boolean;
  /** Hands over the slot that the target waits for; null if it waits for none. */
  grant: (() => void) | null;
}

/** Targets that wait at most: of those that may not run yet for their endpoint's sake, others can overtake so many. */
const maxQueued = 256;

interface Queued {
  readonly quota: Quota;
  readonly begin: () => void;
}

/**
 * A free slot goes to the target that holds the fewest. One is reserved for every running target that holds none, even
 * while it requests none, so each makes progress whatever the others wait for. Any target may use the rest.
 *
 * Targets of one endpoint run one after another: the connections of one could change the answers to another.
 */
export class ConnectionScheduler {
  readonly #free: Record<Kind, number>;
  /** Milliseconds. A target whose handshake takes longer than this is treated as slow. */
  readonly #slowThresholdMs: number;
  /** Targets that run at once. Slow ones do not count: they run on the slots that the others leave. */
  readonly #maxQuick: number;
  /** Targets that run at once, slow ones among them. */
  readonly #maxRunning: number;
  /** Targets that have not started, in order. */
  readonly #queue: Queued[] = [];
  /** Those who wait until another target can be queued. */
  readonly #waitForRoom: (() => void)[] = [];
  /** Quotas of the running targets, in the order in which they started. */
  readonly #running = new Set<Quota>();
  readonly #pace: Pace;
  readonly #signal: AbortSignal;

  /** @param signal ends the run: from then on nothing waits for the pace */
  constructor(
    plan: Pick<AuditPlan, 'maxConnections' | 'concurrency' | 'connectTimeout' | 'responseTimeout'>,
    pace: Pace,
    signal: AbortSignal,
  ) {
    this.#pace = pace;
    this.#signal = signal;
    const abort = (): void => {
      pace.stop();
      this.#grantFree();
    };
    signal.addEventListener('abort', abort, { once: true });
    this.#free = { open: plan.maxConnections, unanswered: plan.concurrency };
    // Half leaves a margin for inexact clocks: a silent or unreachable target takes the whole time-out.
    this.#slowThresholdMs = Math.min(plan.connectTimeout, plan.responseTimeout) / 2;
    // More targets than slots would only queue for one.
    this.#maxQuick = plan.concurrency;
    // More could not have a connection each.
    this.#maxRunning = Math.max(plan.maxConnections, plan.concurrency);
  }

  /**
   * Runs a target once it is admitted.
   *
   * @param endpoint what it connects to
   * @param work also prepares it, so that a queued target holds no memory
   */
  async run<T>(endpoint: string, work: (quota: Quota) => Promise<T>): Promise<T> {
    const quota: Quota = { endpoint, open: 0, unanswered: 0, isSlow: false, grant: null };
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

  /** Settles when another target can be queued. */
  async room(): Promise<void> {
    if (this.#queue.length >= maxQueued)
      await new Promise<void>((resolve) => void this.#waitForRoom.push(resolve));
  }

  /** Starts an exchange when a slot is free. A target must not call this again before it has settled. */
  async acquire(quota: Quota, start: () => RunningExchange): Promise<RunningExchange> {
    await new Promise<void>((resolve) => {
      quota.grant = resolve;
      this.#grantFree();
    });
    const acquiredAt = performance.now();
    const running = start();
    void running.responded.then(() => {
      if (performance.now() - acquiredAt > this.#slowThresholdMs) {
        quota.isSlow = true;
        this.#admit();
      }
      this.#release(quota, 'unanswered');
    });
    void running.closed.then(() => this.#release(quota, 'open'));
    return running;
  }

  /** Runs as soon as a target ends, so that its slot is reserved for the next one. */
  #admit(): void {
    const endpoints = new Set([...this.#running].map(({ endpoint }) => endpoint));
    const quick = [...this.#running].filter(({ isSlow }) => !isSlow).length;
    let room = Math.min(this.#maxQuick - quick, this.#maxRunning - this.#running.size);
    for (let next = 0; room > 0 && next < this.#queue.length; ) {
      const { quota, begin } = this.#queue[next] as Queued;
      if (endpoints.has(quota.endpoint)) {
        next += 1;
        continue;
      }
      this.#queue.splice(next, 1);
      endpoints.add(quota.endpoint);
      this.#running.add(quota);
      room -= 1;
      begin();
    }
    if (this.#queue.length < maxQueued) for (const settle of this.#waitForRoom.splice(0)) settle();
    this.#grantFree();
  }

  #release(quota: Quota, kind: Kind): void {
    quota[kind] -= 1;
    this.#free[kind] += 1;
    this.#grantFree();
  }

  #grantFree(): void {
    for (let quota = this.#next(); quota !== undefined; quota = this.#next()) {
      if (!this.#signal.aborted && !this.#pace.admit(() => this.#grantFree())) return;
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
    const mayAwait = this.#mayAcquire('unanswered');
    return byNeed.find((quota) => mayOpen(quota) && mayAwait(quota));
  }

  /** Which targets may take a slot, given that one is reserved for each target of higher priority without one. */
  #mayAcquire(kind: Kind): (quota: Quota) => boolean {
    const empty = [...this.#running].filter((quota) => quota[kind] === 0);
    const quick = empty.filter(({ isSlow }) => !isSlow);
    return (quota) => {
      if (quota[kind] > 0) return this.#free[kind] > (quota.isSlow ? empty : quick).length;
      return this.#free[kind] > (quota.isSlow ? quick.length : 0);
    };
  }
}
