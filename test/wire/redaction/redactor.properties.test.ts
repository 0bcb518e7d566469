/** Random secrets in random encodings of encodings: none is in what is recorded, and lengths stay. */

import { expect } from 'chai';
import fc from 'fast-check';
import { Redactor } from '../../../wire/redaction/redactor.ts';
import { secretsFound, utf8 } from '../../support/decoded.ts';

const bytesOf = (text: string): Buffer => Buffer.from(text, 'latin1');

/** From latin1 to latin1. */
const encodings: readonly ((text: string) => string)[] = [
  (text) => text.replace(/[a-z]/g, (letter) => letter.toUpperCase()),
  (text) => text.replace(/[^A-Za-z0-9]/g, (character) => `%${bytesOf(character).toString('hex')}`),
  (text) => text.replaceAll(' ', '+'),
  (text) => JSON.stringify(text),
  (text) => text.replace(/[\x20-\x7e]/g, (character) => `\\u00${bytesOf(character).toString('hex')}`),
  (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;'),
  (text) => bytesOf(text).toString('base64'),
  (text) => bytesOf(`.${text}`).toString('base64'),
  (text) => bytesOf(`..${text}..`).toString('base64'),
  (text) => bytesOf(text).toString('base64url'),
  (text) => bytesOf(text).toString('hex'),
];

const printable = fc.constantFrom(...[...Array(95).keys()].map((i) => String.fromCharCode(32 + i)), 'é', '€');
const secret = fc
  .string({ unit: printable, minLength: 9, maxLength: 40 })
  .map((text) => text.trim().padEnd(9, 'q7Zx'));

const plain = (body: string): string => `HTTP/1.1 400 Bad Request\r\n\r\n(${body})`;
const chunked = (body: string, size: number): string => {
  const chunks = body.match(new RegExp(`[\\s\\S]{1,${size}}`, 'g')) ?? [];
  const written = chunks.map((chunk) => `${chunk.length.toString(16)}\r\n${chunk}\r\n`);
  return `HTTP/1.1 400 Bad Request\r\nTransfer-Encoding: chunked\r\n\r\n${written.join('')}0\r\n\r\n`;
};

describe('a random secret that a server repeats', function () {
  this.timeout(60_000);

  it('is recorded in none of two encodings, one in the other, in a body or in chunks', () => {
    fc.assert(
      fc.property(
        secret,
        fc.array(fc.constantFrom(...encodings), { maxLength: 2 }),
        fc.integer({ min: 0, max: 9 }),
        fc.boolean(),
        (text, chain, size, isField) => {
          const redactor = isField ? new Redactor([['X-Key', utf8(text)]]) : new Redactor([], [text]);
          const echo = chain.reduce((encoded, encode) => encode(encoded), utf8(text));
          const sent = size === 0 ? plain(echo) : chunked(echo, size);
          const recorded = redactor.redactText(sent);
          expect(recorded).to.have.lengthOf(sent.length);
          expect(secretsFound(recorded, [text])).to.deep.equal([]);
          const framing = /^[0-9a-f]+\r\n/gm;
          if (size > 0) expect(recorded.match(framing)?.at(-1)).to.equal(sent.match(framing)?.at(-1));
        },
      ),
      { numRuns: 1000 },
    );
  });
});
