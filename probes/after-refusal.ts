/** What a server does with a connection on which it has refused a version. */

import { control, version, withVersion } from './control.ts';
import type { Probe } from './probe.ts';

const shared = {
  family: 'after-refusal',
  tier: 'core',
  expects: 'reject',
  refusal: 'judged-elsewhere',
} as const;

const refused = withVersion(version('99'));

export const afterRefusal = [
  {
    ...shared,
    id: 'after-refusal/pipelined',
    title: 'a valid handshake directly after version 99',
    varies: 'The value is 99, and the control follows in the same write.',
    clauses: ['refuse-unknown-version', 'close-on-unsafe', 'close-means-close'],
    why: 'A 101 to the second handshake shows that the refusal ended nothing: what a client sends behind it, as frames of the version that it asked for, is read as further requests. After `Connection: close` the client no longer expects an answer, and takes one for a part of something else.',
    fix: 'Send `Connection: close` with the refusal, discard what has already arrived after the handshake, and close the connection.',
    request: { ...refused, followedBy: control },
  },
  {
    ...shared,
    id: 'after-refusal/release',
    title: "version 99, then the end of the client's side",
    varies: 'The value is 99. A connection that is still open after the close window is ended by the client.',
    clauses: ['refuse-unknown-version', 'closure-signal'],
    why: 'A server that never ends its own side keeps the socket, in the state CLOSE_WAIT, and its file descriptor. Enough refused clients use up all descriptors, and then no client can connect.',
    fix: 'Close the connection once the refusal is written, or at the latest when the client ends its side (in Node.js: `socket.end()` on the event "end").',
    request: { ...refused, endsConnection: true },
  },
] as const satisfies readonly Probe[];
