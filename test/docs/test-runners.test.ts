/** docs/test-runners.md shows the files of the examples as they are. Their output is checked where they are run. */

import { readFileSync } from 'node:fs';
import { expect } from 'chai';

const page = readFileSync('docs/test-runners.md', 'utf8');

describe('docs/test-runners.md', () => {
  const blocks = [...page.matchAll(/<!-- file: (\S+) -->\n\n```js\n(.*?)```/gs)];

  it('links every example and shows a file of it', () => {
    const shown = blocks.map(([, file = '']) => file.split('/')[0]);
    const { workspaces: examples } = JSON.parse(readFileSync('docs/examples/package.json', 'utf8'));
    for (const example of examples)
      expect(page).to.include(`[docs/examples/${example}](examples/${example})`);
    expect(new Set(shown)).to.deep.equal(new Set(examples));
  });

  for (const [, file = '', block] of blocks) {
    it(`shows ${file} as it is`, () => {
      expect(block).to.equal(readFileSync(`docs/examples/${file}`, 'utf8'));
    });
  }
});
