/** Requests that have ended or blocked servers: they test robustness, and are sent only on request. */

import { control, keyOf, withField, withMore } from './control.ts';
import type { Probe } from './probe.ts';

const shared = { family: 'stress', tier: 'stress' } as const;

export const stress = [
  {
    ...shared,
    id: 'stress/key-huge',
    title: 'a key of 4 KiB',
    varies: 'The key is base64 of 3,072 bytes, 4,096 characters.',
    expects: 'either',
    clauses: ['fields-too-large', 'reject-bad-handshake'],
    why: 'Code that copies the key into a buffer of fixed size, to append the GUID to it before hashing, writes past the end of that buffer. Servers have crashed on keys of 25 characters.',
    fix: 'Check that the key has 24 characters before copying it, and answer 400 if it has not.',
    request: withField('Sec-WebSocket-Key', keyOf(3072)),
  },
  {
    ...shared,
    id: 'stress/many-fields',
    title: '2,000 more field lines',
    varies: 'The field line `X: 1` follows 2,000 times at the end of the head, 12 KB in all.',
    expects: 'either',
    clauses: ['fields-too-large'],
    why: 'The head is within the usual limits on its size, so only a limit on the number of lines stops it. A server that joins the values of repeated fields, or searches all fields for each new one, takes time that grows with the square of their number; a table of fixed size overflows.',
    fix: 'Limit the number of field lines (100 are usual), and answer 431 or 400 beyond that.',
    request: {
      ...control,
      lines: [...control.lines, ...Array.from({ length: 2000 }, () => ({ name: 'X', value: '1' }))],
    },
  },
  {
    ...shared,
    id: 'stress/body',
    title: 'a body of 5 bytes',
    varies: 'There is a `Content-Length: 5`, and 5 bytes follow the head.',
    expects: 'either',
    clauses: ['content-in-get', 'reject-bad-handshake'],
    why: 'A handshake has no body, so code for upgrades seldom expects one: the 5 bytes are read as the first frame, as the next request, or by a handler that is already gone, and the exception ends the process.',
    fix: 'Answer 400 to a handshake with a body, or read the body and discard it before switching protocols.',
    request: { ...withMore({ name: 'Content-Length', value: '5' }), body: 'hello' },
  },
  {
    ...shared,
    id: 'stress/content-length-invalid',
    title: 'Content-Length: -1',
    varies: 'There is a `Content-Length: -1`, and no body.',
    expects: 'reject',
    refusal: 'unreadable',
    clauses: ['content-length-invalid'],
    why: 'Conversions to an unsigned number make of -1 the largest number that there is. A server that allocates that much ends, one that waits for that much waits forever, and two servers in a row that read it differently disagree where the next request begins.',
    fix: 'Answer 400 to a Content-Length that is not digits only, and close the connection.',
    request: withMore({ name: 'Content-Length', value: '-1' }),
  },
] as const satisfies readonly Probe[];
