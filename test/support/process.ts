/**
 * Runs the command as it ships: the bundle, in a process of its own. For what needs one: signals, pipes, closed
 * streams, start-up; all else is quicker with command.ts.
 */

import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import pLimit from 'p-limit';
import { neutral, type Outcome, type RunOptions } from './command.ts';

export const program = fileURLToPath(new URL('../../bin/handshake13.js', import.meta.url));

/** A process that runs: what it has written so far, and its end. */
export interface Running {
  readonly child: ChildProcessWithoutNullStreams;
  readonly ended: Promise<Outcome>;
  /** Resolves when standard output has begun with a whole line. */
  readonly firstLine: Promise<string>;
}

/** A few at a time: each of them takes a processor for a moment. */
const turns = pLimit(4);

export function runProcess(args: readonly string[], options: RunOptions = {}): Promise<Outcome> {
  return turns(() => start(args, options).ended);
}

export function start(
  args: readonly string[],
  options: RunOptions & { readonly keepInput?: boolean } = {},
): Running {
  return startProcess(process.execPath, [program, ...args], options);
}

/** A line for the shell; `$NODE` and `$PROGRAM` are the command. */
export function runInShell(line: string, options: RunOptions = {}): Promise<Outcome> {
  const env = { ...options.env, NODE: process.execPath, PROGRAM: program };
  return turns(() => startProcess('bash', ['-c', line], { ...options, env }).ended);
}

function startProcess(
  file: string,
  args: readonly string[],
  { env, cwd, keepInput = false }: RunOptions & { readonly keepInput?: boolean },
): Running {
  const child = spawn(file, args, { env: { ...neutral, ...env }, ...(cwd !== undefined && { cwd }) });
  if (!keepInput) child.stdin.end();
  let stdout = '';
  let stderr = '';
  const ended = new Promise<Outcome>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve({ code, signal, stdout, stderr }));
  });
  const firstLine = new Promise<string>((resolve, reject) => {
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
      const end = stdout.indexOf('\n');
      if (end !== -1) resolve(stdout.slice(0, end));
    });
    ended.then(() => reject(new Error(`it ended without a line: ${stderr}`)), reject);
  });
  // Most callers do not wait for it.
  firstLine.catch(() => {});
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  return { child, ended, firstLine };
}
