/** One exchange as everyone speaks of it: a connection, a request, the response, and how the connection ended. */

import type { Field } from './request.ts';
import type { Response } from './response.ts';

export const outcomes = [
  /** A response head came, whole. */
  'response',
  /** The server ended the connection without one byte. */
  'closed',
  /** The server reset the connection without one byte. */
  'reset',
  /** No whole response head in time. */
  'timeout',
  /** Bytes came that are not an HTTP response, or a head that was cut short. */
  'malformed',
  /** No TCP connection. */
  'connect-failed',
  /** No TLS over the TCP connection. */
  'tls-failed',
] as const;

export type Outcome = (typeof outcomes)[number];

/** `fin`: the server ended the connection; `reset`: it reset it; `open`: it did neither; `client`: we did, after a 101. */
export const closeKinds = ['fin', 'reset', 'open', 'client'] as const;

export type CloseKind = (typeof closeKinds)[number];

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
   * The fields sent, raw: the name is all that stands before the colon, the value all that follows it, with the white
   * space of both.
   */
  readonly sentFields: readonly Field[];
  /** The bytes received, up to the limit, whether or not they are a response. */
  readonly received: Buffer;
  /** More bytes were received than were kept. */
  readonly truncated: boolean;
  /** The response as read; null where none came. */
  readonly response: Response | null;
  /**
   * How the connection ended; null where there was none. `afterMs` counts from the last byte received, or
   * where none was, from the last byte sent; for `open` it is how long the silence was watched.
   */
  readonly close: { readonly kind: CloseKind; readonly afterMs: number } | null;
  /** Milliseconds: until connected, then from the request to the first and to the last byte of the response. */
  readonly timings: {
    readonly connectMs: number | null;
    readonly firstByteMs: number | null;
    readonly responseMs: number | null;
  };
  /** What went wrong below or in the reading of the response. */
  readonly error: WireError | null;
}

export interface ExchangeLimits {
  /** Milliseconds from the end of the request to the end of the response. */
  readonly responseTimeoutMs: number;
  /** The close window: milliseconds after the last byte of the response in which the server should close. */
  readonly closeTimeoutMs: number;
  /** Bytes of response head read before it counts as malformed. */
  readonly maxHeadBytes: number;
  /** Bytes received that are kept as evidence. */
  readonly maxKeptBytes: number;
}

/** What is known of an exchange before the watch for the close is over. */
export type Answer = Pick<Exchange, 'outcome' | 'response'> & Partial<Pick<Exchange, 'error'>>;

export interface RunningExchange {
  /** Settles when the response head has come, or never will: from here on the server owes us only its close. */
  readonly responded: Promise<Answer>;
  /** Settles when the connection is over. */
  readonly closed: Promise<Exchange>;
  /** Ends the connection at once; `closed` then settles with what had happened so far. */
  readonly abort: () => void;
}
