/** The samples in pages are what the tool prints now. */

import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { makeSamples } from '../../docs/samples.ts';

describe('the samples of real output', function () {
  this.timeout(30_000);

  it('are what the tool prints (npm run samples)', async () => {
    const samples = await makeSamples();
    expect([...samples.keys()]).to.deep.equal([
      'README.md',
      'docs/reporters.md',
      'docs/clients.md',
      'docs/terminal.svg',
    ]);
    for (const [file, text] of samples) expect(readFileSync(file, 'utf8'), file).to.equal(text);
  });
});
