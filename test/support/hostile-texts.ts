/** Servers that put into every text of a response what a careless report would hand on raw. */

import type { Behaviour } from '../../fixtures/behaviour.ts';

/** Enough probes for findings of several kinds. */
export const fewProbes = ['malformed/{hex,word}', 'unsupported/9'];

/**
 * ANSI escapes, a hyperlink, C1 controls, a bidirectional override in UTF-8, DEL, a backslash, a bell; what Markdown and
 * HTML read; names and numbers of which a forge makes links; commands in the log of a CI job.
 */
export const hostile = [
  '\x1b[31mred\x1b[2J',
  '\x1b]8;;http://evil.example\x07link\x1b]8;;\x07',
  '\x9b31m\x85\x90q\x9c',
  '\xe2\x80\xae\xe2\x81\xa6',
  '\x7f\x08\x0b\x0c',
  'back\\slash \\x1b',
  ' ``` ` | \\| </details><img src=x onerror=alert(1)> <!-- [a](javascript:b) ![c](http://evil.example/d) **e** ',
  ' @octocat #1 evil/repo#2 GH-3 !4 ~five $six &amp; www.evil.example someone@evil.example %0A%0D%25 ',
  ' ::error::seven ::add-mask::8 ##[error]nine ##vso[task.setvariable variable=PATH]ten ',
  ']]><failure/>&evil;&lt;" # TODO [here](http://evil.example) {0}',
].join('');

function hostileRefusals(extra: string): Partial<Behaviour> {
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

/** By where the text stands; hooks for a fixture that is conformant otherwise. */
export const hostileServers: Readonly<Record<string, Partial<Behaviour>>> = {
  'in the status line and the fields of refusals': hostileRefusals(''),
  'with NUL in it': hostileRefusals('\0'),
  'in the reason and the challenge of a 401': hostileAnswer('401', 'WWW-Authenticate'),
  'in the reason and the target of a redirect': hostileAnswer('302', 'Location'),
  'in the reason of a success': {
    answer: () => ({
      bytes: `HTTP/1.1 101 ${hostile}\r\nUpgrade: ${hostile}\r\n\r\n`,
      afterwards: 'close',
    }),
  },
  'instead of HTTP': { answer: () => ({ bytes: hostile.repeat(8), afterwards: 'close' }) },
  'instead of HTTP, to what is wrong': {
    refuse: () => ({ bytes: `${hostile}\n${hostile}`, afterwards: 'close' }),
  },
};

/** Ways out of where a page puts a text, with something that would take effect behind each of them: more than 200. */
export const breakouts: readonly string[] = [
  '',
  '">',
  "'>",
  '`>',
  '-->',
  ']]>',
  '</style>',
  '</script>',
  '</title>',
  '</pre>',
  '</svg>',
  '</textarea>',
  '</details></table>',
].flatMap((wayOut) =>
  [
    '<script>alert(1)</script>',
    '<img src=x onerror=alert(1)>',
    '<svg/onload=alert(1)>',
    '<iframe src=//evil.example>',
    '<base href=//evil.example>',
    '<style>*{display:none}</style>',
    '<link rel=stylesheet href=//evil.example>',
    '<meta http-equiv=refresh content=0;url=//evil.example>',
    '<form action=//evil.example><button>send',
    '<object data=//evil.example>',
    '<embed src=//evil.example>',
    '<a href=javascript:alert(1)>here',
    '<math><mi//xlink:href="data:x,alert(1)">',
    '<template><b>bold',
    '<input autofocus onfocus=alert(1)>',
    '" onmouseover="alert(1)" style="position:fixed',
  ].map((effect) => wayOut + effect),
);
