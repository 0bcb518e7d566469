/** Suggestions: what is near enough to be meant, and what is not. */

import { expect } from 'chai';
import { nearestWord } from '../../../audit/plan/did-you-mean.ts';

describe('a suggestion', () => {
  const commands = ['audit', 'score', 'diff', 'serve', 'list', 'explain', 'completion'];
  const options = ['HANDSHAKE13_CA', 'HANDSHAKE13_PROXY', 'HANDSHAKE13_FAIL_ON'];

  const near: [written: string, known: readonly string[], meant: string][] = [
    ['lst', commands, 'list'],
    ['lisst', commands, 'list'],
    ['aduit', commands, 'audit'],
    ['audti', commands, 'audit'],
    ['complettion', commands, 'completion'],
    ['explian', commands, 'explain'],
    ['HANDSHAKE13_FAILON', options, 'HANDSHAKE13_FAIL_ON'],
  ];
  for (const [written, known, meant] of near) {
    it(`is made: ${written}`, () => expect(nearestWord(written, known)).to.equal(meant));
  }

  const far: [written: string, known: readonly string[]][] = [
    ['host', commands],
    ['chat', commands],
    ['ab', ['ca']],
    ['web', commands],
    ['localhost', commands],
    ['somewhere-else', ['something-quite-else']],
    ['HANDSHAKE13_FOO', options],
    ['', commands],
    ['anything', []],
  ];
  for (const [written, known] of far) {
    it(`is not made: ${JSON.stringify(written)}`, () => expect(nearestWord(written, known)).to.equal(null));
  }
});
