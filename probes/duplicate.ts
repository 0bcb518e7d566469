/** Sec-WebSocket-Version more than once: a request may carry it only once, whatever the values are. */

import { version, withVersion, withVersionAround } from './control.ts';
import type { Probe } from './probe.ts';

const shared = {
  family: 'duplicate',
  tier: 'core',
  expects: 'reject',
  clauses: ['once-in-request', 'reject-bad-handshake'],
  fix: 'Read all values of the field, not one of them (`headersDistinct` in Node, `Header.Values` in Go), and refuse unless there is exactly one.',
} as const;

export const duplicate = [
  {
    ...shared,
    id: 'duplicate/13-13',
    title: 'two fields, both 13',
    varies: 'There are two version lines, one after the other: 13 and 13.',
    why: 'Header maps that keep one value for each name hide the repeat, so the server never learns that there were two fields. A repeat means that two parties wrote this part of the request, such as a client and a proxy, and the server cannot know that they agree elsewhere.',
    request: withVersion(version('13'), version('13')),
  },
  {
    ...shared,
    id: 'duplicate/13-8',
    title: 'two fields, 13 then 8',
    varies: 'There are two version lines, one after the other: 13 and 8.',
    why: 'A server that takes the first of several fields reads 13; a proxy that takes the last reads 8. They then disagree about the protocol on the connection, down to the field that holds the origin.',
    request: withVersion(version('13'), version('8')),
  },
  {
    ...shared,
    id: 'duplicate/8-13',
    title: 'two fields, 8 then 13',
    varies: 'There are two version lines, one after the other: 8 and 13.',
    why: 'A header map in which each field overwrites the one before it reads 13; a proxy that takes the first reads 8. They then disagree about the protocol on the connection.',
    request: withVersion(version('8'), version('13')),
  },
  {
    ...shared,
    id: 'duplicate/13-99',
    title: 'two fields, 13 then 99',
    varies: 'There are two version lines, one after the other: 13 and 99.',
    why: 'Accepted where the first field counts, as with `Header.Get` in Go. The second field asks for a version that no server supports, and the server never saw it.',
    request: withVersion(version('13'), version('99')),
  },
  {
    ...shared,
    id: 'duplicate/99-13',
    title: 'two fields, 99 then 13',
    varies: 'There are two version lines, one after the other: 99 and 13.',
    why: 'Accepted where the last field counts, as in a map that is written once for each line. The first field asks for a version that no server supports, and the server has forgotten it.',
    request: withVersion(version('99'), version('13')),
  },
  {
    ...shared,
    id: 'duplicate/13-empty',
    title: 'two fields, 13 then an empty one',
    varies: 'There are two version lines, one after the other: 13 and one that ends after its colon.',
    why: 'Code that joins the fields and drops empty parts, or skips fields without a value, sees a single 13. An empty field is a field all the same, and the next hop may count it.',
    request: withVersion(version('13'), version('', { separator: ':' })),
  },
  {
    ...shared,
    id: 'duplicate/mixed-case-names',
    title: 'two fields, 13 then 99 under a lower-case name',
    varies: 'After the version line with 13 stands a second one, `sec-websocket-version: 99`.',
    why: 'A map that keeps names as they were spelt holds two entries, and looking up one spelling finds a single 13. A hop that lower-cases names sees 13 and 99.',
    fix: 'Bring field names to one case before storing them, keep all values of a name, and refuse unless there is exactly one.',
    request: withVersion(version('13'), version('99', { name: 'sec-websocket-version' })),
  },
  {
    ...shared,
    id: 'duplicate/apart',
    title: 'two fields, both 13, the first and the last line',
    varies: 'There are two version lines, 13 before Host and 13 after all other fields.',
    why: 'A gateway that adds its own version at the end of the head, without looking for one that is there, produces this. A check that compares neighbouring lines, or stops reading at the first match, does not see the repeat.',
    request: withVersionAround([version('13')], [version('13')]),
  },
  {
    ...shared,
    id: 'duplicate/many',
    title: 'a hundred fields, all 13',
    varies: 'There are 100 version lines, one after the other, each with 13.',
    why: 'A repeat on this scale reaches code that few tests reach: a list of values where a string was expected, a joined value of some four hundred characters, a limit on the number of fields. An exception there ends as a 500, as no answer, or as the end of the process.',
    request: withVersion(...Array.from({ length: 100 }, () => version('13'))),
  },
] as const satisfies readonly Probe[];
