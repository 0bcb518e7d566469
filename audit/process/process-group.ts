/** A command of the user as a group of processes: it is ended with everything that it started. */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { onExit } from 'signal-exit';

/** Bytes of the output that are shown: the last ones. */
const maxShown = 16 * 1024;
/** Bytes that are kept: a secret that begins before what is shown has to be whole to be found. */
const maxKept = 2 * maxShown;
/** Milliseconds in which the processes can end by themselves. */
const usualPatienceMs = 5000;
/** Milliseconds for those that hold none of the command's output open: whether they run, or have ended and are still listed, cannot be told. */
const hiddenPatienceMs = 100;
const lookEveryMs = 20;

/** How a process ended. */
export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** The end of an output from which secrets were removed. */
export function shownOutput(output: string): string {
  return Buffer.from(output).subarray(-maxShown).toString();
}

export class ProcessGroup {
  readonly #child: ChildProcess;
  readonly #kept: Buffer[] = [];
  #keptBytes = 0;
  #exit: Exit | null = null;
  /** Settles when the command has ended, and nothing holds its output open any more. */
  readonly #closed: Promise<unknown>;
  /** Settles when the command itself has ended; rejects where it could not be started. */
  readonly ended: Promise<Exit>;
  /** Ends the group with this process, however that ends, unless it is killed. @returns what undoes that */
  readonly #release = onExit(() => void this.#signal('SIGKILL'));

  /** @param command a line for the shell, or a program and its arguments */
  constructor(command: string | readonly string[], env: NodeJS.ProcessEnv) {
    const [file = '', ...args] = typeof command === 'string' ? [command] : command;
    this.#child = spawn(file, args, {
      shell: typeof command === 'string',
      env,
      // On Windows a detached process would have a window of its own.
      detached: process.platform !== 'win32',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [this.#child.stdout, this.#child.stderr])
      stream?.on('data', (bytes: Buffer) => this.#keep(bytes));
    this.ended = once(this.#child, 'exit').then(([code, signal]) => {
      this.#exit = { code, signal };
      return this.#exit;
    });
    this.ended.catch(() => {});
    this.#closed = once(this.#child, 'close').catch(() => {});
  }

  /** How the command ended; null while it runs. */
  get exit(): Exit | null {
    return this.#exit;
  }

  /**
   * The last part of what the processes wrote on standard output and standard error, in the order in which it came:
   * for `shownOutput`.
   */
  get output(): string {
    return Buffer.concat(this.#kept).subarray(-maxKept).toString();
  }

  /** Ends all processes of the group: asks them to, and ends them by force where they take too long, in milliseconds. */
  async stop(patienceMs = usualPatienceMs): Promise<void> {
    this.#signal('SIGTERM');
    await Promise.race([this.#closed, sleep(patienceMs, undefined, { ref: false })]);
    const deadline = performance.now() + hiddenPatienceMs;
    while (this.#signal(0) && performance.now() < deadline) await sleep(lookEveryMs);
    this.#signal('SIGKILL');
    this.#release();
    // A process that left the group may hold them open.
    this.#child.stdout?.destroy();
    this.#child.stderr?.destroy();
  }

  #keep(bytes: Buffer): void {
    this.#kept.push(bytes);
    this.#keptBytes += bytes.length;
    while (this.#keptBytes - (this.#kept[0]?.length ?? 0) >= maxKept)
      this.#keptBytes -= this.#kept.shift()?.length ?? 0;
  }

  /** @returns whether there was a process to get it */
  #signal(signal: NodeJS.Signals | 0): boolean {
    const { pid } = this.#child;
    if (pid === undefined) return false;
    try {
      if (process.platform !== 'win32') return process.kill(-pid, signal);
      if (this.#exit !== null) return false;
      if (signal !== 0) spawn('taskkill', ['/pid', String(pid), '/t', '/f'], { stdio: 'ignore' });
      return true;
    } catch {
      return false;
    }
  }
}
