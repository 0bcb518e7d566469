/** Several versions in one field value: a list belongs to the response, a request carries one version. */

import { version, withVersion } from './control.ts';
import type { Probe } from './probe.ts';

const shared = {
  family: 'comma-listed',
  tier: 'core',
  expects: 'reject',
  clauses: ['version-grammar', 'reject-bad-handshake'],
  fix: 'Do not split the value. Compare all of it, trimmed of SP and HTAB, with the two bytes `13`.',
} as const;

export const commaListed = [
  {
    ...shared,
    id: 'comma-listed/13-8',
    title: 'one value, the list 13, 8',
    varies: 'The value is `13, 8`.',
    why: 'A prefix parse (`parseInt`, `atoi`, `strtol`) reads 13 and stops at the comma, and a list reader finds 13 in it. A 101 does not say which of the two versions was chosen, so client and server may continue with different ones.',
    request: withVersion(version('13, 8')),
  },
  {
    ...shared,
    id: 'comma-listed/8-13',
    title: 'one value, the list 8, 13',
    varies: 'The value is `8, 13`.',
    why: 'A list reader, or a search such as `value.includes("13")`, finds 13; a prefix parse reads 8. A 101 does not say which of the two versions was chosen.',
    request: withVersion(version('8, 13')),
  },
  {
    ...shared,
    id: 'comma-listed/13-13',
    title: 'one value, the list 13, 13',
    varies: 'The value is `13, 13`.',
    why: 'HTTP libraries make exactly this of two fields with the value 13. A server that accepts it cannot notice a repeated field either.',
    request: withVersion(version('13, 13')),
  },
  {
    ...shared,
    id: 'comma-listed/13-99',
    title: 'one value, the list 13, 99',
    varies: 'The value is `13, 99`.',
    why: 'A prefix parse reads 13 and never sees the 99. A client that asks in this way and would rather have the later version believes that it may speak it.',
    request: withVersion(version('13, 99')),
  },
  {
    ...shared,
    id: 'comma-listed/99-13',
    title: 'one value, the list 99, 13',
    varies: 'The value is `99, 13`.',
    why: 'Accepted where the value is searched for 13 or read as a list. The client named 99 first, and a 101 does not say that it did not get it.',
    request: withVersion(version('99, 13')),
  },
  {
    ...shared,
    id: 'comma-listed/no-space',
    title: 'one value, the list 13,8 without a space',
    varies: 'The value is `13,8`.',
    why: 'Code that splits at a comma and a space leaves this value whole, and a prefix parse then reads 13; code that splits at the comma alone finds 13 and 8. A server may therefore refuse `13, 8` and accept this.',
    request: withVersion(version('13,8')),
  },
  {
    ...shared,
    id: 'comma-listed/trailing-comma',
    title: 'one value, 13 and a comma',
    varies: 'The value is `13,`.',
    why: 'List readers skip empty elements, as RFC 9110 requires, and a prefix parse stops at the comma: both read 13. The field is not a list in a request, so the rule does not apply to it.',
    request: withVersion(version('13,')),
  },
  {
    ...shared,
    id: 'comma-listed/leading-comma',
    title: 'one value, a comma and 13',
    varies: 'The value is `,13`.',
    why: 'List readers skip empty elements, as RFC 9110 requires, and read 13. A server that joins an empty field and a second one with 13 gets the same value, so a repeat passes here as well.',
    request: withVersion(version(',13')),
  },
] as const satisfies readonly Probe[];
