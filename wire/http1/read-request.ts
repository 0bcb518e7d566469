/** Reads the head of a request that we sent back from its bytes, for records that hold nothing else of it. */

import type { Field } from '../request.ts';

export interface RequestHead {
  /** Empty lines stand before the request line. */
  readonly startsWithEmptyLine: boolean;
  readonly requestLine: string;
  /** As in `Exchange.sentFields`; a folded line belongs to the field that it continues. */
  readonly fields: readonly Field[];
}

export function readRequestHead(bytes: Buffer): RequestHead {
  const text = bytes.toString('latin1');
  const [head = ''] = text.replace(/^(?:\r\n)+/, '').split('\r\n\r\n', 1);
  const [requestLine = '', ...lines] = head.split(/\r\n(?![ \t])/);
  return { startsWithEmptyLine: text.startsWith('\r\n'), requestLine, fields: lines.map(readFieldLine) };
}

export function methodOf({ requestLine }: RequestHead): string {
  return requestLine.split(' ', 1)[0] ?? '';
}

/** A field line as a raw pair, white space included; without a colon all of it is the name. */
export function readFieldLine(line: string): Field {
  const [name = ''] = line.split(':', 1);
  return [name, line.slice(name.length + 1)];
}
