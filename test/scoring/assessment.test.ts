import { expect } from 'chai';
import { conformanceProbes } from '../../probes/catalogue.ts';
import { type Assessment, type AssessmentInput, assess, targetVerdicts } from '../../scoring/assessment.ts';
import type { ScoredProbe } from '../../scoring/findings.ts';
import { failOnChoices } from '../../scoring/verdict.ts';
import type { Exchange } from '../../wire/exchange.ts';
import { probe, received, refusal, right400, score, switching, unconnected } from '../support/exchanges.ts';

function scored(id: string, exchange: Exchange): ScoredProbe {
  return { probe: probe(id), exchange, scorecard: score(id, exchange) };
}

const control = scored('valid/13', received(switching()));
const right = scored('missing/absent', received(right400));
/** Every probe that conformance depends on, answered as expected. */
const everyProbe = conformanceProbes.map(({ id, expects }) =>
  expects === 'accept' ? scored(id, received(switching())) : scored(id, received(right400)),
);
/** Fails on a MUST. */
const accepting = scored('missing/empty', received(switching()));
/** Fails on a SHOULD. */
const withoutList = scored('missing/blank', received(refusal('400 Bad Request')));
/** Has no verdict. */
const unsure = scored('malformed/word', unconnected('ECONNRESET', 'reset'));

function assessed(probes: readonly ScoredProbe[], input: Partial<AssessmentInput> = {}): Assessment {
  return assess({
    scored: probes,
    otherExchanges: [],
    versionRequests: [{ version: 13, exchange: control.exchange }],
    unsound: null,
    interrupted: null,
    gateRules: { failOn: 'should', allowUnexpectedPass: false },
    ...input,
  });
}

describe('the verdict on a target', () => {
  it('is conformant where every probe except the stress probes was sent and nothing fails', () => {
    const { verdict, probesSent, probesInCatalogue } = assessed(everyProbe);
    expect({ verdict, probesSent }).to.deep.equal({ verdict: 'conformant', probesSent: everyProbe.length });
    expect(probesInCatalogue).to.equal(probesSent);
  });

  it('is passed where only some probes were sent and none fails', () => {
    expect(assessed(everyProbe.slice(0, -1)).verdict).to.equal('passed');
    expect(assessed([control, right])).to.include({ verdict: 'passed', probesSent: 2 });
  });

  it('is nonconformant where something fails, at whatever level and whatever counts', () => {
    for (const failOn of failOnChoices) {
      const gateRules = { failOn, allowUnexpectedPass: false };
      expect(assessed([control, accepting], { gateRules }).verdict, failOn).to.equal('nonconformant');
      expect(assessed([control, withoutList], { gateRules }).verdict, failOn).to.equal('nonconformant');
    }
  });

  it('is nonconformant where a supplementary check fails', () => {
    const wrongAccept = scored('valid/13', received(switching().replace('s3pPL', 'S3pPL')));
    expect(assessed([wrongAccept, right])).to.deep.include({ verdict: 'nonconformant' });
    expect(assessed([wrongAccept, right]).score.percent).to.equal(100);
  });

  it('is nonconformant where only the lists as a whole are wrong', () => {
    const versionRequests = [
      { version: 13, exchange: control.exchange },
      { version: 8, exchange: control.exchange },
    ];
    const { verdict, checks, versions } = assessed([control, right], { versionRequests });
    expect(verdict).to.equal('nonconformant');
    expect(checks.listHonesty.verdict).to.equal('fail');
    expect(versions).to.deep.equal({ advertised: [13], accepted: [13, 8] });
  });

  it('is inconclusive where a probe has no verdict and nothing was found', () => {
    expect(assessed([control, right, unsure])).to.include({
      verdict: 'inconclusive',
      reason: 'no verdict on malformed/word: no connection: reset',
    });
    const more = assessed([control, unsure, scored('malformed/quoted', unconnected('X'))]);
    expect(more.reason).to.equal('no verdict on malformed/word and 1 more: no connection: reset');
  });

  it('is inconclusive also where the probe has no right answer', () => {
    const either = scored('disguised/obs-fold', unconnected('ECONNRESET', 'reset'));
    expect(assessed([control, either])).to.include({
      verdict: 'inconclusive',
      reason: 'no verdict on disguised/obs-fold: no connection: reset',
    });
  });

  it('is one of four', () => {
    const few = [right, accepting, unsure].map((one) => assessed([control, one]).verdict);
    expect([assessed(everyProbe).verdict, ...few]).to.deep.equal(targetVerdicts);
  });

  it('is nonconformant where something was found, with the reason for what is open', () => {
    expect(assessed([control, accepting, unsure])).to.include({
      verdict: 'nonconformant',
      reason: 'no verdict on malformed/word: no connection: reset',
    });
  });

  it('is inconclusive where the experiment is not sound, and then nothing counts as found', () => {
    const { verdict, reason, findings } = assessed([control, accepting], { unsound: 'it fell over' });
    expect([verdict, reason, findings]).to.deep.equal(['inconclusive', 'it fell over', []]);
  });

  it('stands on what was found where the run was interrupted', () => {
    const interrupted = 'interrupted after 2 of 79 probes';
    expect(assessed([control, accepting], { interrupted })).to.include({
      verdict: 'nonconformant',
      reason: interrupted,
    });
    expect(assessed([control, right], { interrupted })).to.include({
      verdict: 'inconclusive',
      reason: interrupted,
    });
  });

  it('sees the lists of every exchange, also of those beside the probes', () => {
    const other = received(refusal('400 X', 'Sec-WebSocket-Version: 13, 7'));
    expect(assessed([control, right], { otherExchanges: [other] }).versions.advertised).to.deep.equal([
      13, 7,
    ]);
  });
});

describe('the gate of a target', () => {
  const byFailOn = (probes: readonly ScoredProbe[], input: Partial<AssessmentInput> = {}): string[] =>
    failOnChoices.map(
      (failOn) => assessed(probes, { gateRules: { failOn, allowUnexpectedPass: false }, ...input }).gate,
    );

  it('passes where nothing fails', () => {
    expect(byFailOn([control, right])).to.deep.equal(['pass', 'pass', 'pass']);
  });

  it('fails where something fails at the level that counts', () => {
    expect(byFailOn([control, accepting])).to.deep.equal(['fail', 'fail', 'pass']);
    expect(byFailOn([control, withoutList])).to.deep.equal(['pass', 'fail', 'pass']);
  });

  it('fails where not everything could be judged, at every level', () => {
    expect(byFailOn([control, unsure])).to.deep.equal(['fail', 'fail', 'fail']);
    expect(byFailOn([control, right], { interrupted: 'interrupted' })).to.deep.equal([
      'fail',
      'fail',
      'fail',
    ]);
  });
});

describe('the scoreboard and the tiers of a target', () => {
  it('count the verdicts on each criterion', () => {
    const { status, versionList, headerOmitted, socketClosed } = assessed([
      control,
      right,
      accepting,
      unsure,
    ]).scoreboard;
    expect(status).to.include({ passed: 2, failed: 1, inconclusive: 1, notApplicable: 0, percent: 50 });
    expect(versionList).to.include({ passed: 1, failed: 1, inconclusive: 1, notApplicable: 1 });
    expect(headerOmitted).to.include({ passed: 1, failed: 0, inconclusive: 0, percent: 100 });
    expect(socketClosed).to.include({ passed: 1, failed: 1, inconclusive: 1 });
  });

  it('count probes, core ones and all', () => {
    const extendedId = 'valid/absolute-form';
    expect(probe(extendedId).tier).to.equal('extended');
    const extended = scored(extendedId, unconnected('ECONNRESET', 'reset'));
    expect(assessed([control, right, accepting, extended]).tiers).to.deep.equal({
      core: { passed: 2, failed: 1, inconclusive: 0 },
      all: { passed: 2, failed: 1, inconclusive: 1 },
    });
  });
});

describe('the score of a target', () => {
  it('counts verdicts on the four criteria', () => {
    expect(assessed([control, right, accepting, withoutList, unsure]).score).to.deep.equal({
      // The control: status and header; right: three; without a list: status and close.
      passed: 2 + 3 + 2,
      failed: 3 + 1,
      inconclusive: 3,
      notApplicable: 2 + 1 + 1 + 1 + 1,
      percent: 50,
    });
  });

  it('is not 100 while anything is inconclusive', () => {
    expect(assessed([control, right, unsure]).score).to.include({
      failed: 0,
      inconclusive: 3,
      percent: 62.5,
    });
  });

  it('is rounded down to a tenth', () => {
    // Two of three.
    expect(assessed([withoutList]).score.percent).to.equal(66.6);
  });

  it('is not 100 while one verdict in thousands fails', () => {
    const many = [...Array<ScoredProbe>(1000).fill(right), withoutList];
    expect(assessed(many).score).to.include({ failed: 1, percent: 99.9 });
    expect(assessed(Array<ScoredProbe>(1000).fill(right)).score.percent).to.equal(100);
  });

  it('is no number where nothing was judged', () => {
    expect(assessed([unsure]).score.percent).to.equal(null);
    expect(assessed([scored('disguised/obs-fold', received(right400))]).score.percent).to.equal(null);
    expect(assessed([]).score.percent).to.equal(null);
  });

  it('is 0 where everything failed', () => {
    expect(assessed([accepting]).score.percent).to.equal(0);
  });
});
