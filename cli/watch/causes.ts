/** Why to audit again: gathered until the next audit begins, so that many causes lead to one. */

import { setTimeout as sleep } from 'node:timers/promises';

/** Milliseconds in which files that are written together count as one change. */
const togetherMs = 100;

export class Causes {
  readonly #files = new Set<string>();
  #isAsked = false;
  #arrived = (): void => {};

  addFile(file: string): void {
    this.#files.add(file);
    this.#arrived();
  }

  /** Somebody asks for it. */
  ask(): void {
    this.#isAsked = true;
    this.#arrived();
  }

  /** Waits for a cause, and takes all that there are. @returns them in words; null where the signal is aborted */
  async next(signal: AbortSignal): Promise<string | null> {
    const aborted = new Promise<void>((resolve) => {
      signal.addEventListener('abort', () => resolve(), { once: true });
    });
    while (!signal.aborted && !this.#isAsked && this.#files.size === 0) {
      const arrived = new Promise<void>((resolve) => {
        this.#arrived = resolve;
      });
      await Promise.race([arrived, aborted]);
    }
    if (!this.#isAsked) await Promise.race([sleep(togetherMs), aborted]);
    return signal.aborted ? null : this.#take();
  }

  #take(): string {
    // Sorted, since the order in which changes are reported is a matter of chance.
    const [first, ...others] = [...this.#files].sort();
    this.#files.clear();
    this.#isAsked = false;
    if (first === undefined) return 'Enter';
    return `${first}${others.length === 0 ? '' : ` and ${others.length} more`} changed`;
  }
}
