/** Fills the placeholders of an answer with what belongs to the request. */

import { createHash } from 'node:crypto';
import { fieldValues, listElements } from '../response.ts';
import type { RequestHead } from './request-heads.ts';

/** rfc6455 §1.3. */
const guid = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

/** Where our side is reached. */
export interface Place {
  readonly host: string;
  readonly path: string;
  readonly isSecure: boolean;
}

/** @returns what fills in the placeholders of a step */
export function answerFiller(
  request: RequestHead,
  { host, path, isSecure }: Place,
): (text: string) => string {
  const [key = ''] = fieldValues(request.fields, 'Sec-WebSocket-Key');
  const accept = createHash('sha1').update(`${key}${guid}`, 'latin1').digest('base64');
  const [protocol] = listElements(fieldValues(request.fields, 'Sec-WebSocket-Protocol'));
  const values: Readonly<Record<string, string>> = {
    accept,
    'accept-lower': accept.toLowerCase(),
    'accept-prefix': accept.slice(0, 20),
    key,
    protocol: protocol === undefined ? '' : `Sec-WebSocket-Protocol: ${protocol}\r\n`,
    host,
    path,
    ws: isSecure ? 'wss' : 'ws',
    http: isSecure ? 'https' : 'http',
  };
  return (text) => text.replace(/\{([a-z-]+)\}/g, (whole, name: string) => values[name] ?? whole);
}
