/** Detects failed writes to standard output. It imports next to nothing, since `--version` needs it too. */

import { exitCodes } from '../exit-codes.ts';

/** The first error; the stream itself forgets it. */
let failure: NodeJS.ErrnoException | null = null;

/**
 * Runs a command, and reports a failed write to standard output unless the command did.
 *
 * @param run returns the exit code of the command
 * @returns the exit code
 */
export async function guardStandardOutput(run: () => Promise<number>): Promise<number> {
  process.stdout.on('error', (error) => {
    failure ??= error;
  });
  // If stderr fails there is nowhere to report it.
  process.stderr.on('error', () => {});
  const exitCode = await run();
  // Any other exit code already tells the caller not to rely on the output.
  if (exitCode !== exitCodes.conformant) return exitCode;
  const unwritten = await standardOutputFailure();
  if (unwritten === null) return exitCode;
  process.stderr.write(`handshake13: standard output could not be written: ${unwritten.message}\n`);
  return exitCodes.usage;
}

/** @returns the error of a failed write; null if all was written, or the reader has gone */
export async function standardOutputFailure(): Promise<Error | null> {
  // Writes are synchronous, but errors are emitted on the next tick.
  await new Promise((resolve) => setImmediate(resolve));
  return failure === null || isBrokenPipe(failure) ? null : failure;
}

/** `| head` stops reading early; an error that means only this is not reported. */
export function isBrokenPipe({ code }: NodeJS.ErrnoException): boolean {
  return code === 'EPIPE';
}
