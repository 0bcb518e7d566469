/** Servers that answer with text made to do harm where it is shown raw. */

import type { Behaviour } from '../../fixtures/behaviour.ts';

/** ANSI escapes, a hyperlink, C1 controls, a bidirectional override in UTF-8, NUL, DEL, a backslash, a bell, and markup. */
export const hostile = [
  '\x1b[31mred\x1b[2J',
  '\x1b]8;;http://evil.example\x07link\x1b]8;;\x07',
  '\x9b31m\x85\x90q\x9c',
  '\xe2\x80\xae\xe2\x81\xa6',
  '\x7f\x08\x0b\x0c',
  'back\\slash \\x1b',
  ']]><failure/>&evil;&lt;" # TODO [here](http://evil.example) {0}',
].join('');

function hostileServer(extra: string): Partial<Behaviour> {
  return {
    refuse: (_refusal, _head, refusal400) => ({
      ...refusal400,
      startLine: `HTTP/1.1 400 ${hostile}${extra}`,
      fields: [
        ...refusal400.fields.filter(([name]) => name !== 'Sec-WebSocket-Version'),
        ['Sec-WebSocket-Version', `13, ${hostile}${extra}`],
        ['Upgrade', hostile],
        [`X-${hostile}`, hostile],
      ],
    }),
  };
}

function hostileAnswer(status: string, field: string): Partial<Behaviour> {
  return {
    answer: () => ({
      bytes: `HTTP/1.1 ${status} ${hostile}\r\n${field}: ${hostile}\r\nContent-Length: 0\r\n\r\n`,
      afterwards: 'close',
    }),
  };
}

/** Probes enough to see it all. */
export const hostileProbes = { probe: ['malformed/{hex,word}', 'unsupported/9'] };

/** By where the text stands. */
export const hostileServers: Readonly<Record<string, Partial<Behaviour>>> = {
  'in the status line and the fields of refusals': hostileServer(''),
  'with NUL in it': hostileServer('\0'),
  'in the reason and the challenge of a 401': hostileAnswer('401', 'WWW-Authenticate'),
  'in the reason and the target of a redirect': hostileAnswer('302', 'Location'),
  'in the reason of a success': {
    answer: () => ({
      bytes: `HTTP/1.1 101 ${hostile}\r\nUpgrade: ${hostile}\r\n\r\n`,
      afterwards: 'close',
    }),
  },
  'instead of HTTP': { answer: () => ({ bytes: hostile.repeat(20), afterwards: 'close' }) },
  'instead of HTTP, to what is wrong': {
    refuse: () => ({ bytes: `${hostile}\n${hostile}`, afterwards: 'close' }),
  },
};
