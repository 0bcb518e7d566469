/**
 * Runs the command inside the process of the tests, for whatever shows in texts, files and exit codes. Signals, pipes,
 * closed streams and start-up need a process: process.ts.
 */

import { Console } from 'node:console';
import { Readable, Writable } from 'node:stream';
import pLimit from 'p-limit';
import { runCommand } from '../../cli/run-command.ts';

export interface Outcome {
  /** Null where a signal ended the process. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
}

/** What decides about colours and glyphs must not depend on where the tests run. */
export const neutral = { PATH: process.env.PATH ?? '', HOME: '/nonexistent', LANG: 'C.UTF-8' };

/** One at a time: what a process has only one of is exchanged for the run. */
const turn = pLimit(1);

export function run(args: readonly string[], options: RunOptions = {}): Promise<Outcome> {
  return turn(async () => {
    const [stdout, stderr] = [captured(), captured()];
    const restore = exchange({ ...options, stdout: stdout.stream, stderr: stderr.stream });
    try {
      const code = await runCommand(args);
      return { code, signal: null, stdout: stdout.text(), stderr: stderr.text() };
    } finally {
      restore();
    }
  });
}

interface Surroundings extends RunOptions {
  readonly stdout: Writable;
  readonly stderr: Writable;
}

/** Exchanges the streams, the environment and the folder of this process. @returns what puts them back */
function exchange({ stdout, stderr, env, cwd }: Surroundings): () => void {
  const folder = process.cwd();
  const before = { env: process.env, console: globalThis.console };
  const streams = ['stdin', 'stdout', 'stderr'] as const;
  const descriptors = streams.map((name) => Object.getOwnPropertyDescriptor(process, name));
  if (cwd !== undefined) process.chdir(cwd);
  process.env = { ...neutral, ...env };
  globalThis.console = new Console(stdout, stderr);
  const replacements = { stdin: Readable.from([]), stdout, stderr };
  for (const name of streams)
    Object.defineProperty(process, name, { configurable: true, enumerable: true, value: replacements[name] });
  return () => {
    for (const [i, name] of streams.entries()) Object.defineProperty(process, name, descriptors[i] ?? {});
    globalThis.console = before.console;
    process.env = before.env;
    process.chdir(folder);
  };
}

/** A stream that keeps what is written to it. */
function captured(): { readonly stream: Writable; readonly text: () => string } {
  const chunks: Buffer[] = [];
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      chunks.push(chunk);
      done();
    },
  });
  return { stream, text: () => Buffer.concat(chunks).toString('utf8') };
}
