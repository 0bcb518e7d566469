/** One exchange: a connection, a request, the response, and how the connection ended. */

import type { Field } from './request.ts';
import type { Response } from './response.ts';

export const outcomes = [
  /** A complete response head was received. */
  'response',
  /** The server ended the connection without sending a byte. */
  'closed',
  /** The server reset the connection without sending a byte. */
  'reset',
  /** No byte of a final response in time. */
  'timeout',
  /** Bytes that are not an HTTP response, or a head that did not end. */
  'malformed',
  /** No TCP connection. */
  'connect-failed',
  /** No TLS over the TCP connection. */
  'tls-failed',
] as const;

export type Outcome = (typeof outcomes)[number];

/**
 * `fin`: the server ended the connection; `reset`: it reset it; `open`: it did neither; `client`: we did, after a 101;
 * `unwatched`: we did, before it was known what the server would do.
 */
export const closeKinds = ['fin', 'reset', 'open', 'client', 'unwatched'] as const;

export type CloseKind = (typeof closeKinds)[number];

/** What the server did after the client had ended its side of a connection; `open`: nothing in time. */
export const releaseKinds = ['fin', 'reset', 'open'] as const;

export type ReleaseKind = (typeof releaseKinds)[number];

/** How a connection ended. */
export interface Close {
  readonly kind: CloseKind;
  /**
   * Milliseconds from the last byte received or, without one, from the last byte sent; for `open` it is how long the
   * connection was watched.
   */
  readonly afterMs: number;
  /** The close window was over before; the connection was watched for longer. */
  readonly isLate: boolean;
}

/** The code of the error where the bytes are not a response. */
export const malformedCode = 'MALFORMED_RESPONSE';

/** An error of the operating system, of TLS or of a time-out, as evidence. */
export interface WireError {
  /** `ECONNREFUSED`, `CERT_HAS_EXPIRED`, … */
  readonly code: string;
  readonly message: string;
}

/** What happened on one connection. All secrets of the caller are redacted in it. */
export interface Exchange {
  readonly outcome: Outcome;
  /** The bytes sent. */
  readonly request: Buffer;
  /**
   * The fields sent, raw: the name is everything before the colon, the value everything after it, white space
   * included.
   */
  readonly sentFields: readonly Field[];
  /** The bytes received, up to the limit, whether or not they are a response. */
  readonly received: Buffer;
  /** More bytes were received than were kept. */
  readonly truncated: boolean;
  /** The response as read; null if there is none. */
  readonly response: Response | null;
  /** The response to a second request sent behind the first; null if none came. Absent where none was sent. */
  readonly second?: Response | null;
  /** Null if there was no connection. */
  readonly close: Close | null;
  /**
   * How the server ended a connection that was `open` after the close window, `afterMs` milliseconds after our FIN.
   * Absent where we sent none, or the wait for the server was cut short.
   */
  readonly release?: { readonly kind: ReleaseKind; readonly afterMs: number };
  /** Milliseconds from a 101 until we sent our Close frame, or the server ended the connection; absent where we sent it at once. */
  readonly idleMs?: number;
  /**
   * Milliseconds: until connected, without the lookup of a host name; then from the request to the first and to the last
   * byte of the response.
   */
  readonly timings: {
    readonly connectMs: number | null;
    readonly firstByteMs: number | null;
    readonly responseMs: number | null;
  };
  /** What went wrong below HTTP or while reading the response. */
  readonly error: WireError | null;
  /** The most connections of this client to the target that were open beside this one; 0: it was alone. */
  readonly openConnections: number;
}

export interface ExchangeLimits {
  /** Milliseconds from the end of the request to the end of the response. */
  readonly responseTimeoutMs: number;
  /** Milliseconds without a byte after which no response head is waited for any more, where that is less. */
  readonly silenceTimeoutMs?: number;
  /**
   * The close window is this and four times what the fastest connection to the target took: milliseconds after the last byte of the response
   * in which the server should close. On a slow line its FIN is on the way for long, and may have to be sent again.
   */
  readonly closeTimeoutMs: number;
  /** Milliseconds after a 101 in which we wait before we send our Close frame; none where it is omitted. */
  readonly idleAfterSwitchMs?: number;
  /** Milliseconds that the close window lasts at least. */
  readonly minCloseWindowMs?: number;
  /** Bytes of response head read before it counts as malformed. */
  readonly maxHeadBytes: number;
  /** Bytes received that are kept as evidence. */
  readonly maxKeptBytes: number;
}

/** Bytes of a request head that every server reads, and seldom repeats in its response. */
const usualRequestBytes = 8192;
/** How often a response may repeat what it answers: in its reason phrase, a field, an error page's URL. */
const mostEchoes = 4;

/** Bytes of a response head to read: more than the limit where the request is so long that an echo of it exceeds that. */
export function headLimit(maxHeadBytes: number, requestBytes: number): number {
  return maxHeadBytes + (requestBytes > usualRequestBytes ? mostEchoes * requestBytes : 0);
}

/** What is known of an exchange before its connection is closed. */
export type Answer = Pick<Exchange, 'outcome' | 'response'> & Partial<Pick<Exchange, 'error'>>;

export interface RunningExchange {
  /** Settles when the response head has arrived or never will; from then on only the server's close is awaited. */
  readonly responded: Promise<Answer>;
  /** Settles when the connection is closed. */
  readonly closed: Promise<Exchange>;
  /** Ends the connection at once; `closed` then settles with what has happened so far. */
  readonly abort: () => void;
}
