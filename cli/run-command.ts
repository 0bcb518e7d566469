/**
 * The command from its first line to its exit code, whatever fails. It imports next to nothing: `--version` needs no
 * more, all else is loaded when it is needed.
 */

import { tool } from '../report/tool.ts';
import { exitCodes, problemOfSurroundings } from './exit-codes.ts';
import type { Failure } from './failure.ts';
import { guardStandardOutput } from './output/stdout-guard.ts';

/** Runs a command line as this process, and ends it with the exit code. */
export async function runAsProcess(args: readonly string[]): Promise<void> {
  process.on('uncaughtException', async (error) => {
    const exitCode = await explain(error, args);
    process.off('exit', endedEarly);
    process.exit(exitCode);
  });
  // Beyond a limit of the file size this signal would end the process; without it the write fails, and is reported.
  process.on('SIGXFSZ', () => {});
  // Without this, process.exit(0) in a configuration file would look like the code of a result.
  process.once('exit', endedEarly);
  process.exitCode = await runCommand(args);
  process.off('exit', endedEarly);
  // A configuration file in JavaScript may have left something running.
  for (const stream of [process.stdout, process.stderr])
    await new Promise<void>((written) => stream.write('', () => written()));
  process.exit();
}

function endedEarly(): void {
  process.exitCode = exitCodes.internal;
  process.stderr.write(
    'handshake13: the process was ended before there was a result; does a configuration file call process.exit()?\n',
  );
}

/** @returns the exit code; never rejects */
export async function runCommand(args: readonly string[]): Promise<number> {
  try {
    return await guardStandardOutput(async () => {
      if (args.length === 1 && args[0] === '--version') {
        process.stdout.write(`${tool.version}\n`);
        return exitCodes.conformant;
      }
      const { main } = await import('./program.ts');
      return main(args);
    });
  } catch (error) {
    return explain(error, args);
  }
}

/** Writes to standard error why the command cannot go on. @returns the exit code; never rejects */
async function explain(error: unknown, args: readonly string[]): Promise<number> {
  const problem = problemOfSurroundings(error);
  const { text, exitCode } =
    problem === null
      ? await load(error, args)
      : { text: `handshake13: ${problem}\n`, exitCode: exitCodes.usage };
  process.stderr.write(text);
  return exitCode;
}

async function load(error: unknown, args: readonly string[]): Promise<Failure> {
  try {
    return (await import('./failure.ts')).failureOf(error, args);
  } catch {
    return {
      text: 'handshake13: internal error, and what it is cannot be said; report it to the maintainers\n',
      exitCode: exitCodes.internal,
    };
  }
}
