/**
 * Every fixture is caught by exactly the verdicts that it breaks: all fixtures × all probes × all criteria and
 * checks, in every profile.
 */

import { expect } from 'chai';
import { fixtures } from '../../fixtures/catalogue.ts';
import type { TargetReport } from '../../index.ts';
import { type ProfileName, profileNames } from '../../scoring/profiles.ts';
import {
  expectedFailures,
  failuresOf,
  findingsOf,
  idsMatching,
  sentByDefault,
  verdictsOf,
} from '../support/failures.ts';
import { auditInEachProfile, onlyTarget, startSlowOnes } from '../support/fixture-audits.ts';
import { faultyFixtures, inconclusiveFixtures } from '../support/fixture-expectations.ts';
import { failuresIn, findingIn } from '../support/profile-expectations.ts';

/** The fixture's target in each profile. */
async function targetsOf(name: string): Promise<(readonly [ProfileName, TargetReport])[]> {
  const reports = await auditInEachProfile(name);
  return profileNames.map((profile) => [profile, onlyTarget(reports[profile])]);
}

/** What holds for every target that was audited to the end. */
function expectWholeReport(target: TargetReport): void {
  expect(
    target.probes.map(({ id }) => id),
    'every probe once, in the order of the catalogue',
  ).to.deep.equal(sentByDefault.map(({ id }) => id));
  const all = target.probes.flatMap(({ criteria }) => Object.values(criteria));
  const count = (wanted: string): number => all.filter(({ verdict }) => verdict === wanted).length;
  expect(target.score, 'the score counts the criteria').to.deep.include({
    passed: count('pass'),
    failed: count('fail'),
    inconclusive: count('inconclusive'),
    notApplicable: count('n/a'),
  });
  for (const { id, verdict, criteria, checks } of target.probes) {
    const verdicts = Object.values({ ...criteria, ...checks }).map((one) => one.verdict);
    const fails = verdicts.includes('fail');
    if (verdict !== 'inconclusive') expect(verdict, id).to.equal(fails ? 'fail' : 'pass');
  }
}

describe('an audit of every fixture, in every profile', () => {
  const conformant = fixtures.filter((fixture) => fixture.conformant);
  const withFaults = fixtures.filter((fixture) => !fixture.conformant);

  before(startSlowOnes);

  it('has a table entry for every fixture with a fault, and for no other', () => {
    expect([...Object.keys(faultyFixtures), ...Object.keys(inconclusiveFixtures)].sort()).to.deep.equal(
      withFaults.map(({ name }) => name).sort(),
    );
  });

  for (const { name } of conformant) {
    it(`${name}: a perfect score, and no finding`, async () => {
      for (const [profile, target] of await targetsOf(name)) {
        expectWholeReport(target);
        expect(failuresOf(target), profile).to.deep.equal({});
        expect(verdictsOf(target, 'inconclusive'), profile).to.deep.equal({});
        expect(target.findings, profile).to.deep.equal([]);
        expect(target.checks.listHonesty.verdict).to.equal('pass');
        expect(target).to.include({ verdict: 'conformant', reason: null });
        expect(target.score).to.include({ failed: 0, inconclusive: 0, percent: 100 });
      }
    });
  }

  for (const { name } of withFaults) {
    const expected = faultyFixtures[name];
    if (expected === undefined) continue;
    const { fails, finds, lists } = expected;
    it(`${name}: ${finds.map((one) => [one].flat()[0]).join(', ') || 'nothing'}`, async () => {
      for (const [profile, target] of await targetsOf(name)) {
        expectWholeReport(target);
        expect(failuresOf(target), profile).to.deep.equal(
          expectedFailures(fails.map(([globs, violated]) => [globs, failuresIn(profile, violated)])),
        );
        expect(verdictsOf(target, 'inconclusive'), profile).to.deep.equal({});
        const found = finds.flatMap((one) => findingIn(profile, one));
        expect(findingsOf(target), profile).to.deep.equal(found);
        const { listHonesty } = target.checks;
        expect(listHonesty.verdict === 'fail' ? listHonesty.actual : undefined).to.equal(lists);
        expect(target, profile).to.include({
          verdict: found.length === 0 ? 'conformant' : 'nonconformant',
          reason: null,
        });
        const explained = target.findings.flatMap(({ probes }) => probes);
        expect(explained, 'every failure is in a finding').to.include.members(
          Object.keys(failuresOf(target)),
        );
      }
    });
  }

  for (const { name } of withFaults) {
    const expected = inconclusiveFixtures[name];
    if (expected === undefined) continue;
    it(`${name}: inconclusive`, async () => {
      for (const [profile, target] of await targetsOf(name)) {
        if (expected.onlyControl) expect(target.probes.map(({ id }) => id)).to.deep.equal(['valid/13']);
        else expectWholeReport(target);
        expect(failuresOf(target), profile).to.deep.equal({});
        expect(
          target.probes.filter(({ verdict }) => verdict === 'inconclusive').map(({ id }) => id),
          profile,
        ).to.deep.equal(idsMatching(expected.probes));
        expect(target.verdict, profile).to.equal('inconclusive');
        expect(target.reason, profile).to.match(expected.reason);
        expect(target.findings, profile).to.deep.equal([]);
      }
    });
  }
});

describe('an audit of a conformant fixture', () => {
  it('applies every criterion where it can be applied', async () => {
    for (const [profile, target] of await targetsOf('conformant')) {
      for (const { id, family, expects, criteria } of target.probes) {
        const applied = Object.entries(criteria).flatMap(([name, { verdict }]) =>
          verdict === 'n/a' ? [] : [name],
        );
        const onSuccess = failuresIn(profile, 'header-on-success') === '' ? [] : ['headerOmitted'];
        const wanted = {
          accept: ['status', ...onSuccess],
          reject: ['status', 'versionList', 'socketClosed'],
          either: [],
        };
        expect(applied, `${profile} ${id}`).to.deep.equal(family === 'after-refusal' ? [] : wanted[expects]);
      }
    }
  });

  it('leaves it to the server whether a folded field is accepted', async () => {
    for (const [profile, { probes }] of await targetsOf('joins-folds')) {
      const probe = probes.find(({ id }) => id === 'disguised/obs-fold');
      expect(probe?.exchange.response?.status, profile).to.equal(101);
      expect(probe?.verdict, profile).to.equal('pass');
    }
  });

  it('lets a server accept a draft that it lists, and then judges it as accepted', async () => {
    for (const [profile, { probes, versions }] of await targetsOf('drafts-honest')) {
      const probe = probes.find(({ id }) => id === 'draft/8');
      expect(probe?.criteria.status, profile).to.deep.include({
        verdict: 'pass',
        expected: '101',
        actual: '101',
      });
      expect(probe?.criteria.headerOmitted.verdict, profile).to.equal(
        failuresIn(profile, 'header-on-success') === '' ? 'n/a' : 'pass',
      );
      expect(versions, profile).to.deep.equal({ advertised: [13, 8], accepted: [13, 8] });
    }
  });

  it('distinguishes a RST from a FIN', async () => {
    for (const [name, kind] of [
      ['resets', 'reset'],
      ['conformant', 'fin'],
    ] as const) {
      for (const [profile, { probes }] of await targetsOf(name)) {
        const refusals = probes.filter(({ exchange }) => exchange.response?.status === 400);
        expect(refusals, profile).to.have.lengthOf(85);
        expect(new Set(refusals.map(({ exchange }) => exchange.close?.kind)), profile).to.deep.equal(
          new Set([kind]),
        );
      }
    }
  });

  it('retries after the wait that a 429 asks for, and keeps the earlier attempts as evidence', async () => {
    for (const [profile, { probes }] of await targetsOf('rate-limits-then-fine')) {
      const earlier = probes.flatMap(({ earlierExchanges }) => earlierExchanges);
      const limited = earlier.filter(({ response }) => response?.status === 429);
      // On a busy machine an answer may come after the time that was allowed for it: that attempt is evidence as well.
      const unanswered = earlier.filter(({ response }) => response === null);
      expect(limited, profile).not.to.be.empty;
      expect(limited.length + unanswered.length, profile).to.be.at.least(3);
      expect(limited.length, profile).to.be.at.most(3);
    }
  });
});
