/** What came back from a server, put into words and sorted by what it can prove. */

import type { Answer, Exchange } from '../wire/exchange.ts';
import {
  fieldValues,
  headCutShort,
  headUnfinished,
  isSwitchingProtocols,
  listElements,
} from '../wire/response.ts';
import { quoteBytes } from './excerpt.ts';

/** The status of the response, or in words what came instead of one. */
export function describeAnswer(answer: Answer & Pick<Exchange, 'received'>): string {
  const { outcome, received, response, error } = answer;
  if (response !== null) return String(response.status);
  const why = error?.message ?? outcome;
  const whatCame = `${why}; it begins ${quoteBytes(received)}`;
  if (isHeadCutShort(answer)) return `no whole response: ${whatCame}`;
  switch (outcome) {
    case 'closed':
      return 'no response: the connection was closed';
    case 'reset':
      return 'no response: the connection was reset';
    case 'timeout':
      return 'no response in time';
    case 'malformed':
      return `not an HTTP response: ${whatCame}`;
    case 'connect-failed':
    case 'tls-failed':
      return `no connection: ${why}`;
    case 'response':
      return 'no response';
  }
}

/** Whether the server accepted the handshake, with a right Sec-WebSocket-Accept or without. */
export function isSwitched({
  response,
}: {
  readonly response: { readonly status: number | null } | null;
}): boolean {
  return isSwitchingProtocols(response);
}

/** Whether the answer can prove something about the handshake: the server was reached and not rate-limiting. */
export function isInformative(answer: Answer): boolean {
  return !isUnconnected(answer) && !isRateLimited(answer);
}

/** 429 and 503 are about the load, not about the handshake (rfc6585 §4, rfc9110 §15.6.4). */
export function isRateLimited({ response }: Answer): boolean {
  return response?.status === 429 || response?.status === 503;
}

/** There was no connection on which the handshake could have been sent. */
export function isUnconnected({ outcome }: Answer): boolean {
  return outcome === 'connect-failed' || outcome === 'tls-failed';
}

/** Errors of this machine: what they say has nothing to do with the server. */
const ownErrors: ReadonlySet<string> = new Set([
  'EADDRINUSE',
  'EADDRNOTAVAIL',
  'EMFILE',
  'ENFILE',
  'ENOBUFS',
  'ENOMEM',
]);

/** The code of the error, where this machine had nothing left to connect with: no descriptor, no port; else null. */
export function ownFailure({ outcome, error }: Pick<Answer, 'outcome' | 'error'>): string | null {
  return outcome === 'connect-failed' && error && ownErrors.has(error.code) ? error.code : null;
}

/** The connection ended without a byte: because of this handshake, or of whatever else happened to the server. */
export function endedWithoutResponse({ outcome }: Answer): boolean {
  return outcome === 'closed' || outcome === 'reset';
}

/** The head of a response began and did not end, whether the connection ended within it or stayed open. */
export function isHeadCutShort({ outcome, error }: Answer): boolean {
  return outcome === 'malformed' && (error?.message === headCutShort || error?.message === headUnfinished);
}

/** The server was waited for until the response time-out: no response came, or no whole head. */
export function isTimedOut(answer: Answer): boolean {
  return answer.outcome === 'timeout' || (isHeadCutShort(answer) && answer.error?.message === headUnfinished);
}

/** Whether the response says that its connection will be closed (rfc9112 §9.6). */
export function announcesClose({ response }: Answer): boolean {
  if (response === null || isSwitchingProtocols(response)) return false;
  return listElements(fieldValues(response.fields, 'Connection')).some(
    (option) => option.toLowerCase() === 'close',
  );
}
