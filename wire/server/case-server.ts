/** Listens for clients: one port, and a path for each case that nobody can guess. */

import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, createServer, isIPv6, type Server, type Socket } from 'node:net';
import { UsageError } from '../usage-error.ts';
import { CaseSession, type SessionScript } from './case-session.ts';
import { ScriptedConnection } from './scripted-connection.ts';

/** Connections that may be open at once; further ones are ended at once. */
const maxOpen = 256;
/** Milliseconds in which a client has to send its request. */
const requestTimeoutMs = 30_000;

export interface ListenOptions {
  /** The address to listen on, which is also the host of the URLs. */
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
}

export class CaseServer {
  readonly #server: Server;
  readonly #host: string;
  readonly port: number;
  readonly #sessions = new Map<string, CaseSession>();
  readonly #sockets = new Set<Socket>();

  /** @throws UsageError where it cannot listen there */
  static async listen({ host, port }: ListenOptions): Promise<CaseServer> {
    const server = createServer({ allowHalfOpen: true });
    server.listen({ host, port });
    try {
      await once(server, 'listening');
    } catch (error) {
      throw new UsageError(`cannot listen on ${host}, port ${port}: ${(error as Error).message}`);
    }
    return new CaseServer(server, host);
  }

  private constructor(server: Server, host: string) {
    this.#server = server;
    this.#host = isIPv6(host) ? `[${host}]` : host;
    this.port = (server.address() as AddressInfo).port;
    server.on('connection', (socket) => this.#accept(socket));
  }

  /** The value of Host that a client has to send. */
  get authority(): string {
    return `${this.#host}:${this.port}`;
  }

  /** Opens a case; its path is unlike that of any other. */
  open(script: SessionScript): CaseSession {
    const path = `/${randomBytes(12).toString('hex')}`;
    const session = new CaseSession(path, this.authority, script);
    this.#sessions.set(path, session);
    return session;
  }

  urlOf({ path }: CaseSession): string {
    return `ws://${this.authority}${path}`;
  }

  /** Ends a case: whoever connects for it from now on gets a 404. */
  finish(session: CaseSession): void {
    this.#sessions.delete(session.path);
    session.close();
  }

  async close(): Promise<void> {
    for (const session of this.#sessions.values()) session.close();
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #accept(socket: Socket): void {
    if (this.#sockets.size >= maxOpen) {
      socket.on('error', () => {});
      socket.resetAndDestroy();
      return;
    }
    this.#sockets.add(socket);
    const timer = setTimeout(() => socket.destroy(), requestTimeoutMs).unref();
    socket.on('close', () => {
      clearTimeout(timer);
      this.#sockets.delete(socket);
    });
    const connection = new ScriptedConnection(socket, (request) => {
      clearTimeout(timer);
      const session = this.#sessionFor(request);
      return session?.accept(connection) === true ? session : null;
    });
  }

  #sessionFor({ target }: { readonly target: string }): CaseSession | null {
    const [, first = ''] = target.replace(/^\w+:\/\/[^/]*/, '').split(/[/?]/);
    return this.#sessions.get(`/${first}`) ?? null;
  }
}
