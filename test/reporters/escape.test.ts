/** Octets as text that is safe to show. */

import { expect } from 'chai';
import { escapeBytes, escapeLines, escapeShort, escapeUnicode } from '../../reporters/escape.ts';

describe('visible text', () => {
  it('leaves printable ASCII as it is, but for the backslash', () => {
    const printable = Array.from({ length: 95 }, (_, i) => String.fromCharCode(0x20 + i)).join('');
    expect(escapeBytes(printable)).to.equal(printable.replace('\\', '\\\\'));
  });

  it('names what has a name, and numbers the rest', () => {
    expect(escapeBytes('\t\n\r\0\\')).to.equal('\\t\\n\\r\\0\\\\');
    expect(escapeBytes('\x01\x1b\x7f\x80\x9b\xa0\xff')).to.equal('\\x01\\x1b\\x7f\\x80\\x9b\\xa0\\xff');
    expect(escapeBytes('\u202e\u{1f600}')).to.equal('\\u{202e}\\u{d83d}\\u{de00}');
  });

  it('is different for every octet', () => {
    const shown = Array.from({ length: 256 }, (_, i) => escapeBytes(String.fromCharCode(i)));
    expect(new Set(shown)).to.have.lengthOf(256);
    expect(shown.join('')).to.match(/^[\x20-\x7e]+$/);
  });

  it('is no command to the CI system that shows it in its log', () => {
    expect(escapeBytes('::error::a')).to.equal('\\x3a:error::a');
    expect(escapeBytes('b ::add-mask x=1:2::c')).to.equal('b \\x3a:add-mask x=1:2::c');
    expect(escapeBytes('##[group]d ##vso[task.e]f ##teamcity[g')).to.equal(
      '\\x23#[group]d \\x23#vso[task.e]f \\x23#teamcity[g',
    );
    expect(escapeBytes('###[h')).to.equal('#\\x23#[h');
    expect(escapeShort(`::error${'-'.repeat(99)}::l`, 14)).to.match(/^\\x3a:error/);
    for (const harmless of ['[::1]:80 or ::ffff:127.0.0.1', '## i [j]', 'k::l']) {
      expect(escapeBytes(harmless)).to.equal(harmless);
    }
  });

  it("leaves the letters of every script where the text is a user's own", () => {
    expect(escapeUnicode('Чат \\ chat')).to.equal('Чат \\ chat');
    expect(escapeUnicode('a\u202eb\nc\u2028d\x1b\0')).to.equal('a\\u{202e}b\\nc\\u{2028}d\\x1b\\0');
    expect(escapeUnicode('::error::e')).to.equal('\\x3a:error::e');
  });

  it('is shortened in its middle, and says how long it was', () => {
    expect(escapeShort('a'.repeat(10), 10)).to.equal('a'.repeat(10));
    expect(escapeShort(`${'a'.repeat(50)}${'b'.repeat(50)}`, 10)).to.equal('aaaaa [...] bbbbb (100 bytes)');
    expect(escapeShort('\n'.repeat(11), 10)).to.match(/^(\\n){5} \[\.\.\.\] (\\n){5} \(11 bytes\)$/);
  });

  it('goes line by line, with the line ends, and says how many lines there are more', () => {
    const text = Buffer.from('one\r\ntwo\n\nlast', 'latin1');
    expect(escapeLines(text, 80, 10)).to.deep.equal(['one\\r\\n', 'two\\n', '\\n', 'last']);
    expect(escapeLines(text, 80, 2)).to.deep.equal(['one\\r\\n', 'two\\n', '[2 more lines]']);
    expect(escapeLines(Buffer.alloc(0), 80, 2)).to.deep.equal([]);
  });
});

describe('the words of people', () => {
  it('are left as they are, in any script', () => {
    expect(escapeUnicode('Prüfstand 3, 試験 \\ 😀 <b>')).to.equal('Prüfstand 3, 試験 \\ 😀 <b>');
  });

  it('stand on one line, without what would move a cursor or cannot be written', () => {
    expect(escapeUnicode('a\n\r\t\0\x1b[2J\x9b\u2028\ud800\uffff')).to.equal(
      'a\\n\\r\\t\\0\\x1b[2J\\x9b\\u{2028}\\u{d800}\\u{ffff}',
    );
  });
});
