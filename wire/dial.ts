/** Opening a connection to a target: TCP or TLS, through undici's connector. */

import type { Socket } from 'node:net';
import type { PeerCertificate, SecureContext } from 'node:tls';
import buildConnector from 'undici/lib/core/connect.js';
import type { Target, TlsOptions } from './target.ts';
import { UsageError } from './usage-error.ts';

/** Why there is no connection. `tls-failed`: the TCP connection was there, TLS over it was not. */
export interface DialFailure {
  readonly outcome: 'connect-failed' | 'tls-failed';
  readonly error: WireError;
}

/** An error of the operating system, of TLS or of a time-out, as evidence. */
export interface WireError {
  /** `ECONNREFUSED`, `CERT_HAS_EXPIRED`, … */
  readonly code: string;
  readonly message: string;
}

/** Starts one connection. `ready` gets the socket, or why there is none; the returned function gives up. */
export type Dial = (ready: (result: Socket | DialFailure) => void) => () => void;

/**
 * Prepares dialling a target; each call of the result opens a fresh connection.
 *
 * @throws UsageError where the certificates or the key cannot be used
 */
export function createDialler(target: Target, connectTimeoutMs: number): Dial {
  const tls = target.tls;
  const connect = buildConnector({
    timeout: connectTimeoutMs,
    // Half-open: the server's FIN must not be answered with ours before it is recorded.
    allowHalfOpen: true,
    // Each connection stands alone: no TLS session of an earlier one is resumed.
    maxCachedSessions: 0,
    ...(tls !== null && {
      rejectUnauthorized: tls.insecure !== true,
      secureContext: createContext(tls),
      // The certificate is for the name that was asked for, also where that is an IP address and another is dialled.
      checkServerIdentity: (_dialled: string, certificate: PeerCertificate) =>
        process
          .getBuiltinModule('node:tls')
          .checkServerIdentity(tls.servername ?? target.hostname, certificate),
    }),
  });
  return (ready) => {
    let tcpConnected = false;
    const socket = connect(
      {
        hostname: target.address,
        host: target.host,
        protocol: tls === null ? 'http:' : 'https:',
        port: String(target.port),
        ...(tls?.servername !== undefined && { servername: tls.servername }),
      },
      (error, connected) => {
        // undici leaves the socket out where its type says null.
        if (connected) ready(connected);
        else ready({ outcome: tcpConnected ? 'tls-failed' : 'connect-failed', error: toWireError(error) });
      },
      // The connector returns its socket, which its type leaves out.
    ) as unknown as Socket;
    socket.once('connect', () => {
      tcpConnected = true;
    });
    return () => socket.destroy();
  };
}

/** One context for all connections of a target: reading the trusted certificates anew for each would take longer than the exchange. */
function createContext({ ca, cert, key }: TlsOptions): SecureContext {
  if ((cert === undefined) !== (key === undefined)) {
    throw new UsageError("a client's TLS certificate and its key go together; give both or neither");
  }
  // Loaded here and not above: most targets are plain TCP, and TLS takes its time to load.
  const { createSecureContext } = process.getBuiltinModule('node:tls');
  try {
    // A context takes text that holds no certificate in silence, and then trusts nobody.
    if (ca !== undefined) new (process.getBuiltinModule('node:crypto').X509Certificate)(ca);
    return createSecureContext({ ca, cert, key });
  } catch (error) {
    throw new UsageError(`the TLS certificates or key cannot be used: ${toWireError(error).message}`);
  }
}

/** Reads code and message of any error; of several attempts (happy eyeballs) the first one speaks for all. */
export function toWireError(error: unknown): WireError {
  if (error instanceof AggregateError && error.errors.length > 0) return toWireError(error.errors[0]);
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'UNKNOWN';
  return { code, message: error instanceof Error ? error.message : String(error) };
}
