/** The kinds of fault a verdict can fail for, and how a finding about each is put into words. */

import type { ClauseId } from '../spec/clauses.ts';
import type { ClientFault } from './client-failures.ts';

/** How a finding is put: `%s` stands for what was seen. */
export interface Cause {
  readonly title: string;
  readonly detail: string;
  readonly fix: string;
  /** Why such a pattern of answers comes about in the server's code, where that can be told. */
  readonly diagnosis?: string;
  readonly clauses: readonly ClauseId[];
  /** What is known of the clients that meet it. */
  readonly clients?: ClientFault;
}

export const causes = {
  accepted: {
    title: 'Accepts a handshake that it has to refuse',
    detail:
      'The handshake was answered 101. The server now speaks a protocol that the client did not validly ask for.',
    fix: 'Refuse every handshake without exactly one Sec-WebSocket-Version of 13 with 400 and Sec-WebSocket-Version: 13.',
    clauses: ['reject-bad-handshake'],
  },
  refused: {
    title: 'Refuses a valid handshake',
    detail: 'HTTP allows the handshake to be written in this way, and a client or proxy may do so.',
    fix: 'Compare field names and the tokens of Upgrade and Connection case-insensitively, and trim spaces and tabs around field values.',
    clauses: ['reject-bad-handshake'],
  },
  'refusal-status': {
    title: 'Refuses with %s instead of %s',
    detail: 'The handshake is refused, but with a status code that means something other than a bad request.',
    fix: 'Answer a handshake that is not understood with 400 Bad Request and Sec-WebSocket-Version: 13.',
    clauses: ['reject-bad-handshake', 'list-on-400'],
  },
  'no-response': {
    title: 'Refuses without a response',
    detail:
      'No HTTP response came. The client cannot distinguish an unsupported version from a broken server, and retries.',
    fix: 'Write a 400 with Sec-WebSocket-Version: 13 before the connection is closed.',
    clauses: ['reject-bad-handshake'],
  },
  unanswered: {
    title: 'Neither answers nor closes the connection',
    detail:
      'No response came while the connection stayed open. The client waits until it times out. A server that drops the request does this, and so does a proxy in front that forwards nothing except a 101.',
    fix: 'Write a 400 with Sec-WebSocket-Version: 13 and close the connection. Check that a proxy in front forwards responses other than 101.',
    clauses: ['reject-bad-handshake'],
  },
  'plain-http-unanswered': {
    title: 'Does not answer plain HTTP requests on this path',
    detail:
      'Plain HTTP requests on this path get no answer: a handshake without a valid Upgrade, Connection or method is such a request, and no response came to it.',
    fix: 'Register a request handler for this path that answers 400 or 426 (in Node.js: for the event "request", beside "upgrade").',
    diagnosis: 'There is probably no request handler for this path.',
    clauses: ['reject-bad-handshake'],
  },
  'not-http': {
    title: 'Refuses with bytes that are not an HTTP response',
    detail:
      'The bytes have no status line, or the head breaks off: %s. Clients and proxies report a broken server instead of a refused handshake.',
    fix: 'Write a complete response: HTTP/1.1 400 Bad Request, Sec-WebSocket-Version: 13, Content-Length: 0, each line ended by CRLF, then an empty line.',
    clauses: ['reject-bad-handshake', 'message-syntax'],
  },
  'head-unfinished': {
    title: 'Refuses with a response whose head never ends',
    detail:
      'A status line came, or the beginning of one, and the head never ended: the empty line after its fields is missing (%s). Clients wait for the rest until they time out.',
    fix: 'End the head with an empty line: each line ends in CRLF, and another CRLF follows the last field.',
    clauses: ['reject-bad-handshake', 'message-syntax'],
  },
  'head-too-large': {
    title: 'Refuses with a response head that is too large',
    detail:
      'Seen: %s. Clients limit the head too, and report a broken server instead of a refused handshake.',
    fix: 'Keep the head of the refusal short, and copy nothing from the request into it.',
    clauses: ['reject-bad-handshake'],
  },
  'list-absent': {
    title: 'Sends no version list with a refusal',
    detail:
      'Without Sec-WebSocket-Version in the refusal, a client cannot find out which version to request instead.',
    fix: 'Add Sec-WebSocket-Version: 13 (with every other version that is supported) to each refusal of a handshake.',
    clauses: ['refuse-unknown-version', 'list-on-400'],
  },
  'list-misspelt': {
    title: 'Sends the version list under a misspelt field name',
    detail: 'Seen: %s. Clients look for Sec-WebSocket-Version and do not find the list.',
    fix: 'Write the name of the field as Sec-WebSocket-Version.',
    clauses: ['refuse-unknown-version', 'list-on-400'],
  },
  'list-without-13': {
    title: 'Sends a version list without 13',
    detail: 'The server supports version 13, since it accepted the control, but its list says otherwise.',
    fix: 'List every version that the server accepts, 13 included.',
    clauses: ['refuse-unknown-version'],
  },
  'list-malformed': {
    title: 'Sends a version list that is malformed',
    detail:
      'An element of the list is not a version: a decimal number from 0 to 255 without a leading zero. A client that parses the list strictly fails.',
    fix: 'Send decimal numbers, separated by commas, and nothing else: Sec-WebSocket-Version: 13.',
    clauses: ['version-grammar'],
  },
  'list-names-refused': {
    title: 'Lists the very version that it just refused',
    detail: 'A client that follows the list asks for that version again, and is refused again.',
    fix: 'List only versions that the server accepts.',
    clauses: ['refuse-unknown-version'],
  },
  'version-on-success': {
    title: 'Sends Sec-WebSocket-Version on success',
    detail:
      'In a response, the field lists the versions to request instead. On a 101 it contradicts the success.',
    clients: 'version',
    fix: 'Leave the field out of the 101.',
    clauses: ['silent-on-success'],
  },
  'stays-open': {
    title: 'Leaves the connection open after a refusal',
    detail:
      'What the client sends next is read as another HTTP request. Clients that do not notice the refusal hold connections that the server has to time out.',
    fix: 'Close the connection once the refusal is written, and send Connection: close with it.',
    clauses: ['close-on-unsafe'],
  },
  'late-close': {
    title: 'Announces Connection: close but does not close in time',
    detail:
      'The response announced the close, but the connection was still open after the close window. A client that waits for the close is delayed.',
    fix: 'End the socket as soon as the response is written (in Node.js: socket.end() instead of socket.write()).',
    clauses: ['close-means-close'],
  },
  'announced-close': {
    title: 'Announces Connection: close but leaves the connection open',
    detail:
      'The response announced the close, but the connection stayed open. A client that waits for the close waits until it times out.',
    fix: 'End the socket after the response is written (in Node.js: socket.end() instead of socket.write()).',
    diagnosis: 'The response is written, but the connection is never closed.',
    clauses: ['close-means-close'],
  },
  'answers-behind-refusal': {
    title: 'Answers a handshake after one that it refused',
    detail:
      'Two handshakes were sent in one write, the first of version 99. It was refused, and the second was answered on the same connection (%s): the refusal did not end the connection.',
    fix: 'Send Connection: close with the refusal, discard what has arrived after the handshake, and close.',
    clauses: ['close-on-unsafe', 'close-means-close'],
  },
  'socket-not-released': {
    title: 'Keeps a refused connection after the client has ended it',
    detail:
      'The connection was still open after the close window. The client then ended its side, and the server did not end its own before the response time-out. A socket in this state (CLOSE_WAIT) keeps its file descriptor; with enough of them, no client can connect any more.',
    fix: 'Close the connection once the refusal is written, or at the latest when the client ends its side (in Node.js: socket.end() on the event "end").',
    clauses: ['closure-signal'],
  },
  'accept-key': {
    title: 'Sends a wrong Sec-WebSocket-Accept',
    detail: 'Every conforming client fails the connection when the value does not match its key.',
    fix: 'Send base64(SHA-1(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")), of the key exactly as received.',
    clauses: ['server-handshake'],
  },
  'switching-fields': {
    title: 'Sends a 101 without valid Upgrade and Connection fields',
    detail:
      'Every conforming client fails the connection without Upgrade: websocket and Connection: Upgrade, and proxies may drop it.',
    fix: 'Send Upgrade: websocket and Connection: Upgrade with the 101.',
    clauses: ['server-handshake'],
  },
  'old-version-on-101': {
    title: 'Sends the 101 as HTTP/1.0',
    detail: 'HTTP/1.0 has no Upgrade.',
    fix: 'Begin the status line of the 101 with HTTP/1.1.',
    clauses: ['server-handshake'],
  },
  'body-on-101': {
    title: 'Sends a 101 with a field that announces a body',
    detail:
      'A 1xx response has no body and must carry neither Content-Length nor Transfer-Encoding. A client or proxy that goes by the field takes WebSocket frames for a body.',
    fix: 'Leave Content-Length and Transfer-Encoding out of the 101.',
    clauses: ['no-body-on-101'],
  },
  'repeated-on-101': {
    title: 'Sends a field of the handshake more than once',
    detail:
      'Sec-WebSocket-Protocol and Sec-WebSocket-Extensions must not stand more than once in a response.',
    fix: 'Send each of the two fields once.',
    clauses: ['once-in-response'],
  },
  'not-offered': {
    title: 'Chooses a subprotocol or an extension that was not offered',
    detail:
      'Every conforming client fails the connection on a subprotocol or an extension that it did not ask for.',
    fix: 'Choose only from what the client offered, and leave the field out where it offered nothing.',
    clauses: ['server-handshake'],
  },
  'first-frame': {
    title: 'Sends bytes after the 101 that a server must not send',
    detail: 'Only server frames may follow the 101. A client must fail the connection on anything else.',
    fix: 'Send only unmasked, well-formed frames after the empty line of the 101.',
    clauses: ['server-frames'],
  },
  'ends-after-101': {
    title: 'Ends the connection immediately after the 101',
    detail:
      'The control was accepted, and the server ended the connection before the client had sent anything (%s). No client can use such a connection, and it learns no reason.',
    fix: 'Refuse the handshake with an HTTP status where the client is not wanted, or send a Close frame with a status code before ending the connection. Check that a proxy in front supports WebSocket connections.',
    clauses: ['closing-handshake'],
  },
  'upgrade-field': {
    title: 'Sends a 426 without a valid Upgrade field',
    detail: 'A 426 says "use another protocol", and Upgrade says which. Without it the client does not know.',
    fix: 'Send Upgrade: websocket and Connection: Upgrade with the 426, or answer 400.',
    clauses: ['upgrade-on-426'],
  },
  'response-framing': {
    title: 'Sends a response that is not well-formed',
    detail: 'Seen: %s. Clients and proxies parse such a response differently, or reject it.',
    fix: 'Write a status line and fields that end in CRLF, and a body of exactly the declared length.',
    clauses: ['message-syntax', 'message-framing'],
  },
  'advertised-refused': {
    title: 'Advertises a version that it refuses',
    detail:
      'The list names %s, but the server refused it on a new connection. A client that follows the list cannot connect.',
    fix: 'List only versions that the server accepts.',
    clauses: ['refuse-unknown-version', 'several-versions'],
  },
  'lists-differ': {
    title: 'Advertises different versions in different refusals',
    detail:
      'Within one run the lists were: %s. They cannot all be the complete list of the versions that the server is willing to use.',
    fix: 'Define the list in one place in the server, and use it for every refusal.',
    clauses: ['refuse-unknown-version', 'several-versions'],
  },
  'accepted-unadvertised': {
    title: 'Accepts a version that it does not advertise',
    detail:
      'Accepted but in no list: %s. A client that supports it cannot discover it, and a client that requests it anyway gets an untested protocol.',
    fix: 'List the version in every refusal, or refuse it.',
    clauses: ['refuse-unknown-version', 'interim-versions', 'several-versions'],
  },
  'refused-otherwise': {
    title: 'Refuses some versions without the list that it sends to others',
    detail:
      'Of the versions 0 to 255, some were refused with the list and these were not: %s. A client that asks for one of these does not learn which versions the server supports.',
    fix: 'Refuse every version that is not supported in the same way, with the list.',
    clauses: ['refuse-unknown-version'],
  },
  'stress-ended': {
    title: 'No longer accepts handshakes after a stress probe',
    detail:
      'The control was accepted before this request and not after it, nor on retries until the time for them was over. The remaining stress probes were not sent.',
    fix: 'Limit what is read of a request, and answer 400 to what exceeds the limits or cannot be handled.',
    clauses: ['fields-too-large'],
  },
  'stress-blocked': {
    title: 'Stops accepting handshakes for a time after a stress probe',
    detail:
      'The control was accepted before this request, not right after it, and again some time later: all other clients had to wait. The remaining stress probes were not sent.',
    fix: 'Limit what is read of a request, and answer 400 to what exceeds the limits or cannot be handled.',
    clauses: ['fields-too-large'],
  },
  'stress-unanswered': {
    title: 'Does not answer a stress probe',
    detail:
      'No whole response came to this request within the response time-out. The control was accepted afterwards.',
    fix: 'Limit what is read of a request, and answer 400 to what exceeds the limits or cannot be handled.',
    clauses: ['fields-too-large'],
  },
  'stress-answer': {
    title: 'Does not refuse a stress probe correctly',
    detail: 'The answer to this request is neither a 4xx nor the end of the connection.',
    fix: 'Answer 400 to a request that cannot be handled.',
    clauses: ['fields-too-large'],
  },
} as const satisfies Record<string, Cause>;

export type CauseId = keyof typeof causes;

/** The wording for a 426 where the profile asks for 400. */
export const upgradeRequired: Cause = {
  title: 'Refuses with %s instead of %s',
  detail:
    '426 is the status that RFC 6455 (section 4.2.2) gives as an example for an unsupported version; MDN asks for 400. The mdn profile follows MDN; the rfc profile accepts both.',
  fix: 'Answer 400 with Sec-WebSocket-Version: 13 instead of 426. To keep 426, send Upgrade: websocket and Connection: Upgrade with it. The rfc profile accepts that.',
  clauses: ['reject-bad-handshake', 'list-on-400'],
};
