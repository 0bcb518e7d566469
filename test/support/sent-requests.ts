/** What a probe sends, for one fixed target, in forms that tests can compare. */

import type { Probe } from '../../probes/probe.ts';
import { serialiseRequest } from '../../wire/http1/serialise-request.ts';
import type { RequestContext, RequestTemplate } from '../../wire/request.ts';

export const context: RequestContext = {
  requestTarget: '/chat',
  scheme: 'http',
  host: 'server.example',
  addedFields: [['Origin', 'https://client.example']],
};

/**
 * The bytes of a request, one character per byte, with every key replaced by a marker of equal length, and with a bar
 * where they are cut into two segments.
 */
export function sent({ request }: { request: RequestTemplate }): string {
  const { bytes, cutAt } = serialiseRequest(request, context);
  const text = withMarkedKeys(bytes.toString('latin1'));
  return cutAt === null ? text : `${text.slice(0, cutAt)}|${text.slice(cutAt)}`;
}

function withMarkedKeys(text: string): string {
  return text
    .replace(/(?<=\r\nSec-WebSocket-Key:[ \t]*)[A-Za-z0-9+/]+={0,2}(?=(?:[ \t]*|;a=b)\r\n)/gi, marker)
    .replace(
      /(?<=\r\nSec-WebSocket-Key: )([A-Za-z0-9+/]{12}) ([A-Za-z0-9+/]{10}==)(?=\r\n)/,
      (_, start, end) => {
        const marked = marker(`${start}${end}`);
        return `${marked.slice(0, 12)} ${marked.slice(12)}`;
      },
    );
}

/** The head of the first request that a probe sends, as `sent` has it. */
export function sentFirst({ request }: { request: RequestTemplate }): string {
  const { followedBy: _, body: __, ...first } = request;
  return sent({ request: first });
}

function marker(key: string): string {
  const bytes = Buffer.from(key, 'base64');
  if (bytes.toString('base64') !== key) return key;
  return `${`[${bytes.length} random bytes`.padEnd(key.length - 1, '.')}]`;
}

/** The keys of one serialisation, as they stand on the wire. */
export function keys({ request }: Pick<Probe, 'request'>): string[] {
  const text = serialiseRequest(request, context).bytes.toString('latin1');
  return Array.from(text.matchAll(/\r\nSec-WebSocket-Key:[ ]*([^\r]*)/gi), ([, key]) => key ?? '');
}

export interface Head {
  /** What stands before the request line. */
  readonly prefix: string;
  readonly method: string;
  readonly requestTarget: string;
  readonly httpVersion: string;
  /** Field lines without their CRLF; a folded line is one with the line that it continues. */
  readonly lines: readonly string[];
}

/** Takes a request head apart; throws unless it ends, once, with an empty line. */
export function head(text: string): Head {
  if (text.indexOf('\r\n\r\n') !== text.length - 4) throw new Error('the head must end with one empty line');
  const [prefix = ''] = /^(?:\r\n)*/.exec(text) ?? [];
  const [start = '', ...lines] = text.slice(prefix.length, -4).split(/\r\n(?![ \t])/);
  const [method, requestTarget, httpVersion = '', ...rest] = start.split(' ');
  if (!method || !requestTarget || rest.length > 0) {
    throw new Error(`not a request line: ${start}`);
  }
  return { prefix, method, requestTarget, httpVersion, lines };
}
