/** What a complete run holds, so that a report can be checked for completeness. */

import { createHash } from 'node:crypto';
import type { PlannedRun, TargetInfo } from './report.ts';

type ListedTarget = Pick<TargetInfo, 'url' | 'label'>;

/** @param notBegun targets that are missing in the list, because a run was interrupted */
export function planRun(targets: readonly ListedTarget[], notBegun = 0): PlannedRun {
  const counter = new TargetCounter();
  for (const target of targets) counter.add(target);
  const planned = counter.planned();
  return { ...planned, targets: planned.targets + notBegun };
}

/** Counts and hashes the targets of a list one by one, and keeps none. */
export class TargetCounter {
  readonly #hash = createHash('sha256');
  #targets = 0;

  get count(): number {
    return this.#targets;
  }

  add({ url, label }: ListedTarget): void {
    this.#hash.update(`${JSON.stringify([url, label])}\n`);
    this.#targets += 1;
  }

  planned(): PlannedRun {
    return { targets: this.#targets, listHash: this.#hash.copy().digest('hex'), shard: null };
  }
}
