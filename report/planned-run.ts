/** What a complete run holds, so that a report can be checked for completeness. */

import { createHash } from 'node:crypto';
import type { PlannedRun } from './report.ts';
import { identityOf, isInShard, type ListedTarget, type Shard } from './shard.ts';

/** @param notBegun targets that are missing in the list, because a run was interrupted */
export function planRun(targets: readonly ListedTarget[], notBegun = 0): PlannedRun {
  const counter = new TargetCounter();
  for (const target of targets) counter.add(target);
  const planned = counter.planned();
  return { ...planned, targets: planned.targets + notBegun };
}

/** Hashes the targets of a list one by one, counts those of a share, and keeps none. */
export class TargetCounter {
  readonly #shard: Shard | null;
  readonly #hash = createHash('sha256');
  #count = 0;

  /** @param shard null for the whole list */
  constructor(shard: Shard | null = null) {
    this.#shard = shard;
  }

  /** Targets of the share so far. */
  get count(): number {
    return this.#count;
  }

  /** @returns whether it belongs to the share */
  add(target: ListedTarget): boolean {
    const identity = identityOf(target);
    this.#hash.update(`${identity}\n`);
    const isOurs = isInShard(identity, this.#shard);
    if (isOurs) this.#count += 1;
    return isOurs;
  }

  planned(): PlannedRun {
    return { targets: this.#count, listHash: this.#hash.copy().digest('hex'), shard: this.#shard };
  }
}
