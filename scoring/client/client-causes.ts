/** The kinds of finding about clients: what a client does wrong, by which cases that shows, and what else it explains. */

import type { CaseId } from '../../cases/catalogue.ts';
import type { ClientClauseId } from '../../spec/client-clauses.ts';
import type { Level } from '../verdict.ts';

export interface ClientCause {
  readonly title: string;
  /** What the client seems to do; null where the cases do not show it. */
  readonly cause: string | null;
  /** MUST where it is omitted. */
  readonly level?: Level;
  /** Impact and fix of a finding that no case has words for. */
  readonly impact?: string;
  readonly fix?: string;
  readonly clauses?: readonly ClientClauseId[];
}

export const clientCauses = {
  'version-missing': {
    title: 'Sends no Sec-WebSocket-Version',
    cause: null,
    impact: 'Servers answer 400 or 426: without the version they do not know which protocol is spoken.',
    fix: 'Add Sec-WebSocket-Version: 13 to every handshake.',
    clauses: ['client-version'],
  },
  'version-repeated': {
    title: 'Sends Sec-WebSocket-Version more than once',
    cause: 'A field that the caller added may stand beside the one of the client itself.',
    impact: 'Some servers read the first line, some the last, and many refuse the handshake.',
    fix: 'Send the field once, and let no option of the caller add another.',
    clauses: ['client-version', 'once-in-request'],
  },
  'version-malformed': {
    title: 'Sends a Sec-WebSocket-Version that is not one version',
    cause: null,
    impact: 'A request names one version, 0 to 255 without a leading zero; servers refuse any other text.',
    fix: 'Send Sec-WebSocket-Version: 13.',
    clauses: ['client-version', 'version-grammar'],
  },
  'version-other': {
    title: 'Asks for a version other than 13',
    cause: null,
    impact: 'Servers of the standard support version 13, and refuse every other one.',
    fix: 'Send Sec-WebSocket-Version: 13.',
    clauses: ['client-version'],
  },
  'request-line': {
    title: 'Does not send a GET over HTTP/1.1',
    cause: null,
    impact: 'Servers refuse the handshake, or never recognise it.',
    fix: 'Begin the handshake with GET, the path and HTTP/1.1.',
    clauses: ['client-request'],
  },
  host: {
    title: 'Sends a wrong Host',
    cause: null,
    impact: 'Servers and proxies choose the site by Host, and refuse a request without it.',
    fix: 'Send Host once, with the host and, unless it is the default one, the port of the URL.',
    clauses: ['client-request'],
  },
  upgrade: {
    title: 'Sends no Upgrade: websocket',
    cause: null,
    impact: 'Servers take the request for a plain GET.',
    fix: 'Send Upgrade: websocket.',
    clauses: ['client-request'],
  },
  connection: {
    title: 'Sends no Connection: Upgrade',
    cause: null,
    impact: 'Servers take the request for a plain GET, and proxies do not forward Upgrade.',
    fix: 'Send Connection with the token Upgrade.',
    clauses: ['client-request'],
  },
  key: {
    title: 'Sends a wrong Sec-WebSocket-Key',
    cause: null,
    impact: 'Servers refuse the handshake.',
    fix: 'Send Sec-WebSocket-Key once: the base64 of 16 random bytes.',
    clauses: ['client-key'],
  },
  'key-reused': {
    title: 'Sends the same Sec-WebSocket-Key on several connections',
    cause:
      'The key may be a constant, or be kept for a retry or a redirect: Fetch repeats a request that a 401 refused with the same fields.',
    impact: 'With a key that is known beforehand, Sec-WebSocket-Accept proves nothing.',
    fix: 'Draw 16 new random bytes for each connection.',
    clauses: ['client-key'],
  },
  'key-not-random': {
    title: 'Draws its keys from few byte values',
    cause: 'The key may be made of letters and digits instead of random bytes.',
    impact: 'The key is easier to guess than one of 16 random bytes.',
    fix: 'Take the 16 bytes from a cryptographic random number generator, as they are.',
    clauses: ['client-key'],
  },
  subprotocols: {
    title: 'Asks for subprotocols that are empty, repeated or no tokens',
    cause: null,
    impact: 'Servers refuse the handshake, or choose no subprotocol.',
    fix: 'Check the names of subprotocols before the handshake is sent.',
    clauses: ['client-subprotocols'],
  },
  'early-bytes': {
    title: 'Sends data before the answer',
    cause: null,
    impact: 'Where the server refuses, the data is read as another request.',
    fix: 'Wait for the 101 before any frame is sent.',
    clauses: ['client-waits'],
  },
  'scripts-set-version': {
    title: 'Lets a script set Sec-WebSocket-Version',
    cause: null,
    impact: 'A script on any page can speak to servers with a handshake that no browser sends by itself.',
    fix: 'Drop fields whose name begins with Sec- where a script sets them, and let the WebSocket constructor take no fields.',
  },
  'refuses-letter-case': {
    title: 'Refuses a valid 101 for the letter case of its names or values',
    cause: 'It compares names or values case-sensitively.',
  },
  'refuses-connection-list': {
    title: 'Refuses a 101 whose Connection holds more than Upgrade',
    cause: 'It compares the whole value of Connection, or only one of its lines.',
  },
  'refuses-field-order': {
    title: 'Refuses a valid 101 for the order or number of its fields',
    cause: null,
  },
  'refuses-reason': {
    title: 'Refuses a valid 101 for its reason phrase',
    cause: 'It compares the reason phrase.',
    level: 'SHOULD',
  },
  'refuses-white-space': {
    title: 'Refuses a valid 101 for the white space around its values',
    cause: 'It does not trim field values, or expects exactly one space after the colon.',
  },
  'refuses-version-field': {
    title: 'Refuses a 101 with Sec-WebSocket-Version: 13',
    cause: null,
  },
  'refuses-interim': {
    title: 'Fails on an interim response before the 101',
    cause: 'It takes a 1xx for the final response.',
  },
  'refuses-slow-answer': {
    title: 'Fails on a 101 that comes late or in small parts',
    cause: 'It expects the head in one segment, or very soon.',
  },
  'loses-first-frame': {
    title: 'Loses frames that come together with the 101',
    cause: 'It drops the bytes behind the head.',
  },
  'ignores-ping': {
    title: 'Does not answer a Ping',
    cause: null,
    impact: 'Servers and proxies take the connection for dead, and end it.',
    fix: 'Answer each Ping with a Pong that has the same payload.',
  },
  'takes-any-accept': {
    title: 'Opens although Sec-WebSocket-Accept is wrong',
    cause: 'It does not compare Sec-WebSocket-Accept with its key.',
  },
  'takes-missing-accept': {
    title: 'Opens without a Sec-WebSocket-Accept',
    cause: 'It compares the value only where there is one.',
  },
  'takes-accept-case': {
    title: 'Compares Sec-WebSocket-Accept case-insensitively',
    cause: 'It changes the letter case before it compares.',
  },
  'takes-accept-prefix': {
    title: 'Opens on a part of Sec-WebSocket-Accept',
    cause: 'The comparison ends with the shorter value.',
  },
  'takes-accept-echo': {
    title: 'Opens on its own key as Sec-WebSocket-Accept',
    cause: null,
  },
  'takes-accept-twice': {
    title: 'Opens on two lines of Sec-WebSocket-Accept',
    cause: 'It compares only one of the lines.',
  },
  'takes-equal-accept-twice': {
    title: 'Opens on two equal lines of Sec-WebSocket-Accept',
    cause: 'It compares one of the lines, or each of them.',
    // The server must not send it; that the client must fail follows only if a response that breaks §11.3.3 breaks §4.2.2.
    level: 'SHOULD',
  },
  'takes-any-upgrade': {
    title: 'Opens without Upgrade: websocket in the 101',
    cause: 'It does not compare Upgrade.',
  },
  'takes-upgrade-list': {
    title: 'Opens on a list in Upgrade',
    cause: 'It searches the value of Upgrade instead of comparing it.',
  },
  'takes-any-connection': {
    title: 'Opens without Connection: Upgrade in the 101',
    cause: 'It does not read Connection.',
  },
  'takes-connection-substring': {
    title: 'Opens on a Connection that only contains the letters of upgrade',
    cause: 'It searches the value of Connection for a text instead of a token.',
  },
  'takes-unasked-subprotocol': {
    title: 'Opens with a subprotocol that it did not ask for',
    cause: 'It does not compare the subprotocol with its offer.',
  },
  'takes-no-subprotocol': {
    title: 'Opens although none of its subprotocols was acknowledged',
    cause: null,
  },
  'takes-unasked-extension': {
    title: 'Opens with an extension that it did not ask for',
    cause: 'It does not compare the extensions with its offer.',
  },
  'takes-extension-parameter': {
    title: 'Opens on permessage-deflate with an unknown parameter',
    cause: 'It does not check the parameters of the extension.',
  },
  'takes-other-status': {
    title: 'Opens on a status other than 101',
    cause: 'It does not compare the status code.',
  },
  'takes-long-status': {
    title: 'Opens on the status code 1010',
    cause: 'It reads only the first three digits, or compares only the beginning.',
  },
  'takes-draft-answer': {
    title: 'Opens on the answer of the draft hixie-76',
    cause: null,
  },
  'takes-no-answer': {
    title: 'Opens without a valid answer',
    cause: null,
  },
  'leaves-connection-open': {
    title: 'Does not close a connection that it has to fail',
    cause: 'It reports the failure, or waits, and keeps the socket.',
    impact: 'The socket is held until the process ends, and the server keeps a connection that nobody uses.',
    fix: 'Destroy the socket whenever the handshake fails.',
    clauses: ['client-fails'],
  },
  'retries-unlisted-version': {
    title: 'Tries again with a version that the server does not list',
    cause: null,
    impact: 'The server refuses that as well: each handshake only loads it.',
    fix: 'Try again only with a version that the refusal lists and that the client supports, and report the list otherwise.',
    clauses: ['client-version-retry'],
  },
  'retries-without-end': {
    title: 'Repeats a refused handshake without end, faster than once a second',
    cause: 'It reconnects at once, whatever the answer was.',
    impact: 'Clients that try again at once keep an overloaded server down.',
    fix: 'Wait for a random time of up to 5 s before the first attempt, longer before each further one, and end after a few.',
    clauses: ['client-reconnects'],
  },
  'follows-redirect': {
    title: 'Follows a redirect',
    cause: 'The redirect mode of a browser has to be "error".',
    impact: 'Cookies and credentials of a page reach a server that it did not name.',
    fix: 'Fail the connection on every status except 101.',
    clauses: ['browser-websocket'],
  },
  'follows-redirect-loop': {
    title: 'Follows a redirect to itself again and again',
    cause: 'It follows redirects without a limit, or with a large one.',
    impact: 'A client that follows without a limit never ends.',
    fix: 'Limit the redirects of one handshake, to 20 at the most.',
    level: 'SHOULD',
    clauses: ['redirect'],
  },
} as const satisfies Record<string, ClientCause>;

export type ClientCauseId = keyof typeof clientCauses;

/** What a failure of a case is called, for every case that asks for something in some profile. */
export const causeOfCase: Readonly<Partial<Record<CaseId, ClientCauseId>>> = {
  'lower-names': 'refuses-letter-case',
  'upper-values': 'refuses-letter-case',
  'conn-list': 'refuses-connection-list',
  'conn-two-lines': 'refuses-connection-list',
  'other-order': 'refuses-field-order',
  'many-fields': 'refuses-field-order',
  'reason-empty': 'refuses-reason',
  'reason-other': 'refuses-reason',
  'no-space-values': 'refuses-white-space',
  'ows-values': 'refuses-white-space',
  'version-13': 'refuses-version-field',
  'interim-100': 'refuses-interim',
  'interim-103': 'refuses-interim',
  bytewise: 'refuses-slow-answer',
  'late-1s': 'refuses-slow-answer',
  'glued-frame': 'loses-first-frame',
  'glued-ping': 'loses-first-frame',
  'sub-asked-none': 'takes-no-subprotocol',
  'sub-asked-other': 'takes-unasked-subprotocol',
  'sub-unasked': 'takes-unasked-subprotocol',
  'accept-wrong': 'takes-any-accept',
  'accept-missing': 'takes-missing-accept',
  'accept-empty': 'takes-missing-accept',
  'accept-lower': 'takes-accept-case',
  'accept-key': 'takes-accept-echo',
  'accept-prefix': 'takes-accept-prefix',
  'accept-dup-same': 'takes-equal-accept-twice',
  'accept-dup-first': 'takes-accept-twice',
  'accept-dup-last': 'takes-accept-twice',
  'upgrade-missing': 'takes-any-upgrade',
  'upgrade-other': 'takes-any-upgrade',
  'upgrade-list': 'takes-upgrade-list',
  'conn-missing': 'takes-any-connection',
  'conn-other': 'takes-any-connection',
  'conn-substring': 'takes-connection-substring',
  'ext-unasked': 'takes-unasked-extension',
  'ext-bad-param': 'takes-extension-parameter',
  'status-200': 'takes-other-status',
  'status-1010': 'takes-long-status',
  'hixie-76': 'takes-draft-answer',
  garbage: 'takes-no-answer',
  'close-at-once': 'takes-no-answer',
  reset: 'takes-no-answer',
  'half-head-fin': 'takes-no-answer',
};

/** Which further failures a cause explains: they are part of its finding, and none of their own. */
export const explains: Readonly<Partial<Record<ClientCauseId, readonly ClientCauseId[]>>> = {
  'takes-any-accept': [
    'takes-missing-accept',
    'takes-accept-case',
    'takes-accept-echo',
    'takes-accept-prefix',
    'takes-accept-twice',
    'takes-equal-accept-twice',
    'takes-draft-answer',
  ],
  'takes-accept-twice': ['takes-equal-accept-twice'],
  'takes-missing-accept': ['takes-draft-answer'],
  'takes-any-upgrade': ['takes-upgrade-list'],
  'takes-any-connection': ['takes-connection-substring'],
  'takes-unasked-extension': ['takes-extension-parameter'],
  'takes-other-status': ['takes-long-status'],
};
