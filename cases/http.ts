/** Answers outside of the grammar of HTTP, or at its limits: most of them are only observed. */

import { head, replacing, status, upgrade, valid, withMore } from './answers.ts';
import type { Case } from './case.ts';

const shared = { group: 'http', tier: 'extended', expects: 'free', afterwards: 'ping' } as const;

const readAsHttp = 'Read the head as HTTP defines it, preferably by an HTTP library.';
const limitHead = 'Limit the size of the response head, and fail the connection beyond it.';

export const httpCases = [
  {
    ...shared,
    id: 'status-102',
    title: '102 with the fields of a 101',
    clauses: ['interim-responses'],
    why: 'A 102 is an interim response, whatever its fields: the client waits for the final one.',
    fix: 'Parse and skip a 1xx other than the 101, and wait for the final response.',
    answer: replacing(status, 'HTTP/1.1 102 Processing'),
  },
  {
    ...shared,
    id: 'chunked',
    title: 'Transfer-Encoding: chunked in the 101',
    clauses: ['no-body-on-101'],
    why: 'The server breaks HTTP. A client that waits for the chunks never reads a frame.',
    fix: 'Read frames directly after the head of a 101, or fail the connection.',
    answer: withMore('Transfer-Encoding: chunked'),
  },
  {
    ...shared,
    id: 'content-length-5',
    title: 'Content-Length: 5 in the 101',
    clauses: ['no-body-on-101'],
    why: 'The server breaks HTTP. A client that waits for the body swallows the first frame.',
    fix: 'Read frames directly after the head of a 101, or fail the connection.',
    answer: withMore('Content-Length: 5'),
  },
  {
    ...shared,
    id: 'bare-lf',
    title: 'lines that end in LF alone',
    clauses: ['client-line-ends'],
    why: 'A client may take LF as the end of a line, or fail the connection.',
    fix: readAsHttp,
    answer: [{ send: `${valid.join('\n')}\n\n` }],
  },
  {
    ...shared,
    id: 'folded',
    title: 'a folded value of an unknown field',
    clauses: ['client-obs-fold'],
    why: 'To refuse the response is a safe deviation. To read the fold as a new field is not.',
    fix: 'Replace the fold with a space, or fail the connection.',
    answer: withMore('X-Folded: one\r\n two'),
  },
  {
    ...shared,
    id: 'folded-upgrade',
    title: 'a folded value of Upgrade',
    clauses: ['client-obs-fold', 'client-upgrade'],
    why: 'To refuse the response is a safe deviation.',
    fix: 'Replace the fold with a space, or fail the connection.',
    answer: replacing(upgrade, 'Upgrade:\r\n websocket'),
  },
  {
    ...shared,
    id: 'space-colon',
    title: 'a space between Upgrade and its colon',
    clauses: ['client-field-lines'],
    why: 'Nothing says what a client that is not a proxy does with it.',
    fix: 'Fail the connection, or strip the space.',
    answer: replacing(upgrade, 'Upgrade : websocket'),
  },
  {
    ...shared,
    id: 'nul-value',
    title: 'a NUL in the value of an unknown field',
    clauses: ['field-value-bytes'],
    why: 'Code written in C ends a text at a NUL, and reads another value than a proxy before it.',
    fix: 'Fail the connection, or replace the NUL with a space.',
    answer: withMore('X-Nul: a\0b'),
  },
  {
    ...shared,
    id: 'leading-crlf',
    title: 'an empty line before the status line',
    clauses: ['client-line-ends'],
    why: 'Only servers are asked to tolerate an empty line.',
    fix: readAsHttp,
    answer: [{ send: `\r\n${head(valid)}` }],
  },
  {
    ...shared,
    id: 'garbage',
    title: 'bytes that are not HTTP',
    expects: 'fail',
    clauses: ['client-status-line'],
    why: 'The other side does not speak HTTP: the client must not wait for more.',
    fix: 'Fail the connection on a line that is not a status line.',
    answer: [{ send: 'SSH-2.0-handshake13\r\n\r\n' }],
    afterwards: 'hold',
  },
  {
    ...shared,
    id: 'huge-head',
    title: 'a head of 1 MB that ends',
    clauses: ['client-conformity'],
    why: 'A client without a limit takes as much memory as the other side wants.',
    fix: limitHead,
    answer: [
      { send: `${status}\r\n` },
      { repeat: 'X-Huge: xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\r\n', bytes: 1_000_000 },
      { send: head(valid.slice(1)) },
    ],
  },
  {
    ...shared,
    id: 'endless-head',
    title: 'a head of 16 MB without an end',
    clauses: ['client-conformity'],
    why: 'A client without a limit takes as much memory as the other side wants.',
    fix: limitHead,
    answer: [
      { send: `${status}\r\n` },
      { repeat: 'X-Endless: xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\r\n', bytes: 16_000_000 },
    ],
    afterwards: 'hold',
  },
] as const satisfies readonly Case[];
