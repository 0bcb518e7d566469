import { expect } from 'chai';
import { acceptedVersions, advertisedVersions, judgeListHonesty } from '../../scoring/versions.ts';
import type { Exchange } from '../../wire/exchange.ts';
import {
  brief,
  head,
  received,
  refusal,
  right400,
  score,
  switching,
  unconnected,
} from '../support/exchanges.ts';

const refusing = (...lists: string[]): Exchange =>
  received(refusal('400 Bad Request', ...lists.map((list) => `Sec-WebSocket-Version: ${list}`)));
const accepting = received(switching());
const withoutAccept = received(
  head('HTTP/1.1 101 Switching Protocols', 'Upgrade: websocket', 'Connection: Upgrade'),
);

describe('the versions of a target', () => {
  it('are advertised by every list of a refusal, of any status', () => {
    const exchanges = [
      refusing('13'),
      refusing('13, 8'),
      received(refusal('426 X', 'Sec-WebSocket-Version: 7')),
    ];
    expect(advertisedVersions(exchanges)).to.deep.equal([13, 8, 7]);
    expect(advertisedVersions([refusing('8', '13')])).to.deep.equal([8, 13]);
  });

  it('are not advertised by a 101, nor by what is no version', () => {
    expect(advertisedVersions([received(switching('Sec-WebSocket-Version: 13'))])).to.deep.equal([]);
    expect(advertisedVersions([refusing('x, 013, 256'), refusing()])).to.deep.equal([]);
    expect(advertisedVersions([refusing('x, 8')])).to.deep.equal([8]);
  });

  it('are accepted by a 101 with the correct Sec-WebSocket-Accept', () => {
    expect(
      acceptedVersions([
        { version: 13, exchange: accepting },
        { version: 8, exchange: withoutAccept },
        { version: 7, exchange: refusing('13') },
        { version: 99, exchange: accepting },
        { version: 13, exchange: accepting },
      ]),
    ).to.deep.equal([13, 99]);
  });
});

describe('the check listHonesty', () => {
  const control = { version: 13, exchange: accepting };
  const refused = (version: number) => ({ version, exchange: refusing('13') });

  function judged(exchanges: readonly Exchange[], requests: Parameters<typeof judgeListHonesty>[1]) {
    const { verdict, faults } = judgeListHonesty(exchanges, requests);
    return [
      verdict.verdict,
      verdict.verdict === 'n/a' ? undefined : verdict.actual,
      faults.map(({ cause }) => cause),
    ];
  }

  it('passes where exactly what is accepted is advertised, in one list', () => {
    expect(
      judged(
        [right400, right400].map((bytes) => received(bytes)),
        [control, refused(25)],
      ),
    ).to.deep.equal(['pass', 'advertised and accepted: 13', []]);
    const both = [control, { version: 8, exchange: accepting }];
    expect(judged([refusing('13, 8'), refusing('8', '13')], both)).to.deep.equal([
      'pass',
      'advertised and accepted: 13, 8',
      [],
    ]);
  });

  it('does not apply without a list, or where no element of it is a version', () => {
    expect(judged([refusing()], [control])).to.deep.equal(['n/a', undefined, []]);
    expect(judged([refusing('x')], [control])).to.deep.equal(['n/a', undefined, []]);
  });

  it('fails where an advertised version is refused', () => {
    expect(judged([refusing('13, 8')], [control, refused(8)])).to.deep.equal([
      'fail',
      'advertised but refused: 8',
      ['advertised-refused'],
    ]);
    const silent = { version: 8, exchange: received('') };
    expect(judged([refusing('13, 8')], [control, silent])[0]).to.equal('fail');
  });

  it('does not take the refusal of one version for that of another, nor what was not asked for', () => {
    expect(judged([refusing('13, 8, 7')], [control, refused(9)])).to.deep.equal([
      'pass',
      'advertised and accepted: 13; advertised, neither accepted nor refused: 8, 7',
      [],
    ]);
  });

  it('names every version that is refused, or hidden', () => {
    expect(judged([refusing('13, 8, 7')], [control, refused(8), refused(7)])[1]).to.equal(
      'advertised but refused: 8, 7',
    );
    const all = [control, { version: 8, exchange: accepting }, { version: 7, exchange: accepting }];
    expect(judged([refusing('13')], all)[1]).to.equal('accepted but not advertised: 7, 8');
  });

  it('says on which level, against what and on which clauses', () => {
    expect(judgeListHonesty([refusing('13')], [control]).verdict).to.deep.equal({
      verdict: 'pass',
      level: 'MUST',
      expected: 'one list in every refusal: exactly the versions that are accepted',
      actual: 'advertised and accepted: 13',
      clauses: ['refuse-unknown-version', 'several-versions'],
    });
  });

  it('passes where an advertised version is refused to one handshake and accepted of another', () => {
    const requests = [control, refused(8), { version: 8, exchange: accepting }];
    expect(judged([refusing('13, 8')], requests)[0]).to.equal('pass');
  });

  it('fails where a version is accepted and not advertised', () => {
    expect(judged([refusing('13')], [control, { version: 8, exchange: accepting }])).to.deep.equal([
      'fail',
      'accepted but not advertised: 8',
      ['accepted-unadvertised'],
    ]);
    expect(judged([refusing('8')], [control, { version: 8, exchange: accepting }])[1]).to.equal(
      'accepted but not advertised: 13',
    );
  });

  it('fails where two refusals advertise different lists, whatever their order and repeats', () => {
    const both = [control, { version: 8, exchange: accepting }];
    expect(judged([refusing('13, 8'), refusing('13')], both)).to.deep.equal([
      'fail',
      'different lists: "8, 13" and "13"',
      ['lists-differ'],
    ]);
    expect(judged([refusing('13, 8'), refusing('8, 13'), refusing('8, 13, 8')], both)[0]).to.equal('pass');
  });

  it('is a SHOULD where only the lists of other refusals differ, and a MUST between refusals of a version', () => {
    const both = [control, { version: 8, exchange: accepting }];
    const levelOf = (requests: Parameters<typeof judgeListHonesty>[1]) => {
      const { verdict } = judgeListHonesty([refusing('13, 8'), refusing('13')], requests);
      return verdict.verdict === 'n/a' ? undefined : verdict.level;
    };
    expect(levelOf([...both, { version: 99, exchange: refusing('13, 8') }])).to.equal('SHOULD');
    expect(levelOf([...both, { version: 99, exchange: refusing('13, 8') }, refused(9)])).to.equal('MUST');
  });

  it('names everything that is wrong', () => {
    const requests = [control, refused(7), { version: 8, exchange: accepting }];
    expect(judged([refusing('13, 7'), refusing('13')], requests)).to.deep.equal([
      'fail',
      'advertised but refused: 7; accepted but not advertised: 8; different lists: "7, 13" and "13"',
      ['advertised-refused', 'accepted-unadvertised', 'lists-differ'],
    ]);
  });

  it('takes a 101 without the right accept for neither acceptance nor refusal, and says so', () => {
    const wrong = [{ version: 13, exchange: withoutAccept }];
    expect(judged([refusing('13')], wrong)).to.deep.equal([
      'pass',
      'advertised, neither accepted nor refused: 13',
      [],
    ]);
  });

  it('takes neither a wish to slow down nor a connection that failed for a refusal', () => {
    for (const exchange of [
      received(refusal('429 Too Many Requests')),
      received(refusal('503 Service Unavailable')),
      unconnected('ECONNREFUSED'),
      unconnected('ERR_SSL', 'x', 'tls-failed'),
    ]) {
      expect(judged([refusing('13, 8')], [control, { version: 8, exchange }])).to.deep.equal([
        'pass',
        'advertised and accepted: 13; advertised, neither accepted nor refused: 8',
        [],
      ]);
    }
  });
});

describe('a draft', () => {
  const of = (
    exchange: Exchange,
    advertised: readonly number[],
    accepted: readonly number[] = [],
  ): string[] => Object.values(score('draft/8', exchange, { advertised, accepted }).criteria).map(brief);
  const failed = ['fail MUST accepted', 'fail SHOULD accepted', 'n/a', 'fail SHOULD accepted'];

  it('may be refused like any version', () => {
    expect(of(received(right400), [13])).to.deep.equal(['pass', 'pass', 'n/a', 'pass']);
  });

  it('may be accepted where it is advertised, and is judged as accepted then', () => {
    expect(of(accepting, [13, 8])).to.deep.equal(['pass', 'n/a', 'pass', 'n/a']);
    const marked = received(switching('Sec-WebSocket-Version: 8'));
    expect(of(marked, [13, 8])).to.deep.equal(['pass', 'n/a', 'fail SHOULD version-on-success', 'n/a']);
  });

  it('may not be accepted where it is not advertised', () => {
    expect(of(accepting, [13])).to.deep.equal(failed);
    expect(of(accepting, [13, 7])).to.deep.equal(failed);
    expect(of(accepting, [])).to.deep.equal(failed);
  });

  it('is not accepted by a 101 without the correct Sec-WebSocket-Accept', () => {
    expect(of(withoutAccept, [13, 8])).to.deep.equal(failed);
  });

  it('may not be advertised and refused, unless its own clients are let in', () => {
    expect(of(refusing('13, 8'), [13, 8])[1]).to.equal('fail SHOULD list-names-refused');
    expect(of(refusing('13, 8'), [13, 8], [13, 8])[1]).to.equal('pass');
  });

  it('is the only kind of version that advertising makes acceptable', () => {
    const { status } = score('unsupported/25', accepting, { advertised: [13, 25] }).criteria;
    expect(brief(status)).to.equal('fail MUST accepted');
  });
});
