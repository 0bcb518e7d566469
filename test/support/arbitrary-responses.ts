/** Random responses for property tests: from well-formed ones to bytes that are nothing at all. */

import fc from 'fast-check';

const tokenCharacters = "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/** Names that mean something to the reader or the scoring, in some letter case, and names that do not. */
const name = fc.oneof(
  fc
    .constantFrom(
      'Sec-WebSocket-Version',
      'Sec-WebSocket-Accept',
      'Sec-WebSocket-Protocol',
      'Connection',
      'Upgrade',
      'Date',
      'Retry-After',
    )
    .chain((known) => fc.mixedCase(fc.constant(known))),
  fc
    .string({ unit: fc.constantFrom(...tokenCharacters), minLength: 1, maxLength: 12 })
    .map((text) => `X-${text}`),
);

const visibleByte = fc.integer({ min: 0x21, max: 0xff }).filter((byte) => byte !== 0x7f);
const valueText = fc
  .array(fc.oneof({ weight: 6, arbitrary: visibleByte }, fc.constantFrom(0x20, 0x09)), { maxLength: 20 })
  .map((bytes) => String.fromCharCode(...bytes).replace(/^[ \t]+|[ \t]+$/g, ''));
const value = fc.oneof(
  valueText,
  fc.constantFrom(
    '13',
    '13, 8',
    '8',
    '013',
    ',13',
    'websocket',
    'Upgrade',
    'close',
    'keep-alive, Upgrade',
    '',
  ),
);

export interface WellFormed {
  readonly status: number;
  readonly reason: string;
  readonly fields: readonly (readonly [name: string, value: string])[];
  readonly interim: number;
  readonly framing: 'content-length' | 'chunked' | 'until-close';
  readonly body: string;
}

/** A response that follows the grammar of HTTP/1.1 in every part. */
export const wellFormed: fc.Arbitrary<WellFormed> = fc.record({
  status: fc.oneof(fc.constantFrom(200, 400, 426, 404, 500, 503), fc.integer({ min: 200, max: 599 })),
  reason: valueText,
  fields: fc.array(fc.tuple(name, value), { maxLength: 8 }),
  interim: fc.integer({ min: 0, max: 2 }),
  framing: fc.constantFrom('content-length', 'chunked', 'until-close'),
  body: fc.string({
    unit: fc.integer({ min: 0, max: 255 }).map((byte) => String.fromCharCode(byte)),
    maxLength: 40,
  }),
});

/** The bytes (latin1) of a well-formed response. */
export function serialise({ status, reason, fields, interim, framing, body }: WellFormed): string {
  const hasBody = status !== 204 && status !== 304;
  const length = {
    'content-length': [`Content-Length: ${body.length}`],
    chunked: ['Transfer-Encoding: chunked'],
  };
  const lines = [
    `HTTP/1.1 ${status} ${reason}`,
    ...fields.map(([fieldName, fieldValue]) => `${fieldName}: ${fieldValue}`),
    ...(framing === 'until-close' || !hasBody ? [] : length[framing]),
    '',
    '',
  ];
  const sent = framing === 'chunked' ? chunked(body) : body;
  return `${'HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n'.repeat(interim)}${lines.join('\r\n')}${hasBody ? sent : ''}`;
}

function chunked(body: string): string {
  const half = Math.ceil(body.length / 2);
  const chunks = [body.slice(0, half), body.slice(half)].filter((chunk) => chunk !== '');
  return `${chunks.map((chunk) => `${chunk.length.toString(16)}\r\n${chunk}\r\n`).join('')}0\r\n\r\n`;
}

/** What is done to well-formed bytes to make them wrong. */
const damage: fc.Arbitrary<(bytes: string) => string> = fc
  .tuple(
    fc.constantFrom('cut', 'insert', 'delete', 'double', 'bare-lf', 'status', 'field'),
    fc.double({ min: 0, max: 1, noNaN: true }),
    fc.string({
      unit: fc.constantFrom('\r', '\n', '\0', ' ', '\t', ':', ',', 'a', '1', '\x1b', '\xff'),
      maxLength: 4,
    }),
  )
  .map(([kind, where, text]) => (bytes: string): string => {
    const at = Math.floor(where * bytes.length);
    switch (kind) {
      case 'cut':
        return bytes.slice(0, at);
      case 'insert':
        return bytes.slice(0, at) + text + bytes.slice(at);
      case 'delete':
        return bytes.slice(0, at) + bytes.slice(at + 1 + text.length);
      case 'double':
        return bytes + bytes;
      case 'bare-lf':
        return bytes.replaceAll('\r\n', '\n');
      case 'status':
        return bytes.replace(/ \d+ /, ` ${text}${Math.floor(where * 1200)} `);
      case 'field':
        return bytes.replace('\r\n', `\r\n${text}: ${text}\r\n`);
    }
  });

/** Bytes (latin1) of every kind: right, damaged, and random. */
export const anyBytes: fc.Arbitrary<string> = fc.oneof(
  { weight: 2, arbitrary: wellFormed.map(serialise) },
  {
    weight: 6,
    arbitrary: fc
      .tuple(wellFormed.map(serialise), fc.array(damage, { minLength: 1, maxLength: 3 }))
      .map(([bytes, damages]) => damages.reduce((damaged, apply) => apply(damaged), bytes)),
  },
  {
    weight: 1,
    arbitrary: fc
      .uint8Array({ maxLength: 200 })
      .map((bytes) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1')),
  },
);
