/** What the RFCs and WHATWG ask of a client in the opening handshake, in this project's own words. */

import { type Clause, type ClauseId, clauses, rfc6455, rfc9110, rfc9112 } from './clauses.ts';

const section41 = rfc6455('4.1');

/** A clause that is about servers as well. */
function shared(id: ClauseId): Clause {
  return clauses[id];
}

export const clientClauses = {
  'client-request': {
    ...section41,
    says: 'The handshake is a valid GET over HTTP/1.1 or higher. Host holds the host, and the port if it is not the default one. Upgrade holds "websocket", and Connection holds the token "Upgrade".',
  },
  'client-key': {
    ...section41,
    says: 'Sec-WebSocket-Key is the base64 of 16 random bytes, chosen anew for each connection.',
  },
  'client-version': {
    ...section41,
    says: 'The request has the field Sec-WebSocket-Version, and its value is 13.',
  },
  'client-subprotocols': {
    ...section41,
    says: 'Subprotocols that the client asks for are tokens, each of them once and none empty.',
  },
  'client-waits': {
    ...section41,
    says: 'Once the handshake is sent, the client waits for the response before it sends any further data.',
  },
  'client-other-status': {
    ...section41,
    says: 'A response other than a 101 is handled by the procedures of HTTP: the client might authenticate on a 401, and does not have to follow a redirect. The connection does not become a WebSocket connection.',
  },
  'client-upgrade': {
    ...section41,
    says: 'Without Upgrade in the response, or where its value is not a case-insensitive match for "websocket", the client must fail the connection.',
  },
  'client-connection': {
    ...section41,
    says: 'Without Connection in the response, or where none of its tokens is a case-insensitive match for "Upgrade", the client must fail the connection.',
  },
  'client-accept': {
    ...section41,
    says: 'Without Sec-WebSocket-Accept in the response, or where its value is not the one computed from the key, white space around it ignored, the client must fail the connection.',
  },
  'client-extension': {
    ...section41,
    says: 'If the response names an extension that the client did not ask for, the client must fail the connection.',
  },
  'client-subprotocol': {
    ...section41,
    says: 'If the response names a subprotocol that the client did not ask for, the client must fail the connection.',
  },
  'client-conformity': {
    ...section41,
    says: 'If the response does not conform to the requirements of §4.1 and §4.2.2, the client must fail the connection.',
  },
  'client-fails': {
    ...rfc6455('7.1.7'),
    says: 'To fail the connection, the client closes it. A Close frame should be sent only where the connection was established.',
  },
  'client-version-retry': {
    ...rfc6455('4.4'),
    says: 'A client may repeat the handshake with a version that the refusal lists and that it supports. Nothing obliges it to.',
  },
  'client-reconnects': {
    ...rfc6455('7.2.3'),
    says: 'A client that reconnects after an abnormal closure should wait for a random time first, and longer after each further attempt.',
  },
  'client-frames': {
    ...rfc6455('5.5'),
    says: 'A Ping is answered with a Pong (§5.5.2). Frames may follow the response at once.',
  },
  'once-in-request': { ...shared('once-in-request') },
  'version-grammar': { ...shared('version-grammar') },
  'key-once': { ...shared('key-once') },
  'once-in-response': { ...shared('once-in-response') },
  'extension-parameters': { ...shared('extension-parameters') },
  'list-fields': { ...shared('list-fields') },
  'no-body-on-101': { ...shared('no-body-on-101') },
  'interim-responses': {
    ...rfc9110('15.2'),
    says: 'A client must be able to parse one or more 1xx responses before the final one. A client may ignore those that it does not expect.',
  },
  'retry-after': {
    ...rfc9110('10.2.3'),
    says: 'Retry-After says how long a client ought to wait before its next request.',
  },
  redirect: {
    ...rfc9110('15.4'),
    says: 'A client should detect cyclical redirections.',
  },
  'field-value-bytes': {
    ...rfc9110('5.5'),
    says: 'A recipient of a NUL, CR or LF in a field value must reject the message or replace each with a space.',
  },
  'client-status-line': {
    ...rfc9112('4'),
    says: 'A status line is the HTTP version, a space, a status code of three digits, a space, and a reason phrase that may be empty. A client should ignore the reason phrase.',
  },
  'client-field-lines': {
    ...rfc9112('5'),
    says: 'A field line is a name, a colon and a value. White space around the value is optional and not part of it.',
  },
  'client-obs-fold': {
    ...rfc9112('5.2'),
    says: 'A user agent must replace each fold in a field value of a response with one or more spaces before it interprets the value.',
  },
  'client-line-ends': {
    ...rfc9112('2.2'),
    says: 'A recipient may take a single LF as the end of a line. Empty lines before the message are tolerated by servers only.',
  },
  'client-body-length': {
    ...rfc9112('6.3'),
    says: 'A body without a declared length ends with the connection.',
  },
  'client-incomplete': {
    ...rfc9112('8'),
    says: 'A client that receives an incomplete response must record it as incomplete.',
  },
  'browser-websocket': {
    source: 'WHATWG WebSockets §2',
    url: 'https://websockets.spec.whatwg.org/#websocket-opening-handshake',
    says: 'A browser fails the connection on a network error or any status except 101, never follows a redirect, and fails the connection where it asked for subprotocols and the response acknowledges none.',
  },
  'browser-forbidden-field': {
    source: 'WHATWG Fetch §2.2.2',
    url: 'https://fetch.spec.whatwg.org/#forbidden-request-header',
    says: 'A script cannot set a request field whose name begins with "Sec-": the browser drops it silently.',
  },
} as const satisfies Record<string, Clause>;

export type ClientClauseId = keyof typeof clientClauses;
