import { expect } from 'chai';
import { type Assessment, type AssessmentInput, assess, targetVerdicts } from '../../scoring/assessment.ts';
import type { ScoredProbe } from '../../scoring/findings.ts';
import type { FailOn } from '../../scoring/verdict.ts';
import type { Exchange } from '../../wire/exchange.ts';
import { probe, received, refusal, right400, score, switching, unconnected } from '../support/exchanges.ts';

function scored(id: string, exchange: Exchange): ScoredProbe {
  return { probe: probe(id), exchange, scorecard: score(id, exchange) };
}

const control = scored('valid/13', received(switching()));
const right = scored('missing/absent', received(right400));
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
    failOn: 'should',
    ...input,
  });
}

describe('the verdict on a target', () => {
  const byFailOn = (probes: readonly ScoredProbe[]): string[] =>
    (['must', 'should', 'never'] satisfies FailOn[]).map((failOn) => assessed(probes, { failOn }).verdict);

  it('is conformant where nothing fails', () => {
    expect(byFailOn([control, right])).to.deep.equal(['conformant', 'conformant', 'conformant']);
  });

  it('is nonconformant where something fails at the level that counts', () => {
    expect(byFailOn([control, accepting])).to.deep.equal(['nonconformant', 'nonconformant', 'conformant']);
    expect(byFailOn([control, withoutList])).to.deep.equal(['conformant', 'nonconformant', 'conformant']);
  });

  it('keeps what it found, whatever counts', () => {
    expect(assessed([control, accepting], { failOn: 'never' }).findings).to.have.lengthOf(1);
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

  it('is one of three', () => {
    const verdicts = [right, accepting, unsure].map((one) => assessed([control, one]).verdict);
    expect(verdicts).to.deep.equal(targetVerdicts);
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

describe('the score of a target', () => {
  it('counts verdicts on the four criteria', () => {
    expect(assessed([control, right, accepting, withoutList, unsure]).score).to.deep.equal({
      // The control: status and header; right: three; without a list: status and close.
      passed: 2 + 3 + 2,
      failed: 3 + 1,
      inconclusive: 3,
      notApplicable: 2 + 1 + 1 + 1 + 1,
      percent: 63.6,
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
