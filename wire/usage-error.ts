/** Invalid options or targets. */

interface UsageErrorDetails {
  /** The option that is wrong, as the library names it. */
  readonly option?: string | undefined;
  /** Where it is written: FILE:LINE, or the name of a variable. */
  readonly place?: string | undefined;
}

/** Invalid options or target; nothing was sent. The message says how to fix it. */
export class UsageError extends Error {
  override name = 'UsageError';
  /** The option that is wrong, as the library names it; null if it is something else. */
  readonly option: string | null;
  /** Where that is written; null if that is unknown. */
  readonly place: string | null;
  /** What is wrong. If there is an option, the words that follow its name. */
  readonly problem: string;

  constructor(problem: string, { option, place }: UsageErrorDetails = {}) {
    super();
    this.problem = problem;
    this.option = option ?? null;
    this.place = place ?? null;
    this.message = this.describe((name) => name);
  }

  /** The message, with the option as `spell` writes it. */
  describe(spell: (option: string) => string): string {
    const place = this.place === null ? '' : `${this.place}: `;
    const subject = this.option === null ? '' : `${spell(this.option)} `;
    return `${place}${subject}${this.problem}`;
  }
}
