/** Why there is no connection, and errors of any kind as evidence. */

import type { PeerCertificate } from 'node:tls';
import type { WireError } from '../exchange.ts';

/** Why there is no connection. `tls-failed`: the connection, or the tunnel, was there, TLS over it was not. */
export interface ConnectFailure {
  readonly outcome: 'connect-failed' | 'tls-failed';
  readonly error: WireError;
}

/** What an error may have. */
interface SomeError {
  readonly errors?: readonly unknown[];
  readonly code?: unknown;
  readonly message?: string;
}

/**
 * Reads code and message of any error; of several attempts (happy eyeballs) the first one is used.
 *
 * It does not ask for their class: in a VM context, as Jest runs tests in, errors of Node.js are of the classes of another
 * realm.
 */
export function toWireError(error: unknown): WireError {
  const { errors = [], code: given = 'UNKNOWN', message = String(error) } = Object(error) as SomeError;
  if (errors.length > 0) return toWireError(errors[0]);
  const code = String(given);
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID')
    return { code, message: describeMismatch(error as NameMismatch) };
  const text = message
    // OpenSSL prefixes its messages with a thread id, which differs every time, and ends them with a line break.
    .replace(/^[0-9A-F]+:(?=error:)/, '')
    // Node.js 24 and later name a flag of their own, which is not an option of this tool.
    .replace(/; if the root CA is installed locally, try running Node\.js with \S+$/, '')
    .trim();
  return { code, message: text };
}

/** What Node.js says where the certificate is for another host. */
type NameMismatch = Error & { readonly host?: string; readonly cert?: Partial<PeerCertificate> };

/** Names of a certificate that are shown. */
const maxNames = 5;

function describeMismatch({ host = '', cert, message }: NameMismatch): string {
  const { subjectaltname = '', subject } = cert ?? {};
  const names = subjectaltname === '' ? [subject?.CN ?? []].flat() : subjectaltname.split(', ');
  if (host === '' || names.length === 0) return message;
  const shown = names.slice(0, maxNames).map((name) => name.replace(/^(?:DNS|IP Address):/, ''));
  const more = names.length > maxNames ? ` and ${names.length - maxNames} more` : '';
  return `certificate is for ${shown.join(', ')}${more}, not for ${host}`;
}

/** The error with the day from which on, or until which, the certificate is not valid. */
export function withValidity(
  error: WireError,
  { valid_from, valid_to }: Partial<PeerCertificate>,
): WireError {
  const now = Date.now();
  if (error.code === 'CERT_HAS_EXPIRED' && Date.parse(valid_to ?? '') < now)
    return { ...error, message: `certificate expired on ${dayOf(valid_to)}` };
  if (error.code === 'CERT_NOT_YET_VALID' && Date.parse(valid_from ?? '') > now)
    return { ...error, message: `certificate is not valid before ${dayOf(valid_from)}` };
  // It is about another certificate of the chain.
  return error;
}

/** UTC. */
function dayOf(date = ''): string {
  return new Date(date).toISOString().slice(0, 10);
}
