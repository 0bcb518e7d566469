/** The example of a finding is the probe that is plainest to read and to send by hand. */

import { expect } from 'chai';
import { catalogue } from '../../probes/catalogue.ts';
import { exampleProbe } from '../../scoring/example-probe.ts';
import { reportOf } from '../support/reports.ts';

describe('the example of a finding', () => {
  it('is the first probe whose request is printable and in one piece', () => {
    expect(
      exampleProbe(['malformed/vertical-tab', 'malformed/nul-inside', 'handshake/key-missing']),
    ).to.equal('handshake/key-missing');
    expect(exampleProbe(['valid/two-segments', 'valid/leading-empty-line', 'valid/13'])).to.equal('valid/13');
    expect(exampleProbe(['valid/padded-value', 'disguised/obs-fold', 'valid/uppercase-name'])).to.equal(
      'valid/uppercase-name',
    );
    expect(exampleProbe(['after-refusal/pipelined', 'malformed/hex'])).to.equal('malformed/hex');
  });

  it('is the first one where none is plain, and none where there is none', () => {
    expect(exampleProbe(['malformed/vertical-tab', 'malformed/nul-inside'])).to.equal(
      'malformed/vertical-tab',
    );
    expect(exampleProbe([])).to.equal(undefined);
  });

  it('is plain for most of the catalogue', () => {
    const plain = catalogue.filter(({ id }) => exampleProbe(['malformed/nul-inside', id]) === id);
    expect(plain.length).to.be.greaterThan(catalogue.length / 2);
  });

  it('is what a finding expected, got and lists first', async () => {
    const report = await reportOf('unicode-trim');
    const [target] = report.targets;
    expect(target?.findings).to.not.have.lengthOf(0);
    for (const { probes, failures, expected, actual } of target?.findings ?? []) {
      const example = failures[0]?.probe;
      expect(example).to.equal(exampleProbe(probes));
      const probe = target?.probes.find(({ id }) => id === example);
      const verdicts = Object.values({ ...probe?.criteria, ...probe?.checks });
      const failed = verdicts.flatMap((verdict) =>
        verdict.verdict === 'fail' ? [[verdict.expected, verdict.actual]] : [],
      );
      expect(failed).to.deep.include([expected, actual]);
    }
  });
});
