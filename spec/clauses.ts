/** The clauses that verdicts rest on, in this project's own words: the one place where they are written. */

export interface Clause {
  /** Where it stands. */
  readonly source: string;
  /** A page to read it on. */
  readonly url: string;
  /** What it asks for, in our words. */
  readonly says: string;
}

export const rfc6455 = (section: string): Pick<Clause, 'source' | 'url'> => ({
  source: `RFC 6455 §${section}`,
  url: `https://www.rfc-editor.org/rfc/rfc6455#section-${section}`,
});
export const rfc9110 = (section: string): Pick<Clause, 'source' | 'url'> => ({
  source: `RFC 9110 §${section}`,
  url: `https://www.rfc-editor.org/rfc/rfc9110#section-${section}`,
});
export const rfc9112 = (section: string): Pick<Clause, 'source' | 'url'> => ({
  source: `RFC 9112 §${section}`,
  url: `https://www.rfc-editor.org/rfc/rfc9112#section-${section}`,
});
const mdn: Pick<Clause, 'source' | 'url'> = {
  source: 'MDN, Sec-WebSocket-Version',
  url: 'https://developer.mozilla.org/en-US/docs/Web/HTTP/Reference/Headers/Sec-WebSocket-Version',
};

export const clauses = {
  'reject-bad-handshake': {
    ...rfc6455('4.2.1'),
    says: 'A handshake that breaks the description or the grammar must not be processed: the server stops and answers with an appropriate HTTP error, such as 400. The description asks for a GET over HTTP/1.1 or higher, Host, Upgrade with "websocket", Connection with the token "Upgrade", a Sec-WebSocket-Key that decodes to 16 bytes, and a Sec-WebSocket-Version of 13. The order of the fields does not matter, and unknown fields are ignored.',
  },
  'refuse-unknown-version': {
    ...rfc6455('4.2.2'),
    says: 'A version that the server does not understand: it must abort the handshake, answer with an appropriate HTTP error (426, or the 400 of §4.4), and send Sec-WebSocket-Version with every version that it is willing to use.',
  },
  'several-versions': {
    ...rfc6455('4.4'),
    says: 'The client asks for the version that it prefers. A server that supports it accepts it; one that does not must answer with Sec-WebSocket-Version, once or several times, containing all versions that it is willing to use.',
  },
  'version-grammar': {
    ...rfc6455('4.3'),
    says: 'A request carries one version: 0 to 255 in decimal, without a leading zero. A response carries a comma-separated list of at least one version.',
  },
  'once-in-request': {
    ...rfc6455('11.3.5'),
    says: 'Sec-WebSocket-Version must not appear more than once in a request. In a response it may appear several times, which means the same as one list.',
  },
  'close-on-unsafe': {
    ...rfc6455('11.3.5'),
    says: 'The version lets a server close the connection when it cannot safely interpret what would follow. MDN: it should close the socket immediately after the refusal.',
  },
  'list-on-400': {
    ...mdn,
    says: 'The 400 should list the versions that the server supports, in one field or in several.',
  },
  'silent-on-success': {
    ...mdn,
    says: 'When the server understood the version, its response carries no Sec-WebSocket-Version.',
  },
  'interim-versions': {
    ...rfc6455('11.6'),
    says: 'Versions 0 to 8 belong to drafts, 9 to 12 are reserved and will never be used, 13 is the standard, and 14 to 255 are unassigned.',
  },
  'server-handshake': {
    ...rfc6455('4.2.2'),
    says: 'An accepted handshake is answered 101 with Upgrade: websocket, Connection: Upgrade and the correct Sec-WebSocket-Accept, and with no subprotocol and no extension that the client did not offer.',
  },
  'key-undecoded': {
    ...rfc6455('4.2.2'),
    says: 'The key is base64 that, if decoded, is 16 bytes long. The server computes Sec-WebSocket-Accept from the encoded text and does not need to decode it.',
  },
  'key-once': {
    ...rfc6455('11.3.1'),
    says: 'Sec-WebSocket-Key must not appear more than once in a request.',
  },
  'upgrade-on-426': {
    ...rfc9110('15.5.22'),
    says: 'A 426 must carry an Upgrade field that names the protocols required, and (§7.8) "upgrade" in Connection.',
  },
  'no-upgrade-on-1.0': {
    ...rfc9110('7.8'),
    says: 'A server must ignore an Upgrade field received in an HTTP/1.0 request.',
  },
  'host-required': {
    ...rfc9112('3.2'),
    says: 'An HTTP/1.1 request without a Host field, or with more than one, must be answered 400.',
  },
  'no-space-before-colon': {
    ...rfc9112('5.1'),
    says: 'A request with white space between a field name and its colon must be answered 400.',
  },
  'obs-fold': {
    ...rfc9112('5.2'),
    says: 'A folded field value must be answered 400, or the fold be replaced by spaces before the value is read. Both are valid.',
  },
  'field-value-octets': {
    ...rfc9110('5.5'),
    says: 'Only spaces and tabs around a field value are trimmed. A NUL, CR or LF inside it must be refused, or be replaced by a space.',
  },
  'fields-too-large': {
    ...rfc9110('5.4'),
    says: 'A server that receives a field line, a field value or a set of fields larger than it wishes to process must answer with an appropriate 4xx.',
  },
  'content-in-get': {
    ...rfc9110('9.3.1'),
    says: 'Content in a GET has no generally defined meaning. A server may reject such a request and close the connection.',
  },
  'content-length-invalid': {
    ...rfc9112('6.3'),
    says: 'A request with an invalid Content-Length and no Transfer-Encoding must be answered 400, and its connection be closed.',
  },
  'list-fields': {
    ...rfc9110('5.6.1'),
    says: 'Several lines of a list field, such as Connection, mean the same as one line with all their elements (§5.3). White space around the commas is optional, and empty elements must be ignored.',
  },
  'close-means-close': {
    ...rfc9112('9.6'),
    says: 'A server that announces "Connection: close" in a response must close the connection after it, and must not process any further request on that connection.',
  },
  'closure-signal': {
    ...rfc9112('9.5'),
    says: 'A server should watch for the close of the connection by the client and respond to it. A socket that is never given back leaks a file descriptor.',
  },
  'empty-line-before': {
    ...rfc9112('2.2'),
    says: 'A server should ignore at least one empty line before the request line.',
  },
  'no-body-on-head': {
    ...rfc9110('9.3.2'),
    says: 'A response to HEAD must have no body, whatever its Content-Length says.',
  },
  'server-frames': {
    ...rfc6455('5.1'),
    says: 'A server must not mask its frames. Reserved bits are 0 and opcodes are the defined ones unless an extension was negotiated (§5.2); control frames are not fragmented and have at most 125 bytes (§5.5).',
  },
  'closing-handshake': {
    ...rfc6455('7.3'),
    says: 'A server may close a WebSocket connection whenever it wants to. It begins with the closing handshake (§7.1.2): it sends a Close frame, whose status code says why.',
  },
  'no-body-on-101': {
    ...rfc9110('8.6'),
    says: 'A response with a 1xx status code must carry no Content-Length, and (RFC 9112 §6.1) no Transfer-Encoding.',
  },
  'once-in-response': {
    ...rfc6455('11.3'),
    says: 'Sec-WebSocket-Accept, Sec-WebSocket-Protocol and Sec-WebSocket-Extensions must not appear more than once in a response (§11.3.2 to §11.3.4).',
  },
  'status-line': {
    ...rfc9112('4'),
    says: 'A server must send the space after the status code, even where the reason phrase is empty.',
  },
  'line-ends': {
    ...rfc9112('2.2'),
    says: 'The lines of a head end in CRLF, and a sender must not generate what is outside of the grammar (RFC 9110 §2.2): neither a line that ends in LF alone nor a folded field value (§5.2).',
  },
  'absolute-form': {
    ...rfc9112('3.2.2'),
    says: 'A server must accept the absolute form of the request target.',
  },
  'offer-answered': {
    ...rfc6455('4.1'),
    says: 'A client may fail the connection where it offered subprotocols and the server chose none, and some do. By the RFC a server may leave the offer unanswered.',
  },
  'extension-parameters': {
    source: 'RFC 7692 §7.1',
    url: 'https://www.rfc-editor.org/rfc/rfc7692#section-7.1',
    says: 'The answer to permessage-deflate holds only the parameters that are defined for an answer, each once and with a valid value, and client_max_window_bits only where the client offered it.',
  },
  'message-framing': {
    ...rfc9112('6.3'),
    says: 'A message body has the length that its head declares, by Content-Length or by the chunked coding.',
  },
  'message-syntax': {
    ...rfc9112('2.1'),
    says: 'A response begins with a status line (HTTP-version SP status-code SP [reason-phrase]) and has one field to a line, a name, a colon and a value, each line ended by CRLF.',
  },
} as const satisfies Record<string, Clause>;

export type ClauseId = keyof typeof clauses;

/** Where clauses stand, each source once. */
export function clauseSources(ids: readonly ClauseId[]): string[] {
  return [...new Set(ids.map((id) => clauses[id].source))];
}
