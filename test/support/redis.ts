/** A Redis server of the tests' own, on a loopback port, with a password; nothing is written to disk. */

import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { promisify } from 'node:util';
import { closedPort } from './servers.ts';

export interface RedisServer {
  readonly url: string;
  /** Everything that it holds, as redis-cli prints it. */
  readonly dump: () => Promise<string>;
  /** Every command that it has got so far. */
  readonly commands: () => string;
}

export const redisPassword = 'redis-pass-4711';

export async function withRedis<T>(use: (server: RedisServer) => Promise<T>): Promise<T> {
  const port = await closedPort();
  const own = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'];
  const server = spawn('redis-server', [...own, '--requirepass', redisPassword], { cwd: '/tmp' });
  let monitor: ChildProcess | undefined;
  const client = ['-p', String(port), '-a', redisPassword, '--no-auth-warning'];
  const ask = async (...words: string[]): Promise<string> =>
    (await promisify(execFile)('redis-cli', [...client, ...words])).stdout;
  try {
    await printed(server, 'Ready to accept connections');
    let commands = '';
    monitor = spawn('redis-cli', [...client, 'MONITOR']);
    monitor.stdout?.on('data', (chunk: Buffer) => {
      commands += chunk.toString('latin1');
    });
    await printed(monitor, 'OK');
    return await use({
      url: `redis://:${redisPassword}@127.0.0.1:${port}`,
      dump: async () => {
        const keys = (await ask('--scan')).split('\n').filter((key) => key !== '');
        return (await Promise.all(keys.map(async (key) => `${key}\n${await ask('DUMP', key)}`))).join('\n');
      },
      commands: () => commands,
    });
  } finally {
    monitor?.kill('SIGKILL');
    server.kill('SIGKILL');
    if (server.exitCode === null && server.signalCode === null) await once(server, 'exit');
  }
}

/** Settles when the process has printed the text. */
export async function printed(
  { stdout, stderr }: Pick<ChildProcess, 'stdout' | 'stderr'>,
  text: string,
): Promise<void> {
  let all = '';
  await new Promise<void>((resolve) => {
    const look = (chunk: Buffer | string): void => {
      all += chunk;
      if (!all.includes(text)) return;
      for (const stream of [stdout, stderr]) stream?.off('data', look);
      resolve();
    };
    for (const stream of [stdout, stderr]) stream?.on('data', look);
  });
}
