/** Ranges of versions in words, and the comparisons that they give away. */

import { expect } from 'chai';
import { describeVersions, explainAccepted, explainSeparated } from '../../scoring/version-range.ts';

const others = [...Array(256).keys()].filter((version) => version !== 13);

/** What is said where exactly these versions are accepted. */
const accepts = (isAccepted: (version: number) => boolean): string | null =>
  explainAccepted(others.filter(isAccepted), others);

describe('versions in words', () => {
  it('are ranges where three or more follow each other', () => {
    expect(describeVersions([])).to.equal('');
    expect(describeVersions([8])).to.equal('8');
    expect(describeVersions([9, 8, 8])).to.equal('8, 9');
    expect(describeVersions([255, 0, 1, 2, 14])).to.equal('0 to 2, 14, 255');
  });
});

describe('the comparison behind accepted versions', () => {
  it('is named where it accepts exactly these', () => {
    expect(accepts(() => true)).to.match(/not compared at all/);
    expect(accepts((version) => version > 13)).to.equal('Probably every version from 13 on is accepted.');
    expect(accepts((version) => (version << 24) >> 24 > 13)).to.match(/from 13 on .* signed 8-bit/);
    expect(accepts((version) => (version << 24) >> 24 < 13)).to.match(/up to 13 .* signed 8-bit/);
    expect(accepts((version) => `${version}`.slice(0, 2) === '13')).to.match(/first two characters/);
    expect(accepts((version) => `${version}`.slice(-2) === '13')).to.match(/last two characters/);
    expect(accepts((version) => `${version}`.includes('13'))).to.match(/contains "13"/);
    expect(accepts((version) => (version & 0x0f) === 13)).to.match(/lowest 4 bits/);
    expect(accepts((version) => (version & 0x7f) === 13)).to.match(/lowest 7 bits/);
  });

  it('is not named where one version says otherwise, or where few were asked for', () => {
    expect(accepts((version) => version > 14)).to.equal(null);
    expect(accepts((version) => version > 13 && version !== 200)).to.equal(null);
    expect(explainAccepted([14, 99], [9, 12, 14, 99])).to.equal(null);
  });
});

describe('the boundary between refusals', () => {
  it('is named where it separates exactly these', () => {
    const separates = (isMeant: (version: number) => boolean): string | null =>
      explainSeparated(others.filter(isMeant), others);
    expect(separates((version) => version > 127)).to.match(/signed 8-bit/);
    expect(separates((version) => version > 99)).to.match(/two digits/);
    expect(separates((version) => version < 13)).to.equal('Versions below 13 are handled apart.');
    expect(separates((version) => version > 126)).to.equal(null);
  });
});
