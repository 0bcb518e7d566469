/** A response once it has been read, and the ways in which it can depart from HTTP's grammar. */

import type { Field } from './request.ts';

/**
 * Ways in which a response departs from HTTP's grammar and can still be read, each with its meaning.
 * The reader reports them and continues; the scoring decides whether one is a fault.
 */
export const oddities = {
  'leading-empty-line': 'an empty line stands before the status line',
  'status-line': 'the status line does not follow HTTP-version SP status-code SP [reason-phrase]',
  'http-version': 'the HTTP version of the status line is not HTTP/1.0 or HTTP/1.1',
  'bare-lf': 'a line of the head ends in LF alone instead of CRLF',
  'control-octet': 'a control character stands inside a line of the head',
  'no-colon': 'a field line has no colon',
  'field-name': 'a field name is not a token',
  'space-before-colon': 'white space stands between a field name and its colon',
  'obs-fold': 'a field value is folded over several lines',
  'content-length': 'Content-Length is not one decimal number',
  'length-and-coding': 'Content-Length stands beside Transfer-Encoding',
  chunk: 'the chunked body is malformed',
  'body-short': 'the connection ended, or fell silent, before the end of the body',
  'body-on-head': 'a body follows the head of a response to HEAD',
  'bytes-after': 'more bytes follow the end of the response',
} as const;

/** Why the bytes are not a response although they are the beginning of one: the connection ended within the head. */
export const headCutShort = 'the head of a response began and did not end (no empty line)';
/** The same on a connection that stayed open: the rest did not come in time. */
export const headUnfinished = 'the head of a response began and did not end in time (no empty line)';

export type Oddity = keyof typeof oddities;

/** How the end of the body is found (rfc9112 §6.3). */
export type Framing = 'none' | 'content-length' | 'chunked' | 'until-close';

/** A final response (rfc9110 §15), as it was read. Text is latin1: one character is one byte. */
export interface Response {
  /** The status line without its line end. */
  readonly statusLine: string;
  readonly status: number;
  /** Every field line in the order of the wire; names as they were written, values without the OWS around them. */
  readonly fields: readonly Field[];
  readonly framing: Framing;
  /** Bytes of body content received, without the chunked coding. */
  readonly bodyBytes: number;
  /** The status codes of the interim responses before this one, in order. */
  readonly interim: readonly number[];
  readonly oddities: readonly Oddity[];
}

/**
 * Whether the server switches protocols: 101. It has accepted the client, whether or not its handshake is valid; this
 * is the only place where that is decided.
 */
export function isSwitchingProtocols<T extends { readonly status: number | null }>(
  response: T | null | undefined,
): response is T & { readonly status: 101 } {
  return response?.status === 101;
}

/** The values of every field line of that name (case-insensitive), in order. */
export function fieldValues(fields: readonly Field[], name: string): string[] {
  const wanted = name.toLowerCase();
  return fields.filter(([candidate]) => candidate.toLowerCase() === wanted).map(([, value]) => value);
}

/** The non-empty elements of a comma-separated list spread over any number of field lines (rfc9110 §5.6.1.2). */
export function listElements(values: readonly string[]): string[] {
  return values
    .flatMap((value) => value.split(','))
    .map(trimOws)
    .filter((element) => element !== '');
}

/** Optional white space is SP and HTAB, nothing else (rfc9110 §5.6.3). */
export function trimOws(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isOws(text[start])) start += 1;
  while (end > start && isOws(text[end - 1])) end -= 1;
  return text.slice(start, end);
}

function isOws(character: string | undefined): boolean {
  return character === ' ' || character === '\t';
}
