/** docs/test-runners.md shows the files of the examples as they are. Their output is checked where they are run. */

import { readFileSync } from 'node:fs';
import { expect } from 'chai';

const page = readFileSync('docs/test-runners.md', 'utf8');

describe('docs/test-runners.md', () => {
  const blocks = [...page.matchAll(/<!-- file: (\S+) -->\n\n```js\n(.*?)```/gs)];

  it('shows an example for every runner', () => {
    expect(blocks).to.have.lengthOf([...page.matchAll(/^\[docs\/examples\//gm)].length);
  });

  for (const [, file = '', block] of blocks) {
    it(`shows ${file} as it is`, () => {
      expect(block).to.equal(readFileSync(`docs/examples/${file}`, 'utf8'));
    });
  }
});
