/** Targets that ended in an earlier run, and the places of those that are left. */

import { plannedOf, type RecordedRun } from '../report/recorded-run.ts';
import type { PlannedRun } from '../report/report.ts';
import { isCutShort } from './abort-reason.ts';

/** Their places in the earlier run. An interruption ends a target too, but not its audit. */
export function finishedIn({ ended }: RecordedRun): Set<number> {
  return new Set([...ended].flatMap(([place, { reason }]) => (isCutShort(reason) ? [] : [place])));
}

export class EarlierTargets {
  readonly #finished: ReadonlySet<number>;
  /** Whether the places of both runs are the same; else only identities tell a target again. */
  readonly #isSameList: boolean;
  /** How many finished targets of an identity have not come up. */
  readonly #left = new Map<string, number>();
  #next = 0;

  /** @param planned of this run; null for a stream */
  constructor(earlier: RecordedRun | null, planned: PlannedRun | null) {
    this.#finished = earlier === null ? new Set() : finishedIn(earlier);
    this.#isSameList = planned !== null && earlier !== null && plannedOf(earlier) !== null;
    for (const place of this.#finished) {
      const identity = earlier?.ended.get(place)?.identity ?? '';
      this.#left.set(identity, (this.#left.get(identity) ?? 0) + 1);
    }
  }

  /** The place of the next target of the list in the run; null if it has ended already. */
  placeOf(identity: string): number | null {
    const left = this.#left.get(identity) ?? 0;
    const isFinished = this.#isSameList ? this.#finished.has(this.#next) : left > 0;
    if (isFinished) {
      if (this.#isSameList) this.#next += 1;
      if (left > 1) this.#left.set(identity, left - 1);
      else this.#left.delete(identity);
      return null;
    }
    while (this.#finished.has(this.#next)) this.#next += 1;
    this.#next += 1;
    return this.#next - 1;
  }

  /** Finished targets that have not come up. */
  get left(): number {
    return [...this.#left.values()].reduce((sum, count) => sum + count, 0);
  }
}
