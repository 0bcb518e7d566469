/** Why there is no connection, and errors of any kind as evidence. */

import type { WireError } from '../exchange.ts';

/** Why there is no connection. `tls-failed`: the connection, or the tunnel, was there, TLS over it was not. */
export interface ConnectFailure {
  readonly outcome: 'connect-failed' | 'tls-failed';
  readonly error: WireError;
}

/** Reads code and message of any error; of several attempts (happy eyeballs) the first one is used. */
export function toWireError(error: unknown): WireError {
  if (error instanceof AggregateError && error.errors.length > 0) return toWireError(error.errors[0]);
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'UNKNOWN';
  const message = error instanceof Error ? error.message : String(error);
  const text = message
    // OpenSSL prefixes its messages with a thread id, which differs every time, and ends them with a line break.
    .replace(/^[0-9A-F]+:(?=error:)/, '')
    // Node.js 24 and later name a flag of their own, which is not an option of this tool.
    .replace(/; if the root CA is installed locally, try running Node\.js with \S+$/, '')
    .trim();
  return { code, message: text };
}
