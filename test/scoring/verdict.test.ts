import { expect } from 'chai';
import { countsAsFailure, failOnChoices, levels } from '../../scoring/verdict.ts';

describe('a failure', () => {
  it('counts by its level and by what is asked for', () => {
    const counted = failOnChoices.map((failOn) => [
      failOn,
      levels.filter((level) => countsAsFailure(level, failOn)),
    ]);
    expect(levels).to.deep.equal(['MUST', 'SHOULD', 'MAY']);
    expect(counted).to.deep.equal([
      ['must', ['MUST']],
      ['should', ['MUST', 'SHOULD']],
      ['never', []],
    ]);
  });
});
