/** Runs commands for other programs as a stranger would: in dash and bash, with curl, nc and openssl of Debian. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { symlink } from 'node:fs/promises';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import path from 'node:path';
import { buffer } from 'node:stream/consumers';
import pLimit from 'p-limit';
import { isInstalled, unpackPackages } from './debian-packages.ts';

/** The shells that run every command: the strictest one, and the most frequent one. */
export const shells = ['dash', 'bash'] as const;

/** Most of the time they wait. */
const turns = pLimit(16);

let environment: Promise<NodeJS.ProcessEnv> | undefined;

/** @returns what the command wrote to standard output */
export async function runInShell(
  shell: (typeof shells)[number],
  command: string,
  variables: Readonly<Record<string, string>> = {},
): Promise<Buffer> {
  environment ??= prepare();
  const env = { ...(await environment), ...variables };
  return turns(async () => {
    const child = spawn(shell, ['-c', command], { stdio: ['ignore', 'pipe', 'ignore'], env });
    const [output] = await Promise.all([buffer(child.stdout), once(child, 'close')]);
    return output;
  });
}

/** An environment in which all programs are found; nc is fetched where it is not installed. */
async function prepare(): Promise<NodeJS.ProcessEnv> {
  for (const program of [...shells, 'curl', 'openssl']) {
    if (!(await isInstalled(program))) throw new Error(`install ${program}: the tests run commands for it`);
  }
  if (await isInstalled('nc')) return process.env;
  const { folder, env } = await unpackPackages('netcat-openbsd', 'libbsd0', 'libmd0');
  await symlink('nc.openbsd', path.join(folder, 'bin/nc'));
  return env;
}

/** Stands between a command and a server, and sees which of them ends the connection first. */
export interface Witness {
  readonly port: number;
  /** Of each connection, in the order in which they were opened; null while nobody has ended it. */
  readonly endedBy: readonly ('client' | 'server' | null)[];
  close(): Promise<void>;
}

/** @param to a port of loopback */
export async function startWitness(to: number): Promise<Witness> {
  const endedBy: ('client' | 'server' | null)[] = [];
  const sockets = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true }, (client) => {
    const upstream = connect({ port: to, host: '127.0.0.1', allowHalfOpen: true });
    const index = endedBy.push(null) - 1;
    for (const [from, other, who] of [
      [client, upstream, 'client'],
      [upstream, client, 'server'],
    ] as const) {
      sockets.add(from);
      const end = (): void => {
        endedBy[index] ??= who;
      };
      from.pipe(other);
      from.on('end', end);
      from.on('error', () => {
        end();
        other.destroy();
      });
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    endedBy,
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
