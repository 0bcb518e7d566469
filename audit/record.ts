/** An exchange as it is stored in a report: plain data, the octets in base64. */

import type { Exchange } from '../wire/exchange.ts';
import type { Field } from '../wire/request.ts';
import type { Oddity } from '../wire/response.ts';

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
    request: { base64: request.toString('base64') },
    response:
      received.length === 0
        ? null
        : {
            statusLine: response?.statusLine ?? null,
            status: response?.status ?? null,
            fields: response?.fields ?? [],
            bodyBytes: response?.bodyBytes ?? 0,
            interim: response?.interim ?? [],
            oddities: response?.oddities ?? [],
            base64: received.toString('base64'),
            truncated,
          },
    close,
    timings,
    error,
  };
}
