/** The error of a failed test: the finding in words, and what runners need for a diff. */

/** What the target had to do and what it did, each as text that a runner can compare. */
export interface Difference {
  readonly expected: string;
  readonly actual: string;
}

/** A probe that failed, or on which there is no verdict; the message says all there is to say. */
export class HandshakeFailure extends Error {
  override name = 'HandshakeFailure';
  /** Absent where there is no verdict. */
  declare readonly expected?: string;
  declare readonly actual?: string;

  constructor(message: string, difference: Difference | null = null) {
    super(message);
    if (difference !== null) Object.assign(this, difference);
    dropFrames(this);
  }
}

/** @param why safe to show */
export function couldNotTell(name: string, why: string): HandshakeFailure {
  return new HandshakeFailure(`${name}: could not tell: ${why}`);
}

/** Leaves only the message: where in this package an error was made is of no use to whoever reads a failed test. */
export function dropFrames(error: Error): void {
  error.stack = `${error.name}: ${error.message}`;
}
