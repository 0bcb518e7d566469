/** Child processes: run to their end and timed, or the server that everything is measured against. */

import { type ChildProcess, type StdioOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import type { Usage } from './usage.ts';

/** Milliseconds after which a child is ended, and the measurement with it. */
const maxChildMs = 60_000;

/** The tool as it ships: the command that this bench is about. */
export const toolPath = compiled('../bin/handshake13.js');

/** The path of one of our compiled files, relative to this one. */
export function compiled(relativePath: string): string {
  return fileURLToPath(new URL(relativePath, import.meta.url));
}

export interface Finished {
  readonly ms: number;
  readonly exitCode: number;
  /** What it wrote where `output` says; empty where nothing was kept. */
  readonly output: string;
}

/**
 * Runs a command to its end.
 *
 * @param output the file descriptor to read, or null to discard everything but errors
 * @param maxMs milliseconds after which it is killed
 * @throws Error where it cannot be started, takes too long or is killed
 */
export async function run(
  command: string,
  args: readonly string[],
  output: 1 | 3 | null = null,
  maxMs = maxChildMs,
): Promise<Finished> {
  const stdio: StdioOptions = ['ignore', 'ignore', 'inherit'];
  if (output !== null) stdio[output] = 'pipe';
  const startedAt = performance.now();
  const child = spawn(command, args, { stdio, timeout: maxMs, killSignal: 'SIGKILL' });
  const pipe = output === null ? null : child.stdio[output];
  const [[exitCode, signal], written] = await Promise.all([
    // Rejects where the command cannot be started.
    once(child, 'exit'),
    pipe === null || pipe === undefined ? '' : text(pipe as NodeJS.ReadableStream),
  ]);
  const ms = performance.now() - startedAt;
  if (exitCode === null) throw new Error(`${command} ${args.join(' ')} was ended by ${signal}`);
  return { ms, exitCode, output: written };
}

/**
 * Runs a script to its end.
 *
 * @param args of Node.js
 * @throws Error as `run`, and where the script did not say what it took
 */
export async function runMeasured(args: readonly string[], maxMs?: number): Promise<Finished & Usage> {
  const finished = await run(process.execPath, ['--import', compiled('./usage.js'), ...args], 3, maxMs);
  const usage = JSON.parse(finished.output || '{}') as Partial<Usage>;
  const { peakKib = 0, cpuMs = 0 } = usage;
  if (!(peakKib > 0)) throw new Error(`${args[0]} did not report what it took`);
  return { ...finished, peakKib, cpuMs };
}

export interface Server {
  /** The first line that it printed. */
  readonly line: string;
  readonly stop: () => Promise<void>;
}

/** Starts a server of ours in a process of its own, so that its work is not counted as the tool's. */
export async function startServer(script: './server.js' | './fleet-server.js'): Promise<Server> {
  // Its standard input is a pipe from us: it ends when we do, however that comes about.
  const child = spawn(process.execPath, [compiled(script)], { stdio: ['pipe', 'pipe', 'inherit'] });
  const [line] = await Promise.race([once(child.stdout, 'data'), neverListened(child)]);
  return {
    line: String(line).trim(),
    stop: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const gone = once(child, 'exit');
      child.kill();
      await gone;
    },
  };
}

async function neverListened(child: ChildProcess): Promise<never> {
  const [exitCode] = await once(child, 'exit');
  throw new Error(`the server ended with exit code ${exitCode} before it listened`);
}
