/** Several reporters as one: each gets everything, and they go on without one that fails. */

/** A reporter, and the end of what it writes. */
export interface Attached<Reporter> {
  /** As an error message names it. */
  readonly name: string;
  readonly reporter: Reporter;
  /** Ends the report. @throws Error where not all of it could be written */
  readonly finish: () => Promise<void>;
  /** Gives the report up. */
  readonly discard: () => Promise<void>;
}

export class FanOut<Reporter> {
  readonly #attached: readonly Attached<Reporter>[];
  readonly #failures = new Map<Attached<Reporter>, string>();

  constructor(attached: readonly Attached<Reporter>[]) {
    this.#attached = attached;
  }

  /** @param isLast the reports end with it */
  async hand(handTo: (reporter: Reporter) => void | Promise<void>, isLast: boolean): Promise<void> {
    await Promise.all(
      this.#attached.map(async (one) => {
        if (this.#failures.has(one)) return;
        try {
          await handTo(one.reporter);
          if (isLast) await one.finish();
        } catch (error) {
          this.#failures.set(one, error instanceof Error ? error.message : String(error));
          await one.discard();
        }
      }),
    );
  }

  /** Why reports could not be written, in words; in the order of the reporters, whichever failed first. */
  get failures(): readonly string[] {
    return this.#attached
      .filter((one) => this.#failures.has(one))
      .map((one) => `the report "${one.name}" could not be written: ${this.#failures.get(one)}`);
  }
}
