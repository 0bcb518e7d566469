/** The server's half of an accepted handshake (rfc6455 §4.2.2 (5)), checked against the request it answers. */

import { createHash } from 'node:crypto';
import type { Exchange } from '../wire/exchange.ts';
import { fieldValues, isSwitchingProtocols, listElements, type Response, trimOws } from '../wire/response.ts';

/** rfc6455 §1.3: the GUID that the server appends to the key. */
const handshakeGuid = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

/** A 101 with the right Sec-WebSocket-Accept: the only answer that accepts the version asked for. */
export function isAcceptance(exchange: Exchange): boolean {
  return isSwitchingProtocols(exchange.response) && acceptFault(exchange, exchange.response) === null;
}

/** What is wrong with Sec-WebSocket-Accept, in words; null if nothing is. */
export function acceptFault(exchange: Exchange, response: Response): string | null {
  const expected = expectedAccept(exchange);
  const actual = fieldValues(response.fields, 'Sec-WebSocket-Accept');
  if (actual.length === 0) return 'no Sec-WebSocket-Accept';
  if (actual.length > 1) return `Sec-WebSocket-Accept ${actual.length} times`;
  // rfc6455 §4.1 asks clients to ignore leading and trailing white space, which the reader has removed.
  return actual[0] === expected ? null : `Sec-WebSocket-Accept: ${actual[0]}`;
}

/** The value that the key of this exchange asks for. */
export function expectedAccept(exchange: Exchange): string {
  const key = requestValues(exchange, 'Sec-WebSocket-Key')[0] ?? '';
  return createHash('sha1').update(`${key}${handshakeGuid}`, 'latin1').digest('base64');
}

/** What is wrong with Upgrade and Connection of a 101, in words; null if nothing is. */
export function switchingFault(response: Response): string | null {
  const upgrade = fieldValues(response.fields, 'Upgrade');
  if (upgrade.length === 0) return 'no Upgrade field';
  if (upgrade.join(', ').toLowerCase() !== 'websocket') return `Upgrade: ${upgrade.join(', ')}`;
  const connection = fieldValues(response.fields, 'Connection');
  if (connection.length === 0) return 'no Connection field';
  const tokens = listElements(connection).map((token) => token.toLowerCase());
  return tokens.includes('upgrade') ? null : `Connection: ${connection.join(', ')}`;
}

/** A subprotocol or an extension in a 101 that the client did not offer, in words; null if there is none. */
export function unofferedFault(exchange: Exchange, response: Response): string | null {
  const subprotocols = fieldValues(response.fields, 'Sec-WebSocket-Protocol');
  const offered = listElements(requestValues(exchange, 'Sec-WebSocket-Protocol'));
  const strange = subprotocols.find((subprotocol) => !offered.includes(subprotocol));
  if (strange !== undefined) return `Sec-WebSocket-Protocol: ${strange}`;
  const offeredExtensions = extensionNames(requestValues(exchange, 'Sec-WebSocket-Extensions'));
  const extension = extensionNames(fieldValues(response.fields, 'Sec-WebSocket-Extensions')).find(
    (name) => !offeredExtensions.includes(name),
  );
  return extension === undefined ? null : `Sec-WebSocket-Extensions: ${extension}`;
}

/** The names alone: parameters are the server's to choose (rfc6455 §9.1). */
function extensionNames(values: readonly string[]): string[] {
  return listElements(values).map((element) => (element.split(';')[0] ?? '').trim());
}

/** The field values of the request as it was sent. */
function requestValues(exchange: Exchange, name: string): string[] {
  return fieldValues(exchange.sentFields, name).map(trimOws);
}
