/** Request bytes: a template of an opening handshake, filled in for one target and one connection. */

import { randomBytes } from 'node:crypto';

/** A field name and its field value, as they stand on the wire; one character is one octet (latin1). */
export type Field = readonly [name: string, value: string];

/** A part of a field value that is known only when the request is sent. */
export type FilledValue =
  /** host and port of the target (rfc9110 §7.2). */
  | { readonly fill: 'host' }
  /** base64 of this many fresh random octets (rfc6455 §4.1 (7) asks for 16). */
  | { readonly fill: 'key'; readonly octets: number };

/** One field line of a request. `separator` is what stands between name and value: `': '` unless given. */
export interface FieldLine {
  readonly name: string;
  readonly value: string | FilledValue;
  readonly separator?: string;
}

/** Where the fields go that the caller adds to every handshake. */
export const addedFields = { slot: 'added-fields' } as const;

/** An opening handshake, line by line, in the order of the wire. */
export interface RequestTemplate {
  readonly method: string;
  /** `HTTP/1.1`, as it stands in the request line. */
  readonly httpVersion: string;
  readonly lines: readonly (FieldLine | typeof addedFields)[];
}

/** What of a request comes from the target instead of from the template. */
export interface RequestContext {
  /** Path and query (rfc9112 §3.2.1 origin-form). */
  readonly requestTarget: string;
  /** Value of the Host field. */
  readonly host: string;
  /** Fields to add to every handshake, in order. */
  readonly addedFields: readonly Field[];
}

/** Serialises a template; every call draws fresh keys. */
export function serialiseRequest(template: RequestTemplate, context: RequestContext): Buffer {
  const head = [`${template.method} ${context.requestTarget} ${template.httpVersion}\r\n`];
  for (const line of template.lines) {
    if ('slot' in line) {
      for (const [name, value] of context.addedFields) head.push(`${name}: ${value}\r\n`);
    } else {
      head.push(`${line.name}${line.separator ?? ': '}${fill(line.value, context)}\r\n`);
    }
  }
  head.push('\r\n');
  return Buffer.from(head.join(''), 'latin1');
}

function fill(value: FieldLine['value'], context: RequestContext): string {
  if (typeof value === 'string') return value;
  return value.fill === 'host' ? context.host : randomBytes(value.octets).toString('base64');
}
