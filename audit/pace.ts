/** When the next connection of a run may be opened, whatever its target. */

/** Milliseconds: what a late timer has missed is made up for, a pause is not. */
export const maxLatenessMs = 20;

export interface Pace {
  /**
   * @param whenAdmissible called once it is worth asking again, only where it returns false
   * @returns whether a connection may be opened now; it counts as opened then
   */
  admit(whenAdmissible: () => void): boolean;
  /** From now on nothing is called. */
  stop(): void;
}

/** So many connections a second of this process, at equal intervals. */
export class SteadyPace implements Pace {
  /** Milliseconds. */
  readonly #interval: number;
  /** On the clock of `performance`. */
  #nextAt = 0;
  #timer: NodeJS.Timeout | undefined;

  /** @param rate connections a second; 0 for no limit */
  constructor(rate: number) {
    this.#interval = rate === 0 ? 0 : 1000 / rate;
  }

  admit(whenAdmissible: () => void): boolean {
    if (this.#interval === 0) return true;
    clearTimeout(this.#timer);
    const now = performance.now();
    if (now < this.#nextAt) {
      this.#timer = setTimeout(whenAdmissible, Math.ceil(this.#nextAt - now));
      return false;
    }
    this.#nextAt = Math.max(this.#nextAt, now - maxLatenessMs) + this.#interval;
    return true;
  }

  stop(): void {
    clearTimeout(this.#timer);
  }
}
