/** The client of one case: a process, or a function that stands for one. */

import { setTimeout as sleep } from 'node:timers/promises';
import type { ClientProcess } from '../../scoring/client/observation.ts';
import { ProcessGroup } from '../process/process-group.ts';
import type { ClientStart } from './client-options.ts';

export interface ClientUnderTest {
  /** Settles when it has ended by itself; never rejects. */
  readonly ended: Promise<void>;
  /** As far as it has come; times on the clock of `now`. */
  describe(): ClientProcess;
  stop(): Promise<void>;
}

/** Milliseconds in which it can end when it is asked to. */
const patienceMs = 500;

/** Where our side listens for one case. */
export interface CaseAddress {
  readonly url: string;
  readonly host: string;
  readonly port: number;
  readonly path: string;
  /** The file with the certificate of the authority to trust; null where none was made. */
  readonly ca: string | null;
}

/** @param now milliseconds since the case began */
export function startClient(
  start: ClientStart,
  address: CaseAddress,
  env: NodeJS.ProcessEnv,
  now: () => number,
): ClientUnderTest {
  return typeof start === 'function'
    ? callClient(start, address, now)
    : spawnClient(fillCommand(start.command, address), withAddress(env, address), now);
}

/** Node.js reads the first variable of an authority, and what is built on OpenSSL the second one. */
function withAddress(env: NodeJS.ProcessEnv, { url, ca }: CaseAddress): NodeJS.ProcessEnv {
  const trust = ca === null ? {} : { NODE_EXTRA_CA_CERTS: ca, SSL_CERT_FILE: ca };
  return { ...env, ...trust, HANDSHAKE13_URL: url };
}

/** The command with its placeholders filled in; where none says where to connect, the URL comes last. */
export function fillCommand(command: readonly string[], address: CaseAddress): string[] {
  const values: Readonly<Record<string, string | null>> = { ...address, port: String(address.port) };
  const filled = command.map((word) =>
    word.replace(/\{(url|host|port|path|ca)\}/g, (whole, name: string) => values[name] ?? whole),
  );
  const saysWhere = command.some((word) => /\{(?:url|host|port|path)\}/.test(word));
  return saysWhere ? filled : [...filled, address.url];
}

function spawnClient(command: readonly string[], env: NodeJS.ProcessEnv, now: () => number): ClientUnderTest {
  const group = new ProcessGroup(command, env);
  let endedMs: number | null = null;
  let problem: string | null = null;
  const ended = group.ended.then(
    () => {
      endedMs ??= Math.round(now());
    },
    (error: Error) => {
      endedMs ??= Math.round(now());
      problem = `${command[0]} could not be started: ${error.message}`;
    },
  );
  return {
    ended,
    describe: () => ({
      endedMs,
      exitCode: group.exit?.code ?? null,
      signal: group.exit?.signal ?? null,
      problem,
      output: group.output,
    }),
    stop: () => group.stop(patienceMs),
  };
}

function callClient(
  start: Extract<ClientStart, (...args: never[]) => unknown>,
  { url, ca }: CaseAddress,
  now: () => number,
): ClientUnderTest {
  const stopping = new AbortController();
  let endedMs: number | null = null;
  let output = '';
  const run = async (): Promise<unknown> => start(url, { signal: stopping.signal, ca });
  const ended = run()
    .catch((error: unknown) => {
      output = error instanceof Error ? error.message : String(error);
    })
    .then(() => {
      endedMs ??= Math.round(now());
    });
  return {
    ended,
    describe: () => ({ endedMs, exitCode: null, signal: null, problem: null, output }),
    stop: async () => {
      stopping.abort();
      await Promise.race([ended, sleep(patienceMs, undefined, { ref: false })]);
    },
  };
}
