import { expect } from 'chai';
import { isHeadCutShort, isTimedOut } from '../../scoring/answer.ts';
import { findCrowdInfluence } from '../../scoring/crowd-influence.ts';
import { scoreAttempts } from '../../scoring/judge-target.ts';
import { profiles } from '../../scoring/profiles.ts';
import type { Exchange } from '../../wire/exchange.ts';
import { headCutShort } from '../../wire/response.ts';
import {
  brief,
  type Context,
  probe,
  received,
  refusal,
  right400,
  score,
  switching,
  unconnected,
} from '../support/exchanges.ts';

function judged(attempts: readonly Exchange[], id = 'missing/absent', context: Context = {}): string[] {
  const { criteria } = score(id, attempts, context);
  return Object.values(criteria).map(brief);
}

function expectDoubt(attempts: readonly Exchange[], why: string): void {
  const scorecard = score('missing/absent', attempts);
  expect(scorecard.verdict).to.equal('inconclusive');
  expect(judged(attempts)).to.deep.equal([
    `inconclusive: ${why}`,
    `inconclusive: ${why}`,
    'n/a',
    `inconclusive: ${why}`,
  ]);
  expect(scorecard.checks).to.deep.equal({});
}

describe('a probe has no verdict', () => {
  for (const status of ['429 Too Many Requests', '503 Service Unavailable']) {
    const code = status.slice(0, 3);
    it(`where the server is rate-limiting each time (${code})`, () => {
      const slow = received(refusal(status, 'Connection: close', 'Sec-WebSocket-Version: 13'));
      expectDoubt([slow], `${code}: the server is rate-limiting, 1 times`);
      expectDoubt([slow, slow, slow], `${code}: the server is rate-limiting, 3 times`);
      expect(judged([slow, received(right400)]), 'but then answered').to.deep.equal([
        'pass',
        'pass',
        'n/a',
        'pass',
      ]);
    });
  }

  it('where there was no connection', () => {
    expectDoubt([unconnected('ECONNREFUSED', 'refused')], 'no connection: refused');
    expectDoubt([unconnected('ERR_SSL', 'alert', 'tls-failed')], 'no connection: alert');
    expect(judged([unconnected('ECONNREFUSED'), received(right400)])[0]).to.equal('pass');
  });

  it('where only the first of two connections ended without a response', () => {
    for (const [silence, how] of [
      [received('', 'fin'), 'closed'],
      [received('', 'reset'), 'reset'],
    ] as const) {
      expectDoubt(
        [silence, received(right400)],
        `unstable: no response: the connection was ${how}, then 400`,
      );
      // Nor is it a failure when the second try was let in.
      expectDoubt(
        [silence, received(switching())],
        `unstable: no response: the connection was ${how}, then 101`,
      );
    }
  });

  it('where the tries differ, however the last one ends', () => {
    const closed = received('', 'fin');
    const right = received(right400);
    expectDoubt(
      [closed, closed, right, right, closed],
      'unstable: no response: the connection was closed (2 times), then 400 (2 times), then no response: the connection was closed',
    );
    const slow = received(refusal('503 Service Unavailable'));
    expectDoubt(
      [closed, slow, unconnected('ECONNREFUSED'), right],
      'unstable: no response: the connection was closed, then 400',
    );
    expect(score('missing/absent', [closed, right, slow]).unstable, 'known all the same').to.equal(
      'no response: the connection was closed, then 400',
    );
  });

  it('where the tries fail, each for another reason', () => {
    expectDoubt(
      [received('', 'fin'), received('Bad version\n', 'fin')],
      'unstable: no response: the connection was closed, then not an HTTP response: the first line is not an HTTP status line; it begins "Bad version"',
    );
  });

  it('where only one of two lists is misspelt', () => {
    const { unstable } = score('missing/absent', [
      received(refusal('400 Bad Request', 'Sec-WebSocketVersion: 13')),
      received(refusal('400 Bad Request')),
    ]);
    expect(unstable).to.equal(
      '400 without Sec-WebSocket-Version, but with Sec-WebSocketVersion: 13, then 400 without Sec-WebSocket-Version',
    );
  });

  it('where a criterion passes in one try and does not apply in another', () => {
    const closing = received(refusal('400 X', 'Connection: close'));
    const attempts = [closing, received(refusal('404 X'))];
    expect(score('missing/absent', attempts, { profile: 'rfc' }).unstable).to.equal('400, then 404');
  });

  it('where the last try was silent, and one before it was not', () => {
    expectDoubt([received(right400), received('', 'open')], 'unstable: 400, then no response in time');
  });

  it('where what is too large got two responses', () => {
    const unstable = (...attempts: Exchange[]): string | null =>
      score('malformed/oversized', attempts).unstable;
    expect(unstable(received(refusal('500 X')), received(right400))).to.equal('500, then 400');
  });

  it('where the tries differ in nothing but how their connections ended', () => {
    const [open, closed] = [received(right400, 'open'), received(right400, 'fin')];
    expectDoubt([open, closed], 'unstable: 400 and left open, then 400 and closed (FIN)');
    expectDoubt(
      [received(right400, 'reset'), open],
      'unstable: 400 and closed (RST), then 400 and left open',
    );
    expect(judged([received(right400, 'reset'), closed])[3], 'both are closes').to.equal('pass');
  });

  it('where one status has several meanings: the answers say what they differ in', () => {
    const unstable = (attempts: readonly Exchange[], id = 'missing/absent', context: Context = {}) =>
      score(id, attempts, context).unstable;
    const without = received(refusal('400 X', 'Connection: close'));
    expectDoubt(
      [received(right400), without],
      'unstable: 400 with Sec-WebSocket-Version "13", then 400 without Sec-WebSocket-Version',
    );
    const both = received(refusal('400 X', 'Sec-WebSocket-Version: 13', 'Sec-WebSocket-Version: 8'));
    expect(unstable([received(refusal('400 X', 'Sec-WebSocket-Version: 13')), both], 'draft/8')).to.equal(
      '400 with Sec-WebSocket-Version "13", then 400 with Sec-WebSocket-Version "13, 8"',
    );
    expect(unstable([without, received(right400, 'open')])).to.equal(
      '400 without Sec-WebSocket-Version and closed (FIN), then 400 with Sec-WebSocket-Version "13" and left open',
    );
    const silent = received(refusal('400 X', 'Sec-WebSocket-Version: 13'));
    expect(unstable([received(right400), silent], 'missing/absent', { profile: 'rfc' })).to.equal(
      '400 with Connection: close, then 400 without Connection: close',
    );
    const wrongAccept = received(switching().replace('s3pPL', 'S3pPL'));
    expect(unstable([received(switching()), wrongAccept], 'draft/8', { advertised: [8] })).to.equal(
      '101 with the correct Sec-WebSocket-Accept, then 101 without the correct Sec-WebSocket-Accept',
    );
  });

  it('and what the answers differ in is named only for those that it makes a difference to', () => {
    const [open, closed] = [received(right400, 'open'), received(right400, 'fin')];
    expect(score('missing/absent', [received('', 'fin'), closed, open]).unstable).to.equal(
      'no response: the connection was closed, then 400 and closed (FIN), then 400 and left open',
    );
    const reset = received(right400, 'reset');
    expect(score('missing/absent', [received('', 'fin'), closed, reset]).unstable).to.equal(
      'no response: the connection was closed, then 400 (2 times)',
    );
  });

  it('and a long value that the answers differ in is cut', () => {
    const long = received(refusal('400 X', 'Connection: close', `Sec-WebSocket-Version: ${'x'.repeat(500)}`));
    expect(score('missing/absent', [long, received(right400)]).unstable).to.equal(
      `400 with Sec-WebSocket-Version "${'x'.repeat(60)}..." (500 bytes), then 400 with Sec-WebSocket-Version "13"`,
    );
  });

  it('where nothing can be judged, and says why all the same', () => {
    const scorecard = score('disguised/obs-fold', unconnected('ECONNREFUSED', 'refused'));
    expect(scorecard).to.include({ verdict: 'inconclusive', doubt: 'no connection: refused' });
    expect(score('disguised/obs-fold', received(right400))).to.include({ verdict: 'pass', doubt: null });
  });

  it('where the whole experiment is not sound', () => {
    expect(judged([received(right400)], 'missing/absent', { unsound: 'it fell over' })).to.deep.equal([
      'inconclusive: it fell over',
      'inconclusive: it fell over',
      'n/a',
      'inconclusive: it fell over',
    ]);
  });

  it('and says against what it could not be judged', () => {
    const { status } = score('missing/absent', unconnected('ECONNREFUSED', 'refused')).criteria;
    expect(status).to.deep.equal({
      verdict: 'inconclusive',
      level: 'MUST',
      expected: '400',
      actual: 'no connection: refused',
      clauses: ['reject-bad-handshake'],
    });
  });
});

describe('a probe has a verdict', () => {
  it('where what is too large was refused by a close the first time, and by a response the next', () => {
    const tooLarge = received(refusal('431 Request Header Fields Too Large'));
    const [status] = judged([received('', 'reset'), tooLarge], 'malformed/oversized');
    expect(status).to.equal('pass');
    for (const close of ['fin', 'reset'] as const) {
      const scorecard = score('malformed/oversized', [received('', close), received(right400)]);
      expect([scorecard.verdict, scorecard.unstable]).to.deep.equal(['pass', null]);
    }
  });

  it('where it was silent at first, while others were asked too', () => {
    const scorecard = score('missing/absent', [received('', 'open'), received(right400)]);
    expect([scorecard.verdict, scorecard.unstable]).to.deep.equal(['pass', null]);
  });

  it('where it was silent at first, alone, and answered when others were asked too', () => {
    const among = { ...received(right400), openConnections: 2 };
    const all = ['missing/absent', 'missing/empty', 'missing/blank'].map((id) => ({
      probe: probe(id),
      attempts: [received('', 'open'), among],
    }));
    for (const { probe, attempts } of all) {
      const { exchange, scorecard } = scoreAttempts(probe, attempts, { profile: 'mdn' });
      expect(exchange).to.equal(among);
      expect([scorecard.verdict, scorecard.unstable]).to.deep.equal(['pass', null]);
    }
    expect(findCrowdInfluence(all, profiles.mdn)).to.equal(null);
  });

  it('where both connections ended without a response', () => {
    const [closed, reset] = [received('', 'fin'), received('', 'reset')];
    for (const attempts of [[closed, closed], [closed, reset], [reset, closed], [closed]]) {
      expect(judged(attempts)).to.deep.equal([
        'fail MUST no-response',
        'fail SHOULD no-response',
        'n/a',
        'pass',
      ]);
    }
  });

  it('where tries without a verdict came before, or between', () => {
    const nothing = [unconnected('ECONNREFUSED'), received(refusal('503 Service Unavailable'))];
    for (const attempts of [
      [...nothing, received(right400)],
      [received(right400), ...nothing, received(right400)],
    ]) {
      const scorecard = score('missing/absent', attempts);
      expect([scorecard.verdict, scorecard.unstable]).to.deep.equal(['pass', null]);
    }
  });

  it('where the answers differ and are right all the same', () => {
    const attempts = [received('', 'reset'), received(refusal('431 Too Large', 'Connection: close'))];
    const scorecard = score('malformed/oversized', attempts);
    expect([scorecard.verdict, scorecard.unstable]).to.deep.equal(['pass', null]);
  });

  it('where the answer was a 500, or none in time', () => {
    expect(judged([received(refusal('500 Error'))])[0]).to.equal('fail MUST refusal-status');
    expect(judged([received('', 'open')])[0]).to.equal('fail MUST unanswered');
  });

  it('only from an exchange', () => {
    expect(() => score('missing/absent', [])).to.throw('missing/absent');
  });
});

describe('a head that is cut short', () => {
  const cases: [octets: string, isCutShort: boolean][] = [
    ['HTTP/1.1 400 Bad', true],
    ['HTTP/1.1 400 Bad Request\r\nServer: a\r\n', true],
    ['HTT', true],
    ['no response\r\n', false],
    ['no response', false],
    [right400, false],
    ['', false],
  ];
  for (const [octets, isCutShort] of cases) {
    it(`is ${isCutShort ? '' : 'not '}seen in ${JSON.stringify(octets.slice(0, 30))}`, () => {
      expect(isHeadCutShort(received(octets, 'fin'))).to.equal(isCutShort);
    });
  }

  it('is seen on a connection that stays open as well, where it took the whole time-out', () => {
    for (const [octets, isCutShort] of cases) {
      expect(isHeadCutShort(received(octets, 'open')), octets).to.equal(isCutShort);
      expect(isTimedOut(received(octets, 'open')), octets).to.equal(
        isCutShort || ['', 'no response'].includes(octets),
      );
      expect(isTimedOut(received(octets, 'fin')), octets).to.equal(false);
    }
  });

  it('is no matter of the message alone', () => {
    const error = { code: 'EPIPE', message: headCutShort };
    expect(isHeadCutShort({ outcome: 'closed', response: null, error })).to.equal(false);
  });
});

describe('tries that differ in the list', () => {
  const refusalWith = (value: string): Exchange =>
    received(refusal('400 Bad Request', 'Connection: close', `Sec-WebSocket-Version: ${value}`));

  for (const [bytes, shown] of [
    [60, `"${'1'.repeat(60)}"`],
    [61, `"${'1'.repeat(60)}..." (61 bytes)`],
  ] as const) {
    it(`are shown with up to 60 bytes of it: ${bytes}`, () => {
      const { doubt } = score('missing/absent', [refusalWith('1'.repeat(bytes)), received(right400)]);
      expect(doubt).to.include(`with Sec-WebSocket-Version ${shown}`);
    });
  }
});
