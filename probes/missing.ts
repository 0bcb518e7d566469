/** No Sec-WebSocket-Version, or none with a value. */

import { version, withVersion } from './control.ts';
import type { Probe } from './probe.ts';

const shared = { family: 'missing', tier: 'core', expects: 'reject' } as const;

export const missing = [
  {
    ...shared,
    id: 'missing/absent',
    title: 'no version field',
    varies: 'There is no Sec-WebSocket-Version line.',
    clauses: ['reject-bad-handshake'],
    why: 'A client that names no version may speak any protocol: the draft hixie-76 had no such field, and servers that kept it fall back to it here. Code such as `if (version && version !== 13)` checks the version only when there is one.',
    fix: 'Treat a missing field like a wrong one: answer 400 with `Sec-WebSocket-Version: 13` and close.',
    request: withVersion(),
  },
  {
    ...shared,
    id: 'missing/empty',
    title: 'the version field with nothing after its colon',
    varies: 'The line ends after the colon.',
    clauses: ['version-grammar', 'reject-bad-handshake'],
    why: 'An empty string counts as false in JavaScript, Python and PHP, so a check behind `if (version)` is skipped. Number conversions make it 0 (JavaScript) or throw (Java, Python), and the exception may end as a 500.',
    fix: 'Refuse every value except `13`, the empty one included; do not make the check depend on whether the value is true.',
    request: withVersion(version('', { separator: ':' })),
  },
  {
    ...shared,
    id: 'missing/blank',
    title: 'only spaces and a tab after the colon',
    varies: 'The value is only SP and HTAB.',
    clauses: ['version-grammar', 'field-value-octets', 'reject-bad-handshake'],
    why: 'Once trimmed, this value is empty. A parser that skips white space without stopping at the line end can take the next line for the value, and one that does not trim finds a string that is there and passes a test for presence.',
    fix: 'Trim SP and HTAB, never past the line end, and refuse the empty value that remains.',
    request: withVersion(version(' \t ', { separator: ':' })),
  },
  {
    ...shared,
    id: 'missing/other-name',
    title: 'WebSocket-Version: 13, without the Sec- prefix',
    varies: 'The field name is `WebSocket-Version`.',
    clauses: ['reject-bad-handshake'],
    why: 'This is another field, and the version is missing. Code that searches the raw head for a part of the name (`strstr`) takes it for the version, and would also find that text inside the value of any other field.',
    fix: 'Compare the whole field name, from the start of the line to the colon.',
    request: withVersion(version('13', { name: 'WebSocket-Version' })),
  },
  {
    ...shared,
    id: 'missing/underscores',
    title: 'Sec_WebSocket_Version: 13, with underscores',
    varies: 'The field name is `Sec_WebSocket_Version`.',
    clauses: ['reject-bad-handshake'],
    why: 'Gateways in the manner of CGI (WSGI, Rack, PHP) map `-` and `_` to one variable, HTTP_SEC_WEBSOCKET_VERSION. A client can then set a field that a proxy in front did not check or remove, because to the proxy it has another name.',
    fix: 'Drop or refuse fields with an underscore in their name before they are mapped to variables, as nginx does by default.',
    request: withVersion(version('13', { name: 'Sec_WebSocket_Version' })),
  },
] as const satisfies readonly Probe[];
