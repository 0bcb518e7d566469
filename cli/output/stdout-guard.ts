/** Whether what was written to standard output has arrived. By itself, since `--version` needs it too. */

import { isBrokenPipe } from '../broken-pipe.ts';
import { exitCodes } from '../exit-codes.ts';

/** The first error; the stream itself forgets it. */
let failure: NodeJS.ErrnoException | null = null;

/**
 * Runs a command, and complains where nothing else does of standard output that could not be written.
 *
 * @param run returns the exit code of the command
 * @returns the exit code
 */
export async function guardStandardOutput(run: () => Promise<number>): Promise<number> {
  process.stdout.on('error', (error) => {
    failure ??= error;
  });
  // That a complaint cannot be told, nobody can be told.
  process.stderr.on('error', () => {});
  const exitCode = await run();
  // A command that has something to say of it has said it, by its exit code too.
  if (exitCode !== exitCodes.conformant) return exitCode;
  const unwritten = await standardOutputFailure();
  if (unwritten === null) return exitCode;
  process.stderr.write(`handshake13: standard output could not be written: ${unwritten.message}\n`);
  return exitCodes.usage;
}

/** @returns why what was written did not arrive; null where it did, or nobody reads it */
export async function standardOutputFailure(): Promise<Error | null> {
  // It is written at once, but an error is told in the next turn.
  await new Promise((resolve) => setImmediate(resolve));
  return failure === null || isBrokenPipe(failure) ? null : failure;
}
