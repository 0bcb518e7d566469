/** What is added to a baseline is all that failed: the same server, audited with it, shows nothing new. */

import { expect } from 'chai';
import { planBaseline } from '../../audit/plan/baseline-plan.ts';
import { planUpdate } from '../../cli/baseline/baseline-update.ts';
import { audit, type BaselineEntry, type Report, type TargetInput } from '../../index.ts';
import { isNew } from '../../scoring/findings.ts';
import { withFixture } from '../support/servers.ts';

/** What an update adds after a run with these entries. */
function added(report: Report, entries: readonly BaselineEntry[] = []): readonly BaselineEntry[] {
  return planUpdate(planBaseline(entries), report).added;
}

describe('the baseline of a first run', function () {
  this.timeout(60_000);

  const faults = [
    'accepts-any-version',
    'number-conversion',
    'hixie-fallback',
    'version-on-101',
    'wrong-accept',
    'unoffered-subprotocol',
    'answers-426-bare',
    'answers-500',
    'no-list',
    'list-without-13',
    'list-names-refused',
    'draft-8-unadvertised',
    'advertises-refused',
    'lists-differ',
    'stays-open',
    'close-announced-not-done',
    'closes-without-response',
    'head-cut-short',
    'bare-lf',
    'not-http',
  ];

  for (const fixture of faults) {
    it(`covers all that is wrong with ${fixture}, and lists nothing else`, () =>
      withFixture(fixture, async ({ url }) => {
        const first = await audit(url).report();
        expect(first.summary).to.include({ nonconformant: 1 });
        const baseline = added(first);
        const { targets } = await audit(url, { baseline }).report();
        expect(targets[0]?.findings.filter(isNew)).to.deep.equal([]);
        expect(targets[0]?.unexpectedPasses).to.deep.equal([]);
        expect(targets[0]).to.include({ verdict: 'nonconformant', gate: 'pass', reason: null });
      }));
  }

  it('names a target by its label, where it alone has it', () =>
    withFixture('number-conversion', async ({ url }) => {
      const options = { probe: ['malformed/hex'] };
      const names = async (...targets: TargetInput[]): Promise<(string | undefined)[]> =>
        added(await audit(targets, options).report()).map(({ target }) => target);
      expect(await names({ url, label: 'EU' }, { url: `${url}a`, label: 'US' })).to.deep.equal(['EU', 'US']);
      expect(await names({ url, label: 'EU' }, { url: `${url}a`, label: 'EU' })).to.deep.equal([
        url,
        `${url}a`,
      ]);
    }));

  it('names only the stress probe that failed', () =>
    withFixture('silent-on-many-fields', async ({ url }) => {
      const options = { stress: true, probe: ['stress/*'], responseTimeout: 1000 };
      const report = await audit(url, options).report();
      expect(added(report).map(({ probe, criterion }) => [probe, criterion])).to.deep.equal([
        ['stress/many-fields', 'withstands'],
      ]);
    }));

  it('lists once what several targets of one name fail by', () =>
    withFixture('number-conversion', async ({ url }) => {
      const report = await audit([url, url], { probe: ['malformed/hex'] }).report();
      expect(report.summary).to.include({ nonconformant: 2 });
      expect(added(report)).to.have.lengthOf(1);
    }));

  it('is empty where nothing is wrong, and where nothing could be judged', async () => {
    for (const fixture of ['conformant', 'control-401', 'falls-over']) {
      await withFixture(fixture, async ({ url }) => {
        expect(added(await audit(url).report()), fixture).to.deep.equal([]);
      });
    }
  });
});
