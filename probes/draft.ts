/** Versions of drafts that came before the standard: refused, or supported and said to be so. */

import { version, withVersion } from './control.ts';
import type { Probe } from './probe.ts';

const shared = {
  family: 'draft',
  tier: 'core',
  expects: 'reject',
  clauses: ['refuse-unknown-version', 'interim-versions'],
} as const;

const honestly =
  'Refuse it like any other version that is not supported. If the server does speak the draft, list its version in every refusal and take the origin from Sec-WebSocket-Origin.';

export const draft = [
  {
    ...shared,
    id: 'draft/0',
    title: 'version 0, the draft hybi-00',
    varies: 'The value is 0.',
    version: 0,
    why: 'The handshake of draft hybi-00 has neither a version field nor this key, so no client of that draft sends this. Zero counts as false in many languages and is what `atoi` returns for text that is not a number, so `if (version && version !== 13)` skips the check.',
    fix: 'Keep the value 0 apart from "no value", and refuse both.',
    request: withVersion(version('0')),
  },
  {
    ...shared,
    id: 'draft/7',
    title: 'version 7, the draft hybi-07',
    varies: 'The value is 7.',
    version: 7,
    why: 'Clients of this draft send their origin in Sec-WebSocket-Origin. A server that lets them in without being written for the draft checks Origin, finds nothing there, and may skip the check.',
    fix: honestly,
    request: withVersion(version('7')),
  },
  {
    ...shared,
    id: 'draft/8',
    title: 'version 8, the drafts hybi-08 to hybi-12',
    varies: 'The value is 8.',
    version: 8,
    why: 'Some libraries still accept 8 beside 13 but advertise only 13, so a client cannot learn what is supported. Browsers that spoke version 8 sent their origin in Sec-WebSocket-Origin, which code written for 13 does not check.',
    fix: honestly,
    request: withVersion(version('8')),
  },
] as const satisfies readonly Probe[];
