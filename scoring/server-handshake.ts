/** The server's half of an accepted handshake (rfc6455 §4.2.2 (5)), checked against the request it answers. */

import { createHash } from 'node:crypto';
import type { Exchange } from '../wire/exchange.ts';
import { fieldValues, isSwitchingProtocols, listElements, trimOws } from '../wire/response.ts';

/** rfc6455 §1.3: the GUID that the server appends to the key. */
export const handshakeGuid = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

/** A 101 with the correct Sec-WebSocket-Accept: the only answer that accepts the version asked for. */
export function isAcceptance(exchange: Exchange): boolean {
  if (!isSwitchingProtocols(exchange.response)) return false;
  const values = fieldValues(exchange.response.fields, 'Sec-WebSocket-Accept');
  // rfc6455 §4.1 asks clients to ignore leading and trailing white space, which the reader has removed.
  return values.length === 1 && values[0] === expectedAccept(exchange);
}

/** A 101 to another protocol that the client offered, such as h2c (rfc9110 §7.8): no WebSocket was opened. */
export function switchesElsewhere(exchange: Exchange): boolean {
  if (!isSwitchingProtocols(exchange.response)) return false;
  const protocols = (values: readonly string[]): string[] => listElements(values).map(lowerCase);
  const chosen = protocols(fieldValues(exchange.response.fields, 'Upgrade'));
  const offered = protocols(requestValues(exchange, 'Upgrade'));
  return chosen.length > 0 && chosen.every((name) => name !== 'websocket' && offered.includes(name));
}

const lowerCase = (text: string): string => text.toLowerCase();

/** The value that the key of this exchange asks for. */
export function expectedAccept(exchange: Exchange): string {
  return acceptFor(requestValues(exchange, 'Sec-WebSocket-Key')[0] ?? '');
}

/** The value for a key (latin1). */
export function acceptFor(key: string): string {
  return createHash('sha1').update(`${key}${handshakeGuid}`, 'latin1').digest('base64');
}

/** The field values of the request as it was sent, without the white space around them. */
export function requestValues(exchange: Exchange, name: string): string[] {
  return fieldValues(exchange.sentFields, name).map(trimOws);
}
