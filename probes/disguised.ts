/** The version field in a form that HTTP forbids, although its value is 13. */

import { version, withVersion } from './control.ts';
import type { Probe } from './probe.ts';

export const disguised = [
  {
    id: 'disguised/space-before-colon',
    family: 'disguised',
    tier: 'core',
    title: 'a space between the field name and its colon',
    varies: 'A space stands between the field name and the colon.',
    expects: 'reject',
    clauses: ['no-space-before-colon', 'reject-bad-handshake'],
    why: 'A parser that trims the name finds the version, and one that does not sees an unknown field. Where a proxy and the server differ in this, a client can hide fields from one of them, which is how requests are smuggled.',
    fix: 'Answer 400 to any field line with white space before its colon; do not trim the name.',
    request: withVersion(version('13', { separator: ' : ' })),
  },
  {
    id: 'disguised/obs-fold',
    family: 'disguised',
    tier: 'core',
    title: 'the value folded onto the next line',
    varies: 'The value 13 stands on the next line, after a space.',
    expects: 'either',
    clauses: ['obs-fold', 'version-grammar'],
    why: 'Folding is obsolete: a server may refuse it, or read the fold as spaces and accept the 13. Parsers differ in this, and a proxy that passes the fold on may disagree with the server behind it, so the probe records the answer without judging it.',
    fix: 'Both answers are valid. Refusing with 400 is the simpler one, and leaves a proxy and the server nothing to disagree about.',
    request: withVersion(version('13', { separator: ':\r\n ' })),
  },
] as const satisfies readonly Probe[];
