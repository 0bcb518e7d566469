import { expect } from 'chai';
import { type Assessment, assess } from '../../scoring/assessment.ts';
import {
  type BaselineCriterion,
  type BaselineEntry,
  baselineCriteria,
  isDay,
  isKnown,
  isKnownFailure,
  type ListedFailures,
  markScorecard,
  type TargetBaseline,
} from '../../scoring/baseline.ts';
import { countsAgainst, type Finding, type ScoredProbe } from '../../scoring/findings.ts';
import type { Scorecard } from '../../scoring/scorecard.ts';
import type { Verdict } from '../../scoring/verdict.ts';
import type { Exchange } from '../../wire/exchange.ts';
import { probe, received, refusal, right400, score, switching, unconnected } from '../support/exchanges.ts';

const today = '2026-06-15';

/** An entry that lists failures of these probes. */
function entry(
  criterion: BaselineCriterion,
  probes: readonly string[],
  more: Partial<BaselineEntry> = {},
): ListedFailures {
  const about = { probe: probes.join(','), criterion, reason: `${criterion} is broken`, ...more };
  return { entry: about, index: 0, probes: new Set(probes) };
}

/** An entry about the target as a whole, which rests on these probes. */
function wholeEntry(criterion: BaselineCriterion, probes: readonly string[]): ListedFailures {
  return { entry: { criterion, reason: 'as a whole' }, index: 0, probes: new Set(probes) };
}

function baseline(...listed: ListedFailures[]): TargetBaseline {
  return { listed: listed.map((one, index) => ({ ...one, index })), today };
}

const accepted = received(switching());
const withoutList = received(refusal('400 Bad Request'));
const right = received(right400);

/** Scores a probe, and marks what is known of it. */
function marked(id: string, exchange: Exchange, ...listed: ListedFailures[]): Scorecard {
  return markScorecard(score(id, exchange), id, baseline(...listed));
}

/** `known: reason`, `expired: reason`, or the verdict alone. */
function describedVerdict(verdict: Verdict | undefined): string {
  if (verdict === undefined) return 'not applied';
  if (verdict.verdict !== 'fail') return verdict.verdict;
  if (verdict.known !== undefined) return `known: ${verdict.known.reason}`;
  return verdict.expired === undefined ? 'new' : `expired: ${verdict.expired.reason}`;
}

function toldAll({ criteria }: Scorecard): Record<string, string> {
  return Object.fromEntries(
    Object.entries(criteria).map(([name, verdict]) => [name, describedVerdict(verdict)]),
  );
}

describe('what a baseline can list', () => {
  it('is each criterion and check, the check of the whole target, and everything', () => {
    expect(baselineCriteria).to.deep.equal([
      ...['status', 'versionList', 'headerOmitted', 'socketClosed'],
      ...['acceptKey', 'switchingFields', 'switchingVersion', 'noBody', 'onceOnly', 'offeredOnly'],
      ...[
        'firstFrame',
        'keepsConnection',
        'upgradeField',
        'announcedClose',
        'endsWithRefusal',
        'releasesSocket',
        'responseFraming',
        'withstands',
      ],
      ...['listHonesty', '*'],
    ]);
  });
});

describe('a failure that a baseline lists', () => {
  it('is known where an entry names its probe and its criterion', () => {
    expect(
      toldAll(marked('missing/blank', withoutList, entry('versionList', ['missing/blank']))),
    ).to.deep.equal({
      status: 'pass',
      versionList: 'known: versionList is broken',
      headerOmitted: 'n/a',
      socketClosed: 'pass',
    });
  });

  it('is new where the entry names another probe, or another criterion', () => {
    for (const other of [entry('versionList', ['missing/empty']), entry('socketClosed', ['missing/blank'])]) {
      expect(marked('missing/blank', withoutList, other).criteria.versionList).to.deep.equal(
        score('missing/blank', withoutList).criteria.versionList,
      );
    }
  });

  it('is known whatever fails where the entry lists everything', () => {
    const open = received(refusal('400 Bad Request'), 'open');
    const scorecard = marked('missing/blank', open, entry('*', ['missing/blank']));
    expect(toldAll(scorecard)).to.include({
      versionList: 'known: * is broken',
      socketClosed: 'known: * is broken',
    });
    expect(isKnownFailure(scorecard)).to.equal(true);
  });

  it('may be that of a supplementary check', () => {
    const wrongAccept = received(switching().replace('s3pPL', 'S3pPL'));
    const accept = entry('acceptKey', ['valid/13']);
    expect(describedVerdict(marked('valid/13', wrongAccept, accept).checks.acceptKey)).to.equal(
      'known: acceptKey is broken',
    );
    expect(
      describedVerdict(marked('valid/13', wrongAccept, entry('status', ['valid/13'])).checks.acceptKey),
    ).to.equal('new');
  });

  it('stays a failure, and every other verdict what it is', () => {
    const plain = score('missing/blank', withoutList);
    const scorecard = marked('missing/blank', withoutList, entry('*', ['missing/blank']));
    expect(scorecard.verdict).to.equal('fail');
    expect(scorecard.criteria.versionList).to.deep.include(plain.criteria.versionList);
    expect(scorecard.criteria.status).to.deep.equal(plain.criteria.status);
  });

  it('says reason, owner and day of its entry, and nothing else of it', () => {
    const more = { target: 'ws://a/', owner: 'edge', until: '2026-12-31' };
    const { criteria } = marked('missing/blank', withoutList, entry('*', ['missing/blank'], more));
    expect(criteria.versionList).to.deep.include({
      known: { reason: '* is broken', owner: 'edge', until: '2026-12-31' },
    });
  });

  it('is reported with the first entry that lists it', () => {
    const first = entry('versionList', ['missing/blank'], { reason: 'first' });
    const second = entry('versionList', ['missing/blank'], { reason: 'second' });
    expect(
      describedVerdict(marked('missing/blank', withoutList, first, second).criteria.versionList),
    ).to.equal('known: first');
  });
});

describe('a probe whose failures are known', () => {
  const open = received(refusal('400 Bad Request', 'Connection: close'), 'open');
  const list = entry('versionList', ['missing/blank']);
  const close = entry('socketClosed', ['missing/blank']);
  const check = entry('announcedClose', ['missing/blank']);

  it('is one of which all that failed is known, criteria and checks', () => {
    expect(isKnownFailure(marked('missing/blank', open, list, close, check))).to.equal(true);
    for (const some of [[], [list], [list, close], [list, check], [close, check]]) {
      expect(isKnownFailure(marked('missing/blank', open, ...some))).to.equal(false);
    }
  });

  it('is none of which nothing failed', () => {
    expect(isKnownFailure(marked('missing/blank', right, list))).to.equal(false);
  });

  it('is none whose entry has run out', () => {
    const expired = entry('*', ['missing/blank'], { until: '2026-06-14' });
    expect(isKnownFailure(marked('missing/blank', open, expired))).to.equal(false);
  });

  it('fails in what is known, and in nothing else', () => {
    const { criteria } = marked('missing/blank', open, list);
    const known = Object.entries(criteria).filter(([, verdict]) => isKnown(verdict));
    expect(known.map(([name]) => name)).to.deep.equal(['versionList']);
  });
});

describe('an entry about the status', () => {
  const status = entry('status', ['missing/blank']);

  it('lists what follows from it: without a refusal there is no list and no close', () => {
    expect(toldAll(marked('missing/blank', accepted, status))).to.deep.equal({
      status: 'known: status is broken',
      versionList: 'known: status is broken',
      headerOmitted: 'n/a',
      socketClosed: 'known: status is broken',
    });
  });

  it('does not list a fault of its own beside it', () => {
    const another = received(refusal('403 Forbidden'));
    expect(toldAll(marked('missing/blank', another, status))).to.include({
      status: 'known: status is broken',
      versionList: 'new',
    });
  });

  it('is not needed where what follows is listed by itself', () => {
    expect(toldAll(marked('missing/blank', accepted, entry('versionList', ['missing/blank'])))).to.include({
      status: 'new',
      versionList: 'known: versionList is broken',
      socketClosed: 'new',
    });
  });
});

describe('an entry that runs out', () => {
  const listed = (until: string, reason = until): ListedFailures =>
    entry('versionList', ['missing/blank'], { until, reason });

  it('holds for the whole of its last day', () => {
    const { versionList } = marked('missing/blank', withoutList, listed(today)).criteria;
    expect(describedVerdict(versionList)).to.equal(`known: ${today}`);
  });

  it('does not hold on the day after', () => {
    const { versionList } = marked('missing/blank', withoutList, listed('2026-06-14')).criteria;
    expect(versionList).to.deep.include({ expired: { reason: '2026-06-14', until: '2026-06-14' } });
    expect(versionList).not.to.have.property('known');
  });

  it('gives way to one that has not', () => {
    const { versionList } = marked(
      'missing/blank',
      withoutList,
      listed('2026-01-31'),
      listed('2027-01-31'),
    ).criteria;
    expect(describedVerdict(versionList)).to.equal('known: 2027-01-31');
  });

  it('is of a day of the calendar', () => {
    expect(['2026-12-31', '2028-02-29'].map(isDay)).to.deep.equal([true, true]);
    const none = [
      '+012026-12-31',
      '2026-02-29',
      '2026-13-01',
      '2026-1-1',
      '31.12.2026',
      '2026-12-31T00:00:00Z',
      '',
    ];
    expect(none.filter(isDay)).to.deep.equal([]);
  });
});

const ids = ['malformed/leading-zero', 'malformed/hex', 'malformed/binary'] as const;

/** Assesses a target by its exchanges, the control before them. */
function assessed(
  exchanges: Readonly<Record<string, Exchange>>,
  known: TargetBaseline,
  more: { unsound?: string; interrupted?: string; alsoAccepts?: number } = {},
): Assessment {
  const scored: ScoredProbe[] = Object.entries({ 'valid/13': accepted, ...exchanges }).map(
    ([id, exchange]) => ({
      probe: probe(id),
      exchange,
      scorecard: markScorecard(score(id, exchange), id, known),
    }),
  );
  const versions = [13, ...(more.alsoAccepts === undefined ? [] : [more.alsoAccepts])];
  return assess({
    scored,
    otherExchanges: [],
    versionRequests: versions.map((version) => ({ version, exchange: accepted })),
    unsound: more.unsound ?? null,
    interrupted: more.interrupted ?? null,
    gateRules: { failOn: 'should', allowUnexpectedPass: false },
    baseline: known,
  });
}

const converting = Object.fromEntries(ids.map((id) => [id, accepted]));

describe('findings where a baseline lists failures', () => {
  const briefly = (findings: readonly Finding[]): string[] =>
    findings.map(
      ({ id, probes, known }) =>
        `${id} of ${probes.join(' ')}: ${known.map(({ reason }) => reason).join('; ') || 'new'}`,
    );

  it('are split into what is new and what is known, and the diagnosis sees both', () => {
    const { findings, verdict } = assessed(converting, baseline(entry('status', ids.slice(0, 2))));
    expect(briefly(findings)).to.deep.equal([
      'number-conversion of malformed/binary: new',
      'number-conversion of malformed/leading-zero malformed/hex: status is broken',
    ]);
    expect(verdict).to.equal('nonconformant');
    expect(findings.map((finding) => countsAgainst(finding, 'should'))).to.deep.equal([true, false]);
  });

  it('leave the target nonconformant where all of them are known, and its gate open', () => {
    const { findings, verdict, gate, score: counted } = assessed(converting, baseline(entry('status', ids)));
    expect([verdict, gate]).to.deep.equal(['nonconformant', 'pass']);
    expect(briefly(findings)).to.deep.equal([
      'number-conversion of malformed/leading-zero malformed/hex malformed/binary: status is broken',
    ]);
    expect(counted).to.include({ passed: 2, failed: 9 });
  });

  it('stand behind all that is new, however grave', () => {
    const known = baseline(entry('*', ['malformed/hex']));
    const { findings } = assessed({ 'malformed/hex': accepted, 'missing/blank': withoutList }, known);
    expect(findings.map(({ level }) => level)).to.deep.equal(['SHOULD', 'MUST']);
  });

  it('name each reason once', () => {
    const { findings } = assessed(
      converting,
      baseline(entry('status', ids.slice(0, 1)), entry('*', ids.slice(1), { owner: 'edge' })),
    );
    expect(findings.map(({ known }) => known)).to.deep.equal([
      [{ reason: 'status is broken' }, { reason: '* is broken', owner: 'edge' }],
    ]);
  });

  it('name every verdict that failed', () => {
    const { findings } = assessed({ 'missing/blank': withoutList, 'missing/empty': accepted }, baseline());
    expect(findings.map(({ failures }) => failures)).to.deep.equal([
      ['status', 'versionList', 'socketClosed'].map((criterion) => ({ probe: 'missing/empty', criterion })),
      [{ probe: 'missing/blank', criterion: 'versionList' }],
    ]);
  });

  it('count again where the entry has run out, and say so', () => {
    const known = baseline(entry('status', ids, { until: '2026-01-31' }));
    const { findings, verdict } = assessed(converting, known);
    expect(verdict).to.equal('nonconformant');
    expect(findings.map(({ expired, known: none }) => [expired, none])).to.deep.equal([
      [[{ reason: 'status is broken', until: '2026-01-31' }], []],
    ]);
  });

  it('are known of the target as a whole where an entry says so', () => {
    const check = (listed: ListedFailures[]): [string, string[]] => {
      const { checks, findings } = assessed({ 'missing/absent': right }, baseline(...listed), {
        alsoAccepts: 8,
      });
      return [describedVerdict(checks.listHonesty), briefly(findings)];
    };
    const all = ['valid/13', 'missing/absent'];
    for (const criterion of ['listHonesty', '*'] as const) {
      expect(check([wholeEntry(criterion, all)])).to.deep.equal([
        'known: as a whole',
        ['accepted-unadvertised of : as a whole'],
      ]);
    }
    for (const other of [entry('*', all), wholeEntry('status', all)]) {
      expect(check([other]), 'something of certain probes').to.deep.equal([
        'new',
        ['accepted-unadvertised of : new'],
      ]);
    }
  });
});

describe('an unexpected pass', () => {
  const passes = (
    exchanges: Readonly<Record<string, Exchange>>,
    listed: readonly ListedFailures[],
    more: Parameters<typeof assessed>[2] = {},
  ): number[] => assessed(exchanges, baseline(...listed), more).unexpectedPasses.map(({ index }) => index);

  const hex = entry('status', ['malformed/hex']);

  it('is an entry of which nothing failed', () => {
    const { unexpectedPasses, verdict, gate } = assessed(
      { 'malformed/hex': right },
      baseline(entry('status', ['malformed/hex'], { owner: 'edge', until: '2026-12-31' })),
    );
    expect(unexpectedPasses).to.deep.equal([
      {
        index: 0,
        probe: 'malformed/hex',
        criterion: 'status',
        reason: 'status is broken',
        owner: 'edge',
        until: '2026-12-31',
      },
    ]);
    expect([verdict, gate]).to.deep.equal(['passed', 'fail']);
  });

  it('is none where one of many fails', () => {
    const both = entry('status', ['malformed/hex', 'malformed/binary']);
    expect(passes({ 'malformed/hex': right, 'malformed/binary': accepted }, [both])).to.deep.equal([]);
    expect(passes({ 'malformed/hex': right, 'malformed/binary': right }, [both])).to.deep.equal([0]);
  });

  it('is an entry of which something else fails', () => {
    expect(passes({ 'malformed/hex': withoutList }, [hex, entry('*', ['malformed/hex'])])).to.deep.equal([0]);
  });

  it('is an entry whose criterion does not apply', () => {
    expect(passes({ 'malformed/hex': right }, [entry('acceptKey', ['malformed/hex'])])).to.deep.equal([0]);
  });

  it('is an entry that has run out too: it is of no more use', () => {
    const old = entry('status', ['malformed/hex'], { until: '2020-01-01' });
    expect(passes({ 'malformed/hex': right }, [old])).to.deep.equal([0]);
  });

  it('is none where a probe of it was not sent', () => {
    const both = entry('status', ['malformed/hex', 'malformed/binary']);
    expect(passes({ 'malformed/hex': right }, [both])).to.deep.equal([]);
  });

  it('is none where a probe of it has no verdict', () => {
    expect(passes({ 'malformed/hex': unconnected('ECONNRESET') }, [hex])).to.deep.equal([]);
    const other = { 'malformed/hex': right, 'malformed/binary': unconnected('ECONNRESET') };
    expect(passes(other, [hex]), 'another probe').to.deep.equal([0]);
  });

  it('is none where the experiment is not sound, or did not come to its end', () => {
    expect(passes({ 'malformed/hex': right }, [hex], { unsound: 'it fell over' })).to.deep.equal([]);
    expect(passes({ 'malformed/hex': right }, [hex], { interrupted: 'interrupted' })).to.deep.equal([]);
  });

  it('is an entry about the target as a whole where the whole is right', () => {
    const whole = wholeEntry('listHonesty', ['valid/13', 'missing/absent']);
    const { checks, unexpectedPasses } = assessed(
      { 'missing/absent': right },
      baseline(entry('listHonesty', ['missing/absent'])),
    );
    expect(checks.listHonesty).not.to.have.any.keys('known', 'expired');
    expect(unexpectedPasses).to.deep.equal([
      { index: 0, probe: null, criterion: 'listHonesty', reason: 'listHonesty is broken' },
    ]);
    expect(passes({ 'missing/absent': right }, [whole])).to.deep.equal([0]);
    expect(passes({ 'missing/absent': right }, [whole], { alsoAccepts: 8 })).to.deep.equal([]);
    expect(passes({}, [whole]), 'a probe that it rests on was not sent').to.deep.equal([]);
  });
});
