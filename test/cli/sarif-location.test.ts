/** `--sarif-location`, and targets that say themselves where they are written down. */

import { expect } from 'chai';
import { readSarifLocation } from '../../cli/sarif-location.ts';

const url = 'ws://localhost/';
const sarif = [{ name: 'sarif', sink: { kind: 'stdout' } }] as const;
const inFile = (file: string) => ({ url, location: { file, line: 3 } });

describe('the place that the sarif report points at', () => {
  it('is needed for a target that is written down nowhere', () => {
    for (const targets of [[url], [{ url }], [inFile('a.yaml'), url]]) {
      expect(() => readSarifLocation(undefined, sarif, targets)).to.throw('has to point at a file');
    }
  });

  it('is needed for a target that is written down outside the repository', () => {
    for (const file of ['../a.yaml', '/etc/a.yaml', 'C:/a.yaml']) {
      expect(() => readSarifLocation(undefined, sarif, [inFile(file)]), file).to.throw('has to point at');
    }
  });

  it('is not needed where every target has one, or where no such report is asked for', () => {
    expect(readSarifLocation(undefined, sarif, [inFile('a.yaml'), inFile('..b/c.yaml')])).to.deep.equal({});
    expect(readSarifLocation(undefined, [{ name: 'json', sink: { kind: 'stdout' } }], [url])).to.deep.equal(
      {},
    );
  });

  it('is seen from the working directory', () => {
    const expected = { sarifLocation: 'docs/guide.md' };
    expect(readSarifLocation('./docs/../docs/guide.md', sarif, [url])).to.deep.equal(expected);
    expect(readSarifLocation(`${process.cwd()}/docs/guide.md`, sarif, [url])).to.deep.equal(expected);
  });
});
