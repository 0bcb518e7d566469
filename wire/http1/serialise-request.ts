/** A request's bytes, from a template of a handshake and a target. */

import { randomBytes } from 'node:crypto';
import type { Field, FieldLine, RequestContext, RequestTemplate } from '../request.ts';
import { readFieldLine } from './read-request.ts';

/** A request as it is sent. */
export interface SerialisedRequest {
  readonly bytes: Buffer;
  /** As in `Exchange.sentFields`. */
  readonly fields: readonly Field[];
}

/** Serialises a template; every call draws fresh keys. */
export function serialiseRequest(template: RequestTemplate, context: RequestContext): SerialisedRequest {
  const lines: string[] = [];
  for (const line of template.lines) {
    if ('slot' in line) {
      for (const [name, value] of context.addedFields) lines.push(`${name}: ${value}`);
    } else {
      lines.push(`${line.name}${line.separator ?? ': '}${fill(line.value, context)}`);
    }
  }
  const { method, httpVersion } = template;
  const requestLine = [method, context.requestTarget, ...(httpVersion === '' ? [] : [httpVersion])].join(' ');
  const head = [requestLine, ...lines, '', ''].join('\r\n');
  return { bytes: Buffer.from(head, 'latin1'), fields: lines.map(readFieldLine) };
}

function fill(value: FieldLine['value'], context: RequestContext): string {
  if (typeof value === 'string') return value;
  if (value.fill === 'host') return context.host;
  return (value.insert ?? []).reduce(
    (key, { at, text }) => `${key.slice(0, at)}${text}${key.slice(at)}`,
    randomBytes(value.bytes).toString('base64'),
  );
}
