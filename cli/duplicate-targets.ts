/** Targets that are given more than once. */

import { normaliseUrl } from '../wire/endpoint/target.ts';
import type { ResolvedTarget } from './settings/resolve.ts';
import type { ListedTarget } from './settings/target-list.ts';

/** Tells targets that came before: of one URL, label and options each is one, wherever it is written. */
export class Repetitions {
  readonly #seen = new Set<string>();
  /** How many there were. */
  count = 0;

  /** The targets without repetitions, of each other and of those that came before. */
  without<T extends ResolvedTarget | ListedTarget>(targets: readonly T[]): T[] {
    return targets.filter((target) => {
      const key = identityOf(target);
      const isNew = !this.#seen.has(key);
      this.#seen.add(key);
      if (!isNew) this.count += 1;
      return isNew;
    });
  }
}

function identityOf(target: ResolvedTarget | ListedTarget): string {
  const own = 'own' in target ? [...target.own].map(([name, { value }]) => [name, value]) : [];
  const address = 'address' in target ? target.address : undefined;
  return JSON.stringify([normaliseUrl(target.url) ?? target.url, target.label, own, address]);
}
