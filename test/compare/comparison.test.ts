/** What counts as worse, as better, and as neither; and which targets are compared with each other. */

import { expect } from 'chai';
import type { ProbeReport, Report, TargetReport } from '../../index.ts';
import { fail, inconclusive, notApplicable, pass, type Verdict } from '../../scoring/verdict.ts';
import { changesOf, compare, compareFixtures, reportOf, withTargets } from '../support/compared.ts';
import { idsMatching } from '../support/failures.ts';

const requirement = { level: 'SHOULD', expected: 'this', clauses: [] } as const;
const passed = pass(requirement, 'this');
const shouldFail = fail(requirement, 'that', 'list-absent');
const mustFail = fail({ ...requirement, level: 'MUST' }, 'that', 'list-absent');
const unsure = inconclusive(requirement, 'the server is rate-limiting');

/** The report with another verdict on the version list of `missing/absent`. */
function withList(report: Report, versionList: Verdict): Report {
  return withTargets(report, (target) => ({
    ...target,
    probes: target.probes.map((probe) =>
      probe.id === 'missing/absent' ? { ...probe, criteria: { ...probe.criteria, versionList } } : probe,
    ),
  }));
}

function alterProbe(report: Report, id: string, alter: (probe: ProbeReport) => ProbeReport): Report {
  return withTargets(report, (target) => ({
    ...target,
    probes: target.probes.map((probe) => (probe.id === id ? alter(probe) : probe)),
  }));
}

function withoutProbes(report: Report, ...ids: string[]): Report {
  return withTargets(report, (target) => ({
    ...target,
    probes: target.probes.filter(({ id }) => !ids.includes(id)),
  }));
}

describe('a comparison', function () {
  this.timeout(30_000);

  let report: Report;
  before(async () => {
    report = await reportOf('conformant');
  });

  const cases: readonly (readonly [before: Verdict, after: Verdict, kind: string])[] = [
    [passed, passed, 'same'],
    [mustFail, mustFail, 'same'],
    [passed, shouldFail, 'worse'],
    [notApplicable, shouldFail, 'worse'],
    [shouldFail, mustFail, 'worse'],
    [passed, unsure, 'unclear'],
    [mustFail, unsure, 'unclear'],
    [unsure, shouldFail, 'unclear'],
    [unsure, unsure, 'same'],
    [shouldFail, passed, 'better'],
    [shouldFail, notApplicable, 'better'],
    [mustFail, shouldFail, 'better'],
    [unsure, passed, 'better'],
    [passed, notApplicable, 'other'],
    [notApplicable, passed, 'other'],
    [unsure, notApplicable, 'other'],
  ];
  const nameOf = (verdict: Verdict): string =>
    'level' in verdict ? `${verdict.verdict} ${verdict.level}` : verdict.verdict;
  for (const [was, is, kind] of cases) {
    it(`calls ${nameOf(was)} → ${nameOf(is)} ${kind}`, () => {
      const comparison = compare(withList(report, was), withList(report, is));
      expect(comparison.kind).to.equal(kind);
      const changes = comparison.targets.flatMap((target) => target.changes);
      expect(changes).to.deep.equal(
        kind === 'same'
          ? []
          : [{ kind, probe: 'missing/absent', criterion: 'versionList', before: was, after: is }],
      );
      expect(comparison.summary).to.deep.equal({
        ...{ worse: 0, unclear: 0, better: 0, other: 0 },
        ...(kind !== 'same' && { [kind]: 1 }),
      });
    });
  }

  it('finds exactly what a fault breaks, and the other way round what its repair fixes', async () => {
    const ids = idsMatching(
      'malformed/{leading-zero,plus-sign,decimal,exponent,hex,binary,non-breaking-space}',
    );
    const broken = ids.flatMap((id) =>
      ['status', 'versionList', 'socketClosed'].map((name) => `${id} ${name}`),
    );
    const worse = await compareFixtures('conformant', 'number-conversion');
    expect(worse.kind).to.equal('worse');
    expect(changesOf(worse, 'worse')).to.deep.equal(broken);
    expect(worse.targets[0]?.findings.appeared.map(({ id }) => id)).to.deep.equal(['number-conversion']);
    // A 101 announces no close.
    expect(changesOf(worse, 'other')).to.deep.equal(ids.map((id) => `${id} announcedClose`));
    expect(worse.summary).to.deep.equal({ worse: 21, unclear: 0, better: 0, other: 7 });
    const better = await compareFixtures('number-conversion', 'conformant');
    expect(better.kind).to.equal('better');
    expect(changesOf(better, 'better')).to.deep.equal(broken);
    expect(better.targets[0]?.findings.disappeared.map(({ id }) => id)).to.deep.equal(['number-conversion']);
  });

  it('is worse where something is better as well', async () => {
    const comparison = await compareFixtures('no-list', 'number-conversion');
    expect(comparison.kind).to.equal('worse');
    expect(comparison.summary.worse).to.be.above(0);
    expect(comparison.summary.better).to.be.above(0);
  });

  it('finds no difference between two audits of one server, though their keys differ', async () => {
    for (const name of ['wrong-accept', 'drafts-honest', 'not-http']) {
      const again = await compareFixtures(name, name);
      expect(again).to.include({ kind: 'same' });
      expect(again.targets[0]?.changes).to.deep.equal([]);
    }
  });

  it('takes a check that is missing on a probe without a verdict for one that is inconclusive', () => {
    const doubtful = alterProbe(report, 'disguised/obs-fold', (probe) => ({
      ...probe,
      verdict: 'inconclusive',
      doubt: 'no connection: it failed',
      checks: {},
    }));
    const lost = compare(report, doubtful);
    expect(lost.kind).to.equal('unclear');
    expect(changesOf(lost, 'unclear')).to.include('disguised/obs-fold responseFraming');
    const regained = compare(doubtful, report);
    expect(regained.kind).to.equal('better');
    expect(changesOf(regained, 'worse')).to.deep.equal([]);
  });

  it('lists the probes that only one report has', async () => {
    const shorter = withoutProbes(report, 'missing/absent', 'draft/8');
    const gone = compare(report, shorter);
    expect(gone.kind).to.equal('unclear');
    expect(gone.targets[0]?.probes.onlyBefore).to.deep.equal([
      { id: 'missing/absent', verdict: 'pass' },
      { id: 'draft/8', verdict: 'pass' },
    ]);
    expect(gone.targets[0]?.probes.both).to.have.lengthOf((report.targets[0]?.probes.length ?? 0) - 2);
    const added = compare(shorter, report);
    expect(added.kind, 'new and right').to.equal('same');
    expect(added.targets[0]?.probes.onlyAfter).to.have.lengthOf(2);
    const faulty = await reportOf('number-conversion');
    expect(compare(withoutProbes(faulty, 'malformed/hex'), faulty).kind, 'new and wrong').to.equal('unclear');
  });

  it('does not compare with what could not be judged, and says so', async () => {
    const down = await reportOf('control-401');
    const lost = compare(report, down);
    expect(lost.kind).to.equal('unclear');
    expect(lost.targets[0]?.notCompared).to.match(/^AFTER cannot be judged: .* 401 /);
    expect(lost.targets[0]?.changes).to.deep.equal([]);
    expect(lost.targets[0]?.probes.onlyBefore).to.deep.equal([]);
    const regained = compare(down, report);
    expect(regained.kind).to.equal('better');
    expect(regained.targets[0]?.notCompared).to.match(/^BEFORE could not be judged: /);
    expect(compare(down, await reportOf('no-list')).kind).to.equal('unclear');
    expect(compare(down, down).kind).to.equal('same');
  });

  it('is not whole where an audit was interrupted', () => {
    const comparison = compare(report, { ...report, partial: true });
    expect(comparison.kind).to.equal('unclear');
    expect(comparison.notes).to.deep.equal(['AFTER is of an interrupted audit and holds partial results']);
  });

  it('notes what the reports were judged by, where that differs', () => {
    const other: Report = {
      ...report,
      tool: { ...report.tool, version: '0.0.9' },
      profile: 'rfc',
      failOn: 'never',
    };
    expect(compare(report, report).notes).to.deep.equal([]);
    expect(compare(other, report).notes).to.deep.equal([
      'BEFORE was judged under profile rfc; here both are, under mdn',
      'BEFORE was judged at level never; here both are, at level should',
      `BEFORE was written by version 0.0.9 and AFTER by ${report.tool.version}; here both are judged by ${report.tool.version}`,
    ]);
  });
});

describe('the targets of two reports', () => {
  let target: TargetReport;
  let report: Report;
  before(async () => {
    report = await reportOf('conformant');
    if (report.targets[0] === undefined) throw new Error('no target');
    target = report.targets[0];
  });

  /** `label@url` or `url`. */
  const reportWith = (...names: string[]): Report =>
    withTargets(report, () =>
      names.map((name) => {
        const [url = '', label = null] = name.split('@').reverse();
        return { ...target, url: `ws://${url}/`, label };
      }),
    );
  const match = (before: string[], after: string[]): unknown[] =>
    compare(reportWith(...before), reportWith(...after)).targets.map((one) => [
      one.before && `${one.before.label ?? ''}@${one.before.url.slice(5, -1)}`,
      one.after && `${one.after.label ?? ''}@${one.after.url.slice(5, -1)}`,
      one.matchedBy,
    ]);

  it('are matched by label where both have one, else by URL', () => {
    expect(match(['api@a', 'b', 'c'], ['c', 'api@x', 'web@b'])).to.deep.equal([
      ['@c', '@c', 'url'],
      ['api@a', 'api@x', 'label'],
      ['@b', 'web@b', 'url'],
    ]);
    expect(match(['api@a', 'web@b'], ['web@a', 'api@b'])).to.deep.equal([
      ['web@b', 'web@a', 'label'],
      ['api@a', 'api@b', 'label'],
    ]);
  });

  it('are the same where there is but one in each, whatever its URL', () => {
    expect(match(['a'], ['b'])).to.deep.equal([['@a', '@b', 'only']]);
    expect(match(['api@a'], ['web@b'])).to.deep.equal([['api@a', 'web@b', 'only']]);
    expect(match(['a'], ['a'])).to.deep.equal([['@a', '@a', 'url']]);
  });

  it('are new or gone where they have no match, and the gone ones stand last', () => {
    expect(match(['a', 'b'], ['b', 'c'])).to.deep.equal([
      ['@b', '@b', 'url'],
      [null, '@c', null],
      ['@a', null, null],
    ]);
    expect(compare(reportWith('a', 'b'), reportWith('b')).kind).to.equal('unclear');
    expect(compare(reportWith('a'), reportWith('a', 'b')).kind).to.equal('other');
  });

  it('are matched once each, also where two have one URL', () => {
    expect(match(['a', 'a'], ['a', 'a', 'a'])).to.deep.equal([
      ['@a', '@a', 'url'],
      ['@a', '@a', 'url'],
      [null, '@a', null],
    ]);
  });

  it('are matched by all of their names first, whatever order they stand in', () => {
    expect(match(['a', 'api@a'], ['api@a', 'a'])).to.deep.equal([
      ['api@a', 'api@a', 'label'],
      ['@a', '@a', 'url'],
    ]);
    expect(match(['edge@a', 'edge@b'], ['edge@b', 'edge@a'])).to.deep.equal([
      ['edge@b', 'edge@b', 'label'],
      ['edge@a', 'edge@a', 'label'],
    ]);
  });

  it('make a comparison unclear where a new one is wrong', async () => {
    const faulty = (await reportOf('no-list')).targets[0];
    if (faulty === undefined) throw new Error('no target');
    const two = withTargets(report, (one) => [one, { ...faulty, url: 'ws://new/' }]);
    expect(compare(report, two).kind).to.equal('unclear');
  });
});
