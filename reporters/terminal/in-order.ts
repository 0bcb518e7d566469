/** Lines of targets that end in any order, printed in the order in which the targets were given. */

export class InOrder {
  readonly #print: (lines: readonly string[]) => void;
  /** Lines of targets that ended before one that was given earlier. */
  readonly #waiting = new Map<number, readonly string[]>();
  #next = 0;

  constructor(print: (lines: readonly string[]) => void) {
    this.#print = print;
  }

  /** @param index place of the target, from 0 */
  add(index: number, lines: readonly string[]): void {
    this.#waiting.set(index, lines);
    while (this.#waiting.has(this.#next)) this.#printNext();
  }

  /** Prints the rest: an interrupted run has no lines of targets that did not begin. */
  end(): void {
    const last = Math.max(-1, ...this.#waiting.keys());
    while (this.#next <= last) this.#printNext();
  }

  #printNext(): void {
    this.#print(this.#waiting.get(this.#next) ?? []);
    this.#waiting.delete(this.#next);
    this.#next += 1;
  }
}
