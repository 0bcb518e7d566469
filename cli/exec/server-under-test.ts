/** `--exec`: starts the server that is audited, waits until it can be connected to, and ends it afterwards. */

import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Exit, ProcessGroup, shownOutput } from '../../audit/process/process-group.ts';
import type { Target } from '../../wire/endpoint/target.ts';
import { UsageError } from '../../wire/usage-error.ts';

/** Milliseconds between two attempts to connect, and for one of them. */
const [attemptEveryMs, attemptMs] = [50, 1000];

export interface ServerUnderTest {
  /** How the command ended by itself, and what it wrote last, as lines; null while it runs. */
  describeEnd(): string[] | null;
  stop(): Promise<void>;
}

/** A port of this machine that is free now, for the command and its targets. */
export async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** Where a server listens. */
export type Endpoint = Pick<Target, 'hostname' | 'port' | 'socketPath'>;

export interface ServerCommand {
  /** A line for the shell. */
  readonly command: string;
  /** Every place where the server has to listen. */
  readonly endpoints: readonly Endpoint[];
  readonly env: NodeJS.ProcessEnv;
  /** Milliseconds to wait for that. */
  readonly timeoutMs: number;
  /** Gets the output of the command, as lines, where it fails to start. */
  readonly show: (lines: readonly string[]) => void;
  /** What may be shown of the output: a server may log what it is sent. */
  readonly redact: (output: string) => string;
}

/**
 * Starts a command, and waits until every endpoint accepts connections, or the signal is aborted.
 *
 * @throws UsageError where the command ends before that, or the time is up; it has been stopped then
 */
export async function startServer(
  { command, endpoints, env, timeoutMs, show, redact }: ServerCommand,
  signal: AbortSignal,
): Promise<ServerUnderTest> {
  const group = new ProcessGroup(command, env);
  const deadline = performance.now() + timeoutMs;
  const problemAt = (endpoint: Endpoint): string | null => {
    if (group.exit !== null)
      return `${describeExit(group.exit)} before anything accepted a connection at ${nameOf(endpoint)}`;
    return performance.now() < deadline
      ? null
      : `nothing accepted a connection at ${nameOf(endpoint)} within ${timeoutMs / 1000} s; check the port, or raise --exec-timeout`;
  };
  for (const endpoint of endpoints) {
    while (!signal.aborted && !(await acceptsConnection(endpoint))) {
      const problem = problemAt(endpoint);
      if (problem !== null) {
        await group.stop();
        show(outputOf(group, redact));
        throw new UsageError(`${JSON.stringify(command)}: ${problem}`, { option: 'exec' });
      }
      await Promise.race([sleep(attemptEveryMs), group.ended.catch(() => {})]);
    }
  }
  return {
    describeEnd: () =>
      group.exit === null
        ? null
        : [`${describeExit(group.exit)} during the audit`, ...outputOf(group, redact)],
    stop: () => group.stop(),
  };
}

function describeExit({ code, signal }: Exit): string {
  return signal === null ? `the command ended with exit code ${code}` : `the command was ended by ${signal}`;
}

function outputOf({ output }: ProcessGroup, redact: ServerCommand['redact']): string[] {
  const text = shownOutput(redact(output)).trimEnd();
  return text === ''
    ? ['it wrote nothing']
    : ['its output:', ...text.split(/\r?\n/).map((line) => `  ${line}`)];
}

function nameOf({ hostname, port, socketPath }: Endpoint): string {
  return socketPath ?? `${hostname.includes(':') ? `[${hostname}]` : hostname}:${port}`;
}

async function acceptsConnection({ hostname, port, socketPath }: Endpoint): Promise<boolean> {
  const socket = connect(socketPath === null ? { host: hostname, port } : { path: socketPath });
  socket.setTimeout(attemptMs);
  const isConnected = await new Promise<boolean>((resolve) => {
    socket.once('connect', () => resolve(true));
    socket.once('error', () => resolve(false));
    socket.once('timeout', () => resolve(false));
  });
  socket.destroy();
  return isConnected;
}
