/** A server in a child process, from its start to its end. */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

export interface ChildServer {
  readonly url: string;
  /** Ends the process and waits for that. */
  stop(): Promise<void>;
}

/** Starts a server of serve.ts. */
export function startServer(name: string): Promise<ChildServer> {
  return start([fileURLToPath(new URL('../servers/serve.js', import.meta.url)), name]);
}

/** Starts a program whose inspector listens: the WebSocket server that is built into Node.js. */
export function startInspector(): Promise<ChildServer> {
  return start(['--inspect=127.0.0.1:0', '--eval', 'process.stdin.resume()']);
}

/** Resolves when the process has written a `ws:` URL. */
async function start(args: readonly string[]): Promise<ChildServer> {
  const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'pipe'] });
  const exited = once(child, 'exit');
  try {
    return { url: await readUrl(child), stop };
  } catch (error) {
    await stop();
    throw error;
  }

  async function stop(): Promise<void> {
    child.kill('SIGKILL');
    await exited;
  }
}

/** From standard output, or from standard error, where the inspector writes its own. */
function readUrl(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let output = '';
    const read = (chunk: Buffer): void => {
      output += chunk;
      const line = /(ws:\/\/\S+)\r?\n/.exec(output)?.[1];
      if (line !== undefined) resolve(line);
    };
    child.stdout?.on('data', read);
    child.stderr?.on('data', read);
    child.once('exit', () => reject(new Error(`the server ended before it listened: ${output}`)));
  });
}
