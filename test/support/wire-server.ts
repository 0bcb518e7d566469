/** Servers for one test: raw sockets on loopback, what happened on each connection, and what to talk to them with. */

import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { createServer as createTlsServer, type TlsOptions as ServerTlsOptions } from 'node:tls';
import { resetAtOnce } from '../../fixtures/reset.ts';
import { type Connect, createConnector } from '../../wire/connect/connector.ts';
import { type ConnectionOptions, createTarget } from '../../wire/endpoint/target.ts';
import type { Exchange, ExchangeLimits, RunningExchange } from '../../wire/exchange.ts';
import { startExchange } from '../../wire/http1/http1-exchange.ts';
import { serialiseRequest } from '../../wire/http1/serialise-request.ts';
import type { RequestTemplate } from '../../wire/request.ts';

/** One connection, seen from the server. It stays half-open: the client's FIN is not answered by itself. */
export class Peer {
  readonly socket: Socket;
  /** In latin1. */
  received = '';
  /** How the client ended the connection; undefined while it has not. */
  ending: 'fin' | 'reset' | undefined;
  /** Settles when the client ends the connection, or resets it. */
  readonly ended: Promise<'fin' | 'reset'>;
  /** The TCP connection, which under TLS is not the socket itself. */
  readonly #below: Socket;
  readonly #waiting = new Set<() => void>();

  constructor(socket: Socket, below: Socket) {
    this.socket = socket;
    this.#below = below;
    this.ended = new Promise((resolve) => {
      const end = (ending: 'fin' | 'reset') => {
        this.ending ??= ending;
        // The client is done, so nothing is proved by staying any longer.
        socket.end();
        resolve(this.ending);
      };
      socket.on('end', () => end('fin'));
      socket.on('error', () => end('reset'));
    });
    socket.on('data', (chunk: Buffer) => {
      this.received += chunk.toString('latin1');
      for (const check of this.#waiting) check();
    });
  }

  /** Resolves when what came matches. */
  async until(pattern: RegExp): Promise<void> {
    await new Promise<void>((resolve) => {
      const check = () => {
        if (!pattern.test(this.received)) return;
        this.#waiting.delete(check);
        resolve();
      };
      this.#waiting.add(check);
      check();
    });
  }

  /** Resolves when the head of the request is there. */
  request(): Promise<void> {
    return this.until(/\r\n\r\n/);
  }

  /** Sends bytes, one per character; resolves once the system has taken them, or will not. */
  async send(text: string): Promise<void> {
    await new Promise<void>((resolve) => this.socket.write(text, 'latin1', () => resolve()));
  }

  /** Sends RST. */
  reset(): void {
    resetAtOnce(this.#below);
  }

  /** Sends the text again and again, as fast as the client takes it, until the connection is over. */
  async flood(text: string): Promise<void> {
    const chunk = Buffer.from(text.repeat(Math.ceil(65536 / text.length)), 'latin1');
    while (this.socket.writable) {
      await new Promise<void>((resolve) => this.socket.write(chunk, () => resolve()));
    }
  }
}

/** Milliseconds after which a server drops its connections and fails: less than a test may take. */
const patience = 8000;

export interface TestServer {
  readonly port: number;
  /** Every connection, in the order in which they came. */
  readonly peers: readonly Peer[];
}

/**
 * Runs a server while `use` lasts, then waits until it is left without connections, and fails if it never is.
 *
 * @param serve what the server does with one connection
 */
export async function withServer<T>(
  serve: (peer: Peer) => unknown,
  use: (server: TestServer) => Promise<T>,
  tls?: ServerTlsOptions,
): Promise<T> {
  const peers: Peer[] = [];
  const failures: unknown[] = [];
  const serveOn = (socket: Socket, below: Socket) => {
    const peer = new Peer(socket, below);
    peers.push(peer);
    Promise.resolve(serve(peer)).catch((error: unknown) => failures.push(error));
  };
  const sockets = new Set<Socket>();
  const server = createServer({ allowHalfOpen: tls === undefined, noDelay: true });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  if (tls === undefined) {
    server.on('connection', (socket) => serveOn(socket, socket));
  } else {
    const below = new Map<number | undefined, Socket>();
    const tlsServer = createTlsServer(tls);
    server.on('connection', (socket) => {
      below.set(socket.remotePort, socket);
      tlsServer.emit('connection', socket);
    });
    tlsServer.on('secureConnection', (socket) => {
      // Only now: a half-open socket would outlive a client that gives up in the middle of the handshake.
      socket.allowHalfOpen = true;
      serveOn(socket, below.get(socket.remotePort) ?? socket);
    });
    // Clients that do not speak TLS, or do not like the certificate.
    tlsServer.on('tlsClientError', (_error, socket) => socket.destroy());
  }
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const dropAll = () => {
    for (const socket of sockets) socket.destroy();
  };
  let isOverdue = false;
  const watchdog = setTimeout(() => {
    isOverdue = true;
    dropAll();
  }, patience);
  const closed = async () => {
    await new Promise((resolve) => server.close(resolve));
    clearTimeout(watchdog);
  };
  let result: T;
  try {
    result = await use({ port, peers });
  } catch (error) {
    dropAll();
    await closed();
    throw error;
  }
  await closed();
  if (isOverdue) throw new Error(`after ${patience} ms there was still a connection`);
  if (failures.length > 0) throw failures[0];
  return result;
}

export const limits: ExchangeLimits = {
  responseTimeoutMs: 5000,
  closeTimeoutMs: 100,
  maxHeadBytes: 64 * 1024,
  maxKeptBytes: 128 * 1024,
};

/** A whole opening handshake. */
export const handshake: RequestTemplate = {
  method: 'GET',
  httpVersion: 'HTTP/1.1',
  lines: [
    { name: 'Host', value: { fill: 'host' } },
    { name: 'Upgrade', value: 'websocket' },
    { name: 'Connection', value: 'Upgrade' },
    { name: 'Sec-WebSocket-Key', value: { fill: 'key', bytes: 16 } },
    { name: 'Sec-WebSocket-Version', value: '13' },
    { slot: 'added-fields' },
  ],
};

export interface StartOptions extends ConnectionOptions {
  readonly limits?: Partial<ExchangeLimits>;
  readonly connectTimeoutMs?: number;
  readonly template?: RequestTemplate;
  /** Gets the client's socket once the exchange has it: what the exchange has seen of it, it has seen before. */
  readonly onConnected?: (socket: Socket) => void;
}

/** Starts one exchange with a target URL. */
export function start(url: string, options: StartOptions = {}): RunningExchange {
  const { limits: own, connectTimeoutMs = 5000, template = handshake, onConnected, ...connection } = options;
  const target = createTarget(url, connection);
  const { connect } = createConnector(target, connectTimeoutMs);
  const observed: Connect = (ready) =>
    connect((result) => {
      ready(result);
      if (!('outcome' in result)) onConnected?.(result.socket);
    });
  return startExchange(observed, serialiseRequest(template, target), target.redactor, { ...limits, ...own });
}

/** One exchange over plain TCP with a server that does this; the server is gone afterwards. */
export async function exchangeWith(
  serve: (peer: Peer) => unknown,
  options: StartOptions = {},
): Promise<{ exchange: Exchange; peer: Peer }> {
  return withServer(serve, async ({ port, peers }) => {
    const exchange = await start(`ws://127.0.0.1:${port}/`, options).closed;
    const [peer] = peers;
    if (peer === undefined) throw new Error('the server saw no connection');
    return { exchange, peer };
  });
}

/** What is compared of most exchanges: the outcome, the status, and the code of the error. */
export function gistOf({ outcome, response, error }: Exchange): (string | number | null)[] {
  return [outcome, response?.status ?? null, error?.code ?? null];
}

export interface Deferred<T> {
  readonly promise: Promise<T>;
  readonly resolve: (value: T) => void;
}

/** `Promise.withResolvers`, which Node.js has from version 22 on. */
export function deferred<T>(): Deferred<T> {
  let resolve!: (value: T) => void;
  const promise = new Promise<T>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}
