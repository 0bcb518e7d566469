/** Where in a file something is written: a target, or an entry of the baseline. */

/** A line of a file, counted from 1; the file as seen from the working directory, with `/` between its parts. */
export interface SourceLocation {
  readonly file: string;
  readonly line: number;
}
