/** Reads the heads of requests from the bytes of a client. */

import { readFieldLine } from '../http1/read-request.ts';
import type { Field } from '../request.ts';
import { trimOws } from '../response.ts';

/** Bytes of a head; a longer one is not read to its end. */
export const maxRequestHead = 65_536;

export interface RequestHead {
  readonly requestLine: string;
  readonly method: string;
  readonly target: string;
  readonly httpVersion: string;
  readonly fields: readonly Field[];
}

/** Why the bytes are not the head of a request. */
export interface NotARequest {
  readonly problem: string;
  /** What its first line asks for, as far as that can be told. */
  readonly target: string;
}

/** A head, and what follows it; null while it is not complete. */
export function takeRequestHead(
  bytes: Buffer,
): { readonly head: RequestHead | NotARequest; readonly rest: Buffer } | null {
  const end = bytes.indexOf('\r\n\r\n');
  if (end === -1 || end > maxRequestHead) {
    if (bytes.length <= maxRequestHead) return null;
    return {
      head: { problem: `no head of a request ended within ${maxRequestHead} bytes`, target: targetOf(bytes) },
      rest: Buffer.alloc(0),
    };
  }
  const [requestLine = '', ...lines] = bytes.toString('latin1', 0, end).split('\r\n');
  const rest = bytes.subarray(end + 4);
  const match = /^(\S+) (\S+) (HTTP\/\d\.\d)$/.exec(requestLine);
  if (match === null)
    return { head: { problem: 'the first line is not a request line', target: targetOf(bytes) }, rest };
  const [, method = '', target = '', httpVersion = ''] = match;
  const fields = lines.map((line): Field => {
    const [name, value] = readFieldLine(line);
    return [name, trimOws(value)];
  });
  return { head: { requestLine, method, target, httpVersion, fields }, rest };
}

function targetOf(bytes: Buffer): string {
  return /^\S+ (\S+)/.exec(bytes.toString('latin1', 0, 1_000))?.[1] ?? '';
}
