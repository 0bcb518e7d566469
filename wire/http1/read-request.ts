/** Reads the head of a request that we sent back from its bytes, for records that hold nothing else of it. */

import type { Field } from '../request.ts';

export interface RequestHead {
  readonly requestLine: string;
  /** As in `Exchange.sentFields`; a folded line belongs to the field that it continues. */
  readonly fields: readonly Field[];
}

export function readRequestHead(bytes: Buffer): RequestHead {
  const [head = ''] = bytes.toString('latin1').split('\r\n\r\n', 1);
  const [requestLine = '', ...lines] = head.split(/\r\n(?![ \t])/);
  return { requestLine, fields: lines.map(readFieldLine) };
}

/** A field line as a raw pair, white space included; without a colon all of it is the name. */
export function readFieldLine(line: string): Field {
  const [name = ''] = line.split(':', 1);
  return [name, line.slice(name.length + 1)];
}
