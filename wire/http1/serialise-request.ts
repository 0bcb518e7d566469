/** A request's bytes, from a template of a handshake and a target. */

import { randomBytes } from 'node:crypto';
import type { Field, FieldLine, RequestContext, RequestTemplate } from '../request.ts';
import { readFieldLine } from './read-request.ts';

/** A request as it is sent. */
export interface SerialisedRequest {
  readonly method: string;
  readonly bytes: Buffer;
  /** Where the bytes are cut into two TCP segments; null where they are not. */
  readonly cutAt: number | null;
  /** As in `Exchange.sentFields`. */
  readonly fields: readonly Field[];
  /** The bytes hold a second request behind the first. */
  readonly isFollowed: boolean;
  /** As in `RequestTemplate.endsConnection`. */
  readonly endsConnection: boolean;
}

/** Serialises a template and what follows it; every call draws fresh keys. */
export function serialiseRequest(template: RequestTemplate, context: RequestContext): SerialisedRequest {
  const { followedBy, endsConnection = false } = template;
  const first = serialiseHead(template, context);
  const isFollowed = followedBy !== undefined;
  const bytes = isFollowed
    ? Buffer.concat([first.bytes, serialiseRequest(followedBy, context).bytes])
    : first.bytes;
  return { ...first, bytes, isFollowed, endsConnection };
}

function serialiseHead(
  template: RequestTemplate,
  context: RequestContext,
): Omit<SerialisedRequest, 'isFollowed' | 'endsConnection'> {
  const lines: string[] = [];
  for (const line of template.lines) {
    if ('slot' in line) {
      for (const [name, value] of context.addedFields) lines.push(`${name}: ${value}`);
    } else {
      lines.push(`${line.name}${line.separator ?? ': '}${fill(line.value, context)}`);
    }
  }
  const { method, httpVersion, prefix = '', body = '' } = template;
  const version = httpVersion === '' ? [] : [httpVersion];
  const requestLine = prefix + [method, requestTarget(template, context), ...version].join(' ');
  const text = [requestLine, ...lines, '', body].join('\r\n');
  const fields = lines.map(readFieldLine);
  const cutLine = fields.findIndex(([name]) => name === template.cutWithin);
  const cutAt = cutLine === -1 ? null : middleOf(cutLine, [requestLine, ...lines]);
  return { method, bytes: Buffer.from(text, 'latin1'), cutAt, fields };
}

function requestTarget({ targetForm }: RequestTemplate, context: RequestContext): string {
  return targetForm === 'absolute'
    ? `${context.scheme}://${context.host}${context.requestTarget}`
    : context.requestTarget;
}

/** The offset of the middle of the nth field line (from 0) behind a request line. */
function middleOf(nth: number, lines: readonly string[]): number {
  const before = lines.slice(0, nth + 1).join('\r\n').length + '\r\n'.length;
  return before + Math.ceil((lines[nth + 1]?.length ?? 0) / 2);
}

function fill(value: FieldLine['value'], context: RequestContext): string {
  if (typeof value === 'string') return value;
  if (value.fill === 'host') return context.host;
  return (value.insert ?? []).reduce(
    (key, { at, text }) => `${key.slice(0, at)}${text}${key.slice(at)}`,
    randomBytes(value.bytes).toString('base64'),
  );
}
