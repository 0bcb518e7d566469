/** No answer, or only a part of one. */

import { status, upgrade } from './answers.ts';
import type { Case } from './case.ts';

const shared = { group: 'none', tier: 'extended', expects: 'free', afterwards: 'hold' } as const;

const reportEnd =
  'Report the end of the connection before the response as a failed connection, and release the socket.';

export const noneCases = [
  {
    ...shared,
    id: 'close-at-once',
    tier: 'core',
    title: 'the end of the connection, without an answer',
    expects: 'fail',
    clauses: ['client-fails'],
    why: 'A client that does not notice the end waits for ever.',
    fix: reportEnd,
    answer: [],
    afterwards: 'fin',
  },
  {
    ...shared,
    id: 'reset',
    title: 'a reset of the connection, without an answer',
    expects: 'fail',
    clauses: ['client-fails'],
    why: 'A client that does not notice the end waits for ever.',
    fix: reportEnd,
    answer: [],
    afterwards: 'reset',
  },
  {
    ...shared,
    id: 'half-head-fin',
    title: 'half a head, then the end of the connection',
    expects: 'fail',
    clauses: ['client-incomplete', 'client-fails'],
    why: 'A head without its end proves nothing: the field that follows may differ.',
    fix: reportEnd,
    answer: [{ send: `${status}\r\n${upgrade}\r\n` }],
    afterwards: 'fin',
  },
  {
    ...shared,
    id: 'half-head',
    title: 'half a head, then nothing',
    clauses: ['client-waits'],
    why: 'No time limit is given. A client without one waits for ever.',
    fix: 'Limit the time of the handshake.',
    answer: [{ send: `${status}\r\n${upgrade}\r\n` }],
  },
  {
    ...shared,
    id: 'silence',
    tier: 'core',
    title: 'nothing',
    clauses: ['client-waits'],
    why: 'No time limit is given. A client without one waits for ever.',
    fix: 'Limit the time of the handshake.',
    answer: [],
  },
] as const satisfies readonly Case[];
