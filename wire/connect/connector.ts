/** Opens connections to a target: TCP, a Unix socket or a proxy's tunnel, and TLS; through undici's connector. */

import type { OnReadOpts, Socket } from 'node:net';
import type { PeerCertificate, SecureContext, TLSSocket } from 'node:tls';
import buildConnector from 'undici/lib/core/connect.js';
import type { Target, TargetProxy, TlsOptions } from '../endpoint/target.ts';
import type { WireError } from '../exchange.ts';
import { UsageError } from '../usage-error.ts';
import { type ConnectFailure, toWireError, withValidity } from './errors.ts';
import { Host, type Route } from './host.ts';
import { proxyUnreachable, requestTunnel } from './proxy-tunnel.ts';

/** A connection on which a request can be sent. */
export interface Connection {
  readonly socket: Socket;
  /** Milliseconds that it took, without the lookup of the host. */
  readonly connectMs: number;
}

/** Starts one connection. `ready` gets it, or why there is none; the returned function cancels it. */
export type Connect = (ready: (result: Connection | ConnectFailure) => void) => () => void;

export interface Connector {
  readonly connect: Connect;
  /** The address that all connections go to; null before one was reached, through a proxy and for a Unix socket. */
  readonly address: string | null;
}

/**
 * Prepares connections to a target; each call of `connect` opens a new one.
 *
 * @param connectTimeoutMs for everything until the request can be sent: TCP, a proxy's tunnel, TLS; and once for the
 *   lookup of a host before that
 * @throws UsageError if the certificates or the key cannot be used
 */
export function createConnector(target: Target, connectTimeoutMs: number): Connector {
  if (target.proxy !== null) {
    return { connect: createTunnelConnect(target, target.proxy, connectTimeoutMs), address: null };
  }
  const open = openEndpoint(target, connectTimeoutMs);
  if (target.socketPath !== null) return { connect: timed((ready) => cancelOf(open(ready))), address: null };
  const host = new Host(target.address, connectTimeoutMs);
  return {
    connect: routed(host, (route, ready) => {
      const socket = open(ready, { route });
      socket.once('connect', () => host.reached(socket));
      return cancelOf(socket);
    }),
    get address() {
      return host.address;
    },
  };
}

/** Gets the socket, or why there is none. */
type Ready = (result: Socket | ConnectFailure) => void;

/** Measures from here until the request can be sent. */
function timed(dial: (ready: Ready) => () => void): Connect {
  return (ready) => {
    const startedAt = performance.now();
    return dial((result) => {
      ready('outcome' in result ? result : { socket: result, connectMs: performance.now() - startedAt });
    });
  };
}

/** Looks the host up first. @param lookupFailed what a failed lookup means for the target */
function routed(
  host: Host,
  dial: (route: Route, ready: Ready) => () => void,
  lookupFailed = (failure: ConnectFailure): ConnectFailure => failure,
): Connect {
  return (ready) => {
    let isCancelled = false;
    let cancel = (): void => {
      isCancelled = true;
    };
    host.route().then(
      (route) => {
        if (!isCancelled) cancel = timed((dialled) => dial(route, dialled))(ready);
      },
      (error: unknown) => {
        if (!isCancelled) ready(lookupFailed({ outcome: 'connect-failed', error: toWireError(error) }));
      },
    );
    return () => cancel();
  };
}

function cancelOf(socket: Socket): () => void {
  return () => socket.destroy();
}

/** Connects to the proxy, requests a tunnel, and sets up TLS in the tunnel if the target uses it. */
function createTunnelConnect(target: Target, proxy: TargetProxy, connectTimeoutMs: number): Connect {
  // One timer for all steps, instead of one each.
  const openProxy = openEndpoint({ ...proxy, socketPath: null }, noTimeout);
  const openTls = target.tls === null ? null : openEndpoint(target, noTimeout);
  const authority = `${target.address.includes(':') ? `[${target.address}]` : target.address}:${target.port}`;
  const proxyFailed = ({ code, message }: WireError): ConnectFailure => ({
    outcome: 'connect-failed',
    error: { code, message: target.redactor.redactText(message) },
  });
  const host = new Host(proxy.hostname, connectTimeoutMs);
  const dial = (route: Route, ready: Ready): (() => void) => {
    let timeoutError: ConnectFailure = proxyFailed({
      code: 'PROXY_TIMEOUT',
      message: 'no connection to the proxy in time',
    });
    let isSettled = false;
    let socket: Socket;
    const cancel = (): void => {
      isSettled = true;
      clearTimeout(timer);
      socket.destroy();
    };
    const settle = (result: Socket | ConnectFailure): void => {
      if (isSettled) return;
      if ('outcome' in result) cancel();
      isSettled = true;
      clearTimeout(timer);
      ready(result);
    };
    const timer = setTimeout(() => settle(timeoutError), connectTimeoutMs);
    socket = openProxy(
      (connected) => {
        if ('outcome' in connected) {
          settle(proxyFailed(proxyUnreachable(connected)));
          return;
        }
        timeoutError = proxyFailed({ code: 'PROXY_NO_ANSWER', message: 'no answer to CONNECT in time' });
        requestTunnel(connected, authority, proxy, (failure) => {
          if (isSettled) return;
          if (failure !== null) settle(proxyFailed(failure));
          else if (openTls === null) settle(connected);
          else {
            timeoutError = {
              outcome: 'tls-failed',
              error: { code: 'UND_ERR_CONNECT_TIMEOUT', message: 'TLS was not set up in time' },
            };
            socket = openTls(settle, { tunnel: connected });
          }
        });
      },
      { route },
    );
    socket.once('connect', () => host.reached(socket));
    return cancel;
  };
  return routed(host, dial, (failure) => proxyFailed(proxyUnreachable(failure)));
}

/** Where a connection goes, and whose certificate TLS must find there. */
type Endpoint = Pick<Target, 'hostname' | 'host' | 'port' | 'socketPath' | 'tls'>;

/** Opens one connection, to a host by the route to it, or sets up TLS in an existing tunnel. */
type OpenSocket = (ready: Ready, way?: { readonly route?: Route; readonly tunnel?: Socket }) => Socket;

const noTimeout = 0;

/** One buffer for all connections, consumed before the next read: by default Node.js allocates 64 KiB for each read. */
const readBuffer = Buffer.allocUnsafeSlow(64 * 1024);

/** Options that deliver what a connection reads from the shared buffer. No `this`: Bun calls back without one. */
export function readInto(getSocket: () => Socket | undefined): OnReadOpts {
  return {
    buffer: readBuffer,
    callback: (length, buffer) =>
      getSocket()?.emit('data', Buffer.from(buffer.buffer, buffer.byteOffset, length)) ?? true,
  };
}

function openEndpoint({ hostname, host, port, socketPath, tls }: Endpoint, timeoutMs: number): OpenSocket {
  const options = {
    // HTTP/1.1 only, whatever undici's default is.
    allowH2: false as const,
    timeout: timeoutMs,
    socketPath,
    // Half-open: the server's FIN must not be answered with ours before it is recorded.
    allowHalfOpen: true,
    // Each connection stands alone: no TLS session of an earlier one is resumed.
    maxCachedSessions: 0,
    // No connection lasts long enough for TCP keep-alive.
    keepAlive: false,
    ...(tls !== null && {
      rejectUnauthorized: tls.insecure !== true,
      secureContext: createContext(tls),
      // The certificate must be for the host in the URL, even if a resolve rule connects to another address.
      checkServerIdentity: (_connected: string, certificate: PeerCertificate) =>
        process.getBuiltinModule('node:tls').checkServerIdentity(tls.servername ?? hostname, certificate),
    }),
  };
  return (ready, { route, tunnel } = {}) => {
    let socket: Socket | undefined;
    // Built for each connection, since the read callback needs its socket.
    const connect = buildConnector({ ...options, ...route, onread: readInto(() => socket) });
    let tcpConnected = tunnel !== undefined;
    let certificate: Partial<PeerCertificate> = {};
    const opened = connect(
      {
        hostname: route?.host ?? hostname,
        host,
        protocol: tls === null ? 'http:' : 'https:',
        port: String(port),
        ...(tunnel !== undefined && { httpSocket: tunnel }),
        ...(tls?.servername !== undefined && { servername: tls.servername }),
      },
      (error, connected) => {
        // undici omits the socket where its type says null.
        if (connected) ready(connected);
        else
          ready({
            outcome: tcpConnected ? 'tls-failed' : 'connect-failed',
            error: withValidity(toWireError(error), certificate),
          });
      },
      // The connector returns its socket, which its type omits.
    ) as unknown as Socket;
    socket = opened;
    opened.once('connect', () => {
      tcpConnected = true;
    });
    // Before Node.js checks it: where it refuses the certificate, it is gone with the socket.
    if (tls !== null)
      opened.prependOnceListener('secure', () => {
        certificate = (opened as TLSSocket).getPeerCertificate();
      });
    return opened;
  };
}

/**
 * Checks the certificates and keys of targets, each set once, and keeps none of them.
 *
 * @throws UsageError if they cannot be used
 */
export function checkCertificates(targets: readonly Pick<Target, 'tls' | 'proxy'>[]): void {
  for (const { tls, proxy } of targets) {
    for (const options of [tls, proxy?.tls ?? null]) if (options !== null) createContext(options);
  }
}

/** One context for all connections of a target: loading the trusted certificates takes longer than an exchange. */
function createContext({ ca, cert, key }: TlsOptions): SecureContext {
  if ((cert === undefined) !== (key === undefined)) {
    throw new UsageError("a client's TLS certificate and its key go together; give both or neither");
  }
  // Loaded on demand: most targets are plain TCP, and TLS is slow to load.
  const { createSecureContext } = process.getBuiltinModule('node:tls');
  try {
    // A context silently accepts text without a certificate, and then trusts nobody.
    if (ca !== undefined) new (process.getBuiltinModule('node:crypto').X509Certificate)(ca);
    return createSecureContext({ ca, cert, key });
  } catch (error) {
    throw new UsageError(`the TLS certificates or key cannot be used: ${toWireError(error).message}`);
  }
}
