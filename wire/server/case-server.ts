/** Listens for clients: one port, and a path for each case that nobody can guess. */

import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, createServer, isIPv6, type Server, type Socket } from 'node:net';
import { createSecureContext, type SecureContext, TLSSocket } from 'node:tls';
import { UsageError } from '../usage-error.ts';
import { CaseSession, type SessionScript } from './case-session.ts';
import { ScriptedConnection } from './scripted-connection.ts';

/** Connections that may be open at once; further ones are ended at once. */
const maxOpen = 256;
/** Milliseconds in which a client has to send its request. */
const requestTimeoutMs = 30_000;

/** In PEM form. */
export interface ServerCertificate {
  readonly cert: string;
  readonly key: string;
}

export interface ListenOptions {
  /** The address to listen on, which is also the host of the URLs. */
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  /** Null: without TLS. */
  readonly certificate: ServerCertificate | null;
}

export class CaseServer {
  readonly #server: Server;
  readonly #host: string;
  readonly #secureContext: SecureContext | null;
  readonly port: number;
  readonly #sessions = new Map<string, CaseSession>();
  readonly #sockets = new Set<Socket>();
  #tlsProblem: string | null = null;

  /** @throws UsageError where it cannot listen there, or the certificate cannot be used */
  static async listen({ host, port, certificate }: ListenOptions): Promise<CaseServer> {
    const secureContext = certificate && secureContextOf(certificate);
    const server = createServer({ allowHalfOpen: true });
    server.listen({ host, port });
    try {
      await once(server, 'listening');
    } catch (error) {
      throw new UsageError(`cannot listen on ${host}, port ${port}: ${(error as Error).message}`);
    }
    return new CaseServer(server, host, secureContext);
  }

  private constructor(server: Server, host: string, secureContext: SecureContext | null) {
    this.#server = server;
    this.#secureContext = secureContext;
    this.#host = isIPv6(host) ? `[${host}]` : host;
    this.port = (server.address() as AddressInfo).port;
    server.on('connection', (socket) => this.#accept(socket));
  }

  /** The value of Host that a client has to send. */
  get authority(): string {
    return `${this.#host}:${this.port}`;
  }

  /** Over TLS. */
  get isSecure(): boolean {
    return this.#secureContext !== null;
  }

  /** Opens a case; its path is unlike that of any other. */
  open(script: SessionScript): CaseSession {
    const path = `/${randomBytes(12).toString('hex')}`;
    const session = new CaseSession({ path, host: this.authority, isSecure: this.isSecure }, script);
    this.#sessions.set(path, session);
    return session;
  }

  urlOf({ path, isSecure }: CaseSession): string {
    return `${isSecure ? 'wss' : 'ws'}://${this.authority}${path}`;
  }

  /** Why a client did not agree on TLS, in the words of the system; null where none failed. */
  get tlsProblem(): string | null {
    return this.#tlsProblem;
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
    const upper = this.#secureContext === null ? socket : this.#secure(socket, this.#secureContext);
    const connection = new ScriptedConnection(upper, socket, (request) => {
      clearTimeout(timer);
      const session = this.#sessionFor(request);
      return session?.accept(connection) === true ? session : null;
    });
  }

  #secure(socket: Socket, secureContext: SecureContext): TLSSocket {
    const secured = new TLSSocket(socket, { isServer: true, secureContext });
    secured.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code?.startsWith('ERR_SSL_') === true) this.#tlsProblem = error.code;
    });
    return secured;
  }

  #sessionFor({ target }: { readonly target: string }): CaseSession | null {
    const [, first = ''] = target.replace(/^\w+:\/\/[^/]*/, '').split(/[/?]/);
    return this.#sessions.get(`/${first}`) ?? null;
  }
}

function secureContextOf({ cert, key }: ServerCertificate): SecureContext {
  try {
    return createSecureContext({ cert, key });
  } catch (error) {
    throw new UsageError(`the certificate and its key cannot be used: ${(error as Error).message}`);
  }
}
