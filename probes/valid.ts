/** Handshakes that are right, written in the ways that HTTP allows: every one is to be accepted. */

import { control, version, withField, withVersion, withVersionAround } from './control.ts';
import type { Probe } from './probe.ts';

const shared = {
  family: 'valid',
  expects: 'accept',
  clauses: ['reject-bad-handshake', 'server-handshake'],
} as const;

const anyCase =
  'Compare field names without regard to ASCII case, or look them up through the HTTP library, which does so.';

export const valid = [
  {
    ...shared,
    id: 'valid/13',
    title: 'the control: version 13, right in every part',
    varies: 'Nothing: this is the control.',
    why: 'This is the handshake of the standard. A server that refuses it refuses every client, and its other refusals prove nothing.',
    fix: 'Answer 101 with the right Sec-WebSocket-Accept to a GET over HTTP/1.1 that carries Host, `Upgrade: websocket`, `Connection: Upgrade`, a key of 16 octets and version 13.',
    request: control,
  },
  {
    ...shared,
    id: 'valid/lowercase-name',
    title: 'the field name in lower case',
    varies: 'The field name is written `sec-websocket-version`.',
    why: 'Field names are case-insensitive, and many clients and proxies write them in lower case; Envoy does so unless told otherwise. A server that searches the head for one spelling refuses all of them.',
    fix: anyCase,
    request: withVersion(version('13', { name: 'sec-websocket-version' })),
  },
  {
    ...shared,
    id: 'valid/uppercase-name',
    title: 'the field name in capitals',
    varies: 'The field name is written `SEC-WEBSOCKET-VERSION`.',
    why: 'Field names are case-insensitive. Code that knows the usual spelling and the lower-case one, but compares octet by octet, does not find the field when a client writes capitals.',
    fix: anyCase,
    request: withVersion(version('13', { name: 'SEC-WEBSOCKET-VERSION' })),
  },
  {
    ...shared,
    id: 'valid/padded-value',
    title: 'spaces and tabs around the 13',
    varies: 'The value 13 stands between runs of SP and HTAB.',
    clauses: ['field-value-octets', 'reject-bad-handshake', 'server-handshake'],
    why: 'Spaces and tabs around a field value are not part of it, and a client or proxy may send them. Hand-written parsers that skip exactly one space, or compare the value up to the line end, refuse a correct client.',
    fix: 'Trim SP and HTAB from both ends of the field value before comparing it, and nothing else.',
    request: withVersion(version('\t 13 \t ')),
  },
  {
    ...shared,
    id: 'valid/no-space',
    title: 'no space after the colon',
    varies: 'The value 13 follows the colon at once.',
    clauses: ['field-value-octets', 'reject-bad-handshake', 'server-handshake'],
    why: 'The space after the colon is optional. Code that splits a line at a colon and a space, or skips one octet after the colon without looking at it, loses the field or its first digit.',
    fix: 'Split a field line at its first colon, then trim SP and HTAB from the value.',
    request: withVersion(version('13', { separator: ':' })),
  },
  {
    ...shared,
    id: 'valid/first-field',
    title: 'the version as the first field, before Host',
    varies: 'The version line stands before Host instead of after the key.',
    why: 'The order of fields with different names has no meaning, and clients differ in it. A reader that takes the fields in a fixed order, or starts to look only after Host, misses the version.',
    fix: 'Read all fields up to the empty line before judging any of them.',
    request: withVersionAround([version('13')], []),
  },
  {
    ...shared,
    id: 'valid/connection-list',
    title: 'Connection: keep-alive, Upgrade',
    varies: 'Connection holds `keep-alive, Upgrade` instead of `Upgrade`.',
    why: 'Connection is a list, and Firefox sends exactly this value. A server that compares the whole value with `Upgrade` shuts out Firefox while tests with other clients pass.',
    fix: 'Read Connection as a comma-separated list and look for the token `upgrade` in any case.',
    request: withField('Connection', { name: 'Connection', value: 'keep-alive, Upgrade' }),
  },
  {
    ...shared,
    id: 'valid/upgrade-mixed-case',
    title: 'Upgrade: WebSocket, with capitals',
    varies: 'Upgrade holds `WebSocket` instead of `websocket`.',
    why: 'The value of Upgrade is compared without regard to case. Early drafts wrote `WebSocket`, and a client that kept this spelling is refused by an octet-by-octet comparison.',
    fix: 'Compare the tokens of Upgrade with `websocket` without regard to ASCII case.',
    request: withField('Upgrade', { name: 'Upgrade', value: 'WebSocket' }),
  },
] as const satisfies readonly Probe[];
