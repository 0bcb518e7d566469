/**
 * The places of a run for its connections, and which target gets the next one: a server that does not answer keeps its
 * places until the time is up, and must not keep those of all others with them.
 */

import type { RunningExchange } from '../wire/exchange.ts';
import type { AuditPlan } from './options.ts';

/** What there is a limit of: connections, and those among them that wait for a response. */
type Kind = 'open' | 'unanswered';

/** What a target has of the places. */
export interface Share extends Record<Kind, number> {
  /** Whether it has kept a place for long: such a target goes last. */
  isSlow: boolean;
  /** Takes the place that it waits for; null where it waits for none. */
  take: (() => void) | null;
}

export function emptyShare(): Share {
  return { open: 0, unanswered: 0, isSlow: false, take: null };
}

/**
 * A free place goes to the target that has the fewest. One is kept for every target that runs and has none, even while
 * it asks for nothing: so each gets on, whatever the others wait for. What is left over, anyone may have.
 */
export class Places {
  readonly #free: Record<Kind, number>;
  /** Milliseconds in which a handshake has to be over in a target that is not slow. */
  readonly #patience: number;
  /** Targets that run at once; slow ones run beside them, on what is left over. */
  readonly #most: number;
  /** Targets that have not begun, in their order. */
  readonly #line: { readonly share: Share; readonly begin: () => void }[] = [];
  /** Of the targets that run, in the order in which they began. */
  readonly #shares = new Set<Share>();

  constructor(
    plan: Pick<AuditPlan, 'maxConnections' | 'concurrency' | 'connectTimeout' | 'responseTimeout'>,
  ) {
    this.#free = { open: plan.maxConnections, unanswered: plan.concurrency };
    // By half, no clock has to be exact: what is silent, or cannot be reached, takes the whole.
    this.#patience = Math.min(plan.connectTimeout, plan.responseTimeout) / 2;
    // More than there are places would only stand in line for one.
    this.#most = plan.concurrency;
  }

  /** Runs a target when its turn has come. */
  async run<T>(share: Share, work: () => Promise<T>): Promise<T> {
    await new Promise<void>((begin) => {
      this.#line.push({ share, begin });
      this.#admit();
    });
    try {
      return await work();
    } finally {
      this.#shares.delete(share);
      this.#admit();
    }
  }

  /** Starts an exchange when there is a place for it; of each share, one after the other. */
  async start(share: Share, start: () => RunningExchange): Promise<RunningExchange> {
    await new Promise<void>((resolve) => {
      share.take = resolve;
      this.#handOut();
    });
    const takenAt = performance.now();
    const running = start();
    void running.answered.then(() => {
      if (performance.now() - takenAt > this.#patience) {
        share.isSlow = true;
        this.#admit();
      }
      this.#giveBack(share, 'unanswered');
    });
    void running.finished.then(() => this.#giveBack(share, 'open'));
    return running;
  }

  /** At once where a target ends, so that its place is kept for the next one. */
  #admit(): void {
    const quick = [...this.#shares].filter(({ isSlow }) => !isSlow);
    for (const { share, begin } of this.#line.splice(0, Math.max(0, this.#most - quick.length))) {
      this.#shares.add(share);
      begin();
    }
    this.#handOut();
  }

  #giveBack(share: Share, kind: Kind): void {
    share[kind] -= 1;
    this.#free[kind] += 1;
    this.#handOut();
  }

  #handOut(): void {
    for (let share = this.#next(); share !== undefined; share = this.#next()) {
      for (const kind of ['open', 'unanswered'] as const) {
        share[kind] += 1;
        this.#free[kind] -= 1;
      }
      share.take?.();
      share.take = null;
    }
  }

  #next(): Share | undefined {
    if (this.#free.open === 0 || this.#free.unanswered === 0) return undefined;
    const waiting = [...this.#shares].filter(({ take }) => take !== null);
    const byNeed = waiting.sort(
      (a, b) => Number(a.isSlow) - Number(b.isSlow) || a.unanswered - b.unanswered || a.open - b.open,
    );
    const mayOpen = this.#leftFor('open');
    const mayAsk = this.#leftFor('unanswered');
    return byNeed.find((share) => mayOpen(share) && mayAsk(share));
  }

  /** Who may have a place, when one is kept for each that has none and goes first. */
  #leftFor(kind: Kind): (share: Share) => boolean {
    const empty = [...this.#shares].filter((share) => share[kind] === 0);
    const quick = empty.filter(({ isSlow }) => !isSlow);
    return (share) => {
      if (share[kind] > 0) return this.#free[kind] > (share.isSlow ? empty : quick).length;
      return this.#free[kind] > (share.isSlow ? quick.length : 0);
    };
  }
}
