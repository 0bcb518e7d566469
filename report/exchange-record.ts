/**
 * An exchange as it is stored in a report: plain data, the bytes in base64; and how it is read back.
 *
 * Base64 is encoded on demand: the buffers of many targets take less memory than their texts, and none of the heap.
 */

import { type Exchange, headLimit, malformedCode } from '../wire/exchange.ts';
import { methodOf, type RequestHead, readRequestHead } from '../wire/http1/read-request.ts';
import { ResponseReader } from '../wire/http1/response-reader.ts';
import type { Field } from '../wire/request.ts';
import { headUnfinished, type Oddity, type Response } from '../wire/response.ts';
import { type StoredBytes, storedBytes } from './byte-runs.ts';

export type { RequestHead };

export interface ExchangeRecord {
  readonly outcome: Exchange['outcome'];
  readonly request: StoredBytes;
  /** Null if not one byte was received. */
  readonly response: ResponseRecord | null;
  /** The response to a second request, whose bytes follow the first one's; absent where none was sent. */
  readonly second?: SecondRecord | null;
  /** Null if there was no connection. */
  readonly close: Exchange['close'];
  /** Absent where the client did not end its side of the connection first. */
  readonly release?: NonNullable<Exchange['release']>;
  /** Absent where a Close frame was sent right after the 101, and where there was none. */
  readonly idleMs?: number;
  readonly timings: Exchange['timings'];
  /** What went wrong below HTTP, or why the bytes are not a response. */
  readonly error: Exchange['error'];
  /** Whether no other connection of this client to the target was open. */
  readonly alone: boolean;
  /** The most connections that were open beside it. */
  readonly openConnections: number;
}

export type SecondRecord = Pick<
  Response,
  'statusLine' | 'status' | 'fields' | 'bodyBytes' | 'interim' | 'oddities'
>;

/** Its bytes are all that were received, interim responses included, up to the limit. */
export interface ResponseRecord extends StoredBytes {
  /** Null, like the status, if the bytes are not an HTTP response. */
  readonly statusLine: string | null;
  readonly status: number | null;
  readonly fields: readonly Field[];
  readonly bodyBytes: number;
  /** Status codes of interim responses before this one. */
  readonly interim: readonly number[];
  readonly oddities: readonly Oddity[];
  /** More bytes were received than are stored. */
  readonly truncated: boolean;
}

export function recordExchange(exchange: Exchange): ExchangeRecord {
  const {
    outcome,
    request,
    received,
    response,
    second,
    truncated,
    close,
    release,
    idleMs,
    timings,
    error,
    openConnections,
  } = exchange;
  return {
    outcome,
    request: new Base64Bytes(request),
    response:
      received.length === 0
        ? null
        : Object.assign(new Base64Bytes(received), {
            statusLine: response?.statusLine ?? null,
            status: response?.status ?? null,
            fields: response?.fields ?? [],
            bodyBytes: response?.bodyBytes ?? 0,
            interim: response?.interim ?? [],
            oddities: response?.oddities ?? [],
            truncated,
          }),
    ...(second !== undefined && { second: second === null ? null : recordSecond(second) }),
    close,
    ...(release !== undefined && { release }),
    ...(idleMs !== undefined && { idleMs }),
    timings,
    error,
    alone: openConnections === 0,
    openConnections,
  };
}

function recordSecond({ statusLine, status, fields, bodyBytes, interim, oddities }: Response): SecondRecord {
  return { statusLine, status, fields, bodyBytes, interim, oddities };
}

/** An object with its own property `base64`, whose getter all instances share: one each would take more memory than the bytes. */
class Base64Bytes {
  declare readonly base64: string;
  readonly #bytes: Buffer;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
    Object.defineProperty(this, 'base64', Base64Bytes.#base64);
  }

  static readonly #base64 = {
    enumerable: true,
    get(this: Base64Bytes): string {
      return this.#bytes.toString('base64');
    },
  };
}

/** The head of the request, read back from its bytes. */
export function recordedRequest(record: ExchangeRecord): RequestHead {
  return readRequestHead(storedBytes(record.request));
}

/** The shortest redacted credential. */
const redacted = '****';

/**
 * Reads an exchange back. The response is parsed again from its bytes; the record's own fields are used only if the
 * bytes are not those received, because they are truncated or contain a redacted credential.
 *
 * @param maxHeadBytes the limit of a response head when it was recorded
 */
export function readExchange(record: ExchangeRecord, maxHeadBytes: number): Exchange {
  const {
    outcome,
    response: recorded,
    second: recordedSecond,
    close,
    release,
    idleMs,
    timings,
    error,
    openConnections,
  } = record;
  const isFollowed = recordedSecond !== undefined;
  const request = storedBytes(record.request);
  const head = readRequestHead(request);
  const received = recorded === null ? Buffer.alloc(0) : storedBytes(recorded);
  const exchange = {
    outcome,
    request,
    sentFields: head.fields,
    received,
    truncated: recorded?.truncated ?? false,
    response: null,
    ...(isFollowed && { second: null }),
    close,
    ...(release !== undefined && { release }),
    ...(idleMs !== undefined && { idleMs }),
    timings,
    error,
    openConnections,
  };
  if (recorded === null) return exchange;
  const reader = new ResponseReader(headLimit(maxHeadBytes, request.length), methodOf(head), isFollowed);
  reader.push(received);
  // As when it was received: an abort does not end an incomplete head, the response time-out does.
  if (reader.hasHead || close?.kind === 'fin' || close?.kind === 'reset') reader.end();
  else if (outcome === 'malformed' && reader.isWithinHead) reader.end(headUnfinished);
  const { response, second, failure } = reader;
  if (recorded.truncated || received.includes(redacted)) {
    return {
      ...exchange,
      response: recordedResponse(recorded, response),
      ...(isFollowed && {
        second: recordedSecond === null ? null : recordedResponse(recordedSecond, second),
      }),
    };
  }
  if (response !== null) {
    return { ...exchange, outcome: 'response', response, ...(isFollowed && { second }) };
  }
  if (failure === null) return exchange;
  const isOwnError = error === null || error.code === malformedCode;
  return {
    ...exchange,
    outcome: 'malformed',
    error: isOwnError ? { code: malformedCode, message: failure } : error,
  };
}

/** @param read the response as parsed from the stored bytes */
function recordedResponse(
  recorded: Omit<ResponseRecord, 'base64' | 'runs' | 'truncated'>,
  read: Response | null,
): Response | null {
  const { statusLine, status, fields, bodyBytes, interim, oddities } = recorded;
  if (statusLine === null || status === null) return null;
  // The framing is not recorded, and no verdict depends on it.
  const framing = read?.framing ?? 'until-close';
  return { statusLine, status, fields, framing, bodyBytes, interim, oddities };
}
