/** Valid version numbers that no standard defines and no server understands. */

import { version, withVersion } from './control.ts';
import type { Probe } from './probe.ts';

const shared = {
  family: 'unsupported',
  tier: 'core',
  expects: 'reject',
  clauses: ['refuse-unknown-version', 'interim-versions'],
  fix: 'Test the version for equality with 13, or with each version that the server really speaks. Answer any other with 400 and `Sec-WebSocket-Version: 13`, and close.',
} as const;

export const unsupported = [
  {
    ...shared,
    id: 'unsupported/9',
    title: 'version 9, reserved and never used',
    varies: 'The value is 9.',
    version: 9,
    why: 'Versions 9 to 12 were set aside and no protocol has these numbers. A test for an upper bound only, such as `version <= 13`, lets them in.',
    request: withVersion(version('9')),
  },
  {
    ...shared,
    id: 'unsupported/12',
    title: 'version 12, reserved and never used',
    varies: 'The value is 12.',
    version: 12,
    why: 'No protocol has this number. It is let in by a range from the drafts up to the standard, such as `version >= 8 && version <= 13`, or by a bound that is off by one.',
    request: withVersion(version('12')),
  },
  {
    ...shared,
    id: 'unsupported/14',
    title: 'version 14, the next after the standard',
    varies: 'The value is 14.',
    version: 14,
    why: 'A lower bound instead of equality, such as refusing only where `version < 13`, lets every later version in. A client of a later version then believes that it speaks the version it asked for, and the server reads its frames as version 13.',
    request: withVersion(version('14')),
  },
  {
    ...shared,
    id: 'unsupported/25',
    title: 'version 25, the example of RFC 6455',
    varies: 'The value is 25.',
    version: 25,
    why: 'RFC 6455 (section 4.4) uses this number to show how a client and a server find a common version. A server that accepts it goes on in a protocol other than the one asked for; one that refuses it without a list leaves the client no way to fall back.',
    request: withVersion(version('25')),
  },
  {
    ...shared,
    id: 'unsupported/99',
    title: 'version 99, an unassigned version',
    varies: 'The value is 99.',
    version: 99,
    why: 'No draft and no standard is near this number, so a server that accepts it most likely never compares the version, or tests for a lower bound only. It could not distinguish a later version of the protocol from version 13.',
    request: withVersion(version('99')),
  },
  {
    ...shared,
    id: 'unsupported/255',
    title: 'version 255, the largest valid one',
    varies: 'The value is 255.',
    version: 255,
    why: 'In a signed 8-bit integer this is -1, which many programs use for "no version given". A server that then skips its check lets the handshake through.',
    fix: 'Keep the version in a type that holds 0 to 255 and keep "no version" apart from it, then test for equality with 13. Answer any other version with 400 and `Sec-WebSocket-Version: 13`, and close.',
    request: withVersion(version('255')),
  },
] as const satisfies readonly Probe[];
