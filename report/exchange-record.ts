/**
 * An exchange as it is stored in a report, plain data, the octets in base64; and how it is read back.
 *
 * The text in base64 is made when it is asked for: of many targets the octets alone take less room, outside the heap.
 */

import { type Exchange, malformedCode } from '../wire/exchange.ts';
import { type RequestHead, readRequestHead } from '../wire/http1/read-request.ts';
import { ResponseReader } from '../wire/http1/response-reader.ts';
import type { Field } from '../wire/request.ts';
import type { Oddity, Response } from '../wire/response.ts';

export type { RequestHead };

export interface ExchangeRecord {
  readonly outcome: Exchange['outcome'];
  readonly request: { readonly base64: string };
  /** Null where not one byte came. */
  readonly response: ResponseRecord | null;
  /** Null where there was no connection. */
  readonly close: Exchange['close'];
  readonly timings: Exchange['timings'];
  /** What went wrong below HTTP, or why the bytes are no response. */
  readonly error: Exchange['error'];
}

export interface ResponseRecord {
  /** Null, as is the status, where the bytes are no HTTP response. */
  readonly statusLine: string | null;
  readonly status: number | null;
  readonly fields: readonly Field[];
  readonly bodyBytes: number;
  /** Status codes of interim responses before this one. */
  readonly interim: readonly number[];
  readonly oddities: readonly Oddity[];
  /** Every octet received, interim responses among them, up to the limit. */
  readonly base64: string;
  /** More octets were received than are stored. */
  readonly truncated: boolean;
}

export function recordExchange(exchange: Exchange): ExchangeRecord {
  const { outcome, request, received, response, truncated, close, timings, error } = exchange;
  return {
    outcome,
    request: new Octets(request),
    response:
      received.length === 0
        ? null
        : Object.assign(new Octets(received), {
            statusLine: response?.statusLine ?? null,
            status: response?.status ?? null,
            fields: response?.fields ?? [],
            bodyBytes: response?.bodyBytes ?? 0,
            interim: response?.interim ?? [],
            oddities: response?.oddities ?? [],
            truncated,
          }),
    close,
    timings,
    error,
  };
}

/** An object with a property `base64` that is its own, and all have one getter: one each would take more room than the octets. */
class Octets {
  declare readonly base64: string;
  readonly #octets: Buffer;

  constructor(octets: Buffer) {
    this.#octets = octets;
    Object.defineProperty(this, 'base64', Octets.#base64);
  }

  static readonly #base64 = {
    enumerable: true,
    get(this: Octets): string {
      return this.#octets.toString('base64');
    },
  };
}

/** The head of the request, read back from its bytes. */
export function recordedRequest(record: ExchangeRecord): RequestHead {
  return readRequestHead(bytesSent(record));
}

function bytesSent({ request }: ExchangeRecord): Buffer {
  return Buffer.from(request.base64, 'base64');
}

/** What a masked credential looks like at the least. */
const masked = '****';

/**
 * Reads an exchange back. The response is read anew from its octets. Only where they are not what came, cut off or
 * with a credential masked, is what the record says of it believed.
 *
 * @param maxHeadBytes octets of a response head that were read when it was recorded
 */
export function readExchange(record: ExchangeRecord, maxHeadBytes: number): Exchange {
  const { outcome, response: recorded, close, timings, error } = record;
  const request = bytesSent(record);
  const received = Buffer.from(recorded?.base64 ?? '', 'base64');
  const exchange = {
    outcome,
    request,
    sentFields: readRequestHead(request).fields,
    received,
    truncated: recorded?.truncated ?? false,
    response: null,
    close,
    timings,
    error,
  };
  if (recorded === null) return exchange;
  const reader = new ResponseReader(maxHeadBytes);
  reader.push(received);
  // As when it was received: a silence does not end a head that may still come.
  if (reader.hasHead || close?.kind === 'fin' || close?.kind === 'reset') reader.end();
  const { response, failure } = reader;
  if (recorded.truncated || received.includes(masked)) {
    return { ...exchange, response: recordedResponse(recorded, response) };
  }
  if (response !== null) return { ...exchange, outcome: 'response', response };
  if (failure === null) return exchange;
  const isOwnError = error === null || error.code === malformedCode;
  return {
    ...exchange,
    outcome: 'malformed',
    error: isOwnError ? { code: malformedCode, message: failure } : error,
  };
}

/** @param read what can be made of the octets that are there */
function recordedResponse(recorded: ResponseRecord, read: Response | null): Response | null {
  const { statusLine, status, fields, bodyBytes, interim, oddities } = recorded;
  if (statusLine === null || status === null) return null;
  // How the end of the body is found is not recorded, and no verdict rests on it.
  const framing = read?.framing ?? 'until-close';
  return { statusLine, status, fields, framing, bodyBytes, interim, oddities };
}
