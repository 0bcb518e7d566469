import { expect } from 'chai';
import type { ProfileName } from '../../scoring/profiles.ts';
import type { CloseKind, Exchange } from '../../wire/exchange.ts';
import {
  brief,
  type Context,
  head,
  received,
  refusal,
  request,
  right400,
  score,
  switching,
} from '../support/exchanges.ts';

const inBoth: readonly ProfileName[] = ['mdn', 'rfc'];

function statusOf(id: string, exchange: Exchange, context?: Context): string {
  return brief(score(id, exchange, context).criteria.status);
}

describe('the criterion status', () => {
  describe('of a probe to be accepted', () => {
    for (const profile of inBoth) {
      it(`passes with 101 and with nothing else, in ${profile}`, () => {
        expect(statusOf('valid/13', received(switching()), { profile })).to.equal('pass');
        for (const status of [
          '200 OK',
          '400 Bad Request',
          '426 Upgrade Required',
          '500 Internal Server Error',
        ]) {
          expect(statusOf('valid/no-space', received(refusal(status)), { profile })).to.equal(
            'fail MUST refused',
          );
        }
        expect(statusOf('valid/no-space', received(''), { profile })).to.equal('fail MUST refused');
      });
    }
  });

  describe('of a probe to be refused', () => {
    // What the profiles make of each status.
    const statuses: readonly (readonly [status: string, mdn: string, rfc: string])[] = [
      ['400 Bad Request', 'pass', 'pass'],
      ['426 Upgrade Required', 'fail SHOULD refusal-status', 'pass'],
      ['404 Not Found', 'fail SHOULD refusal-status', 'pass'],
      ['431 Request Header Fields Too Large', 'fail SHOULD refusal-status', 'pass'],
      ['499 Odd', 'fail SHOULD refusal-status', 'pass'],
      ['200 OK', 'fail MUST refusal-status', 'fail MUST refusal-status'],
      ['302 Found', 'fail MUST refusal-status', 'fail MUST refusal-status'],
      ['500 Internal Server Error', 'fail MUST refusal-status', 'fail MUST refusal-status'],
      ['505 HTTP Version Not Supported', 'fail MUST refusal-status', 'fail MUST refusal-status'],
    ];
    for (const [status, mdn, rfc] of statuses) {
      it(`${status}: ${mdn} in mdn, ${rfc} in rfc`, () => {
        const exchange = received(refusal(status));
        for (const id of ['missing/absent', 'unsupported/99', 'handshake/key-short']) {
          expect(statusOf(id, exchange, { profile: 'mdn' }), id).to.equal(mdn);
          expect(statusOf(id, exchange, { profile: 'rfc' }), id).to.equal(rfc);
        }
      });
    }

    for (const profile of inBoth) {
      it(`fails with 101, right or wrong in itself, in ${profile}`, () => {
        expect(statusOf('missing/absent', received(switching()), { profile })).to.equal('fail MUST accepted');
        const bare = received(head('HTTP/1.1 101 Web Socket Protocol Handshake'));
        expect(statusOf('missing/absent', bare, { profile })).to.equal('fail MUST accepted');
      });

      it(`fails where no response came, and says what came instead, in ${profile}`, () => {
        const without: readonly (readonly [
          bytes: string,
          close: CloseKind,
          cause: string,
          actual: string,
        ])[] = [
          ['', 'fin', 'no-response', 'no response: the connection was closed'],
          ['', 'reset', 'no-response', 'no response: the connection was reset'],
          ['', 'open', 'unanswered', 'no response in time'],
          [
            'HTTP/1.1 400 Bad Request\r\nConn',
            'open',
            'head-unfinished',
            'no whole response: the head of a response began and did not end in time (no empty line); it begins "HTTP/1.1 400 Bad Request"',
          ],
          [
            'Bad version\n',
            'fin',
            'not-http',
            'not an HTTP response: the first line is not an HTTP status line; it begins "Bad version"',
          ],
          [
            'HTTP/1.1 400 Bad Request\r\nConn',
            'fin',
            'head-unfinished',
            'no whole response: the head of a response began and did not end (no empty line); it begins "HTTP/1.1 400 Bad Request"',
          ],
        ];
        for (const [bytes, close, cause, actual] of without) {
          const { status } = score('missing/absent', received(bytes, close), { profile }).criteria;
          expect(brief(status)).to.equal(`fail MUST ${cause}`);
          expect(status).to.include({ actual });
        }
      });
    }

    it('looks past interim responses', () => {
      const early = `${head('HTTP/1.1 103 Early Hints')}${right400}`;
      expect(statusOf('missing/absent', received(early))).to.equal('pass');
      expect(
        statusOf('missing/absent', received(`${head('HTTP/1.1 103 Early Hints')}${switching()}`)),
      ).to.equal('fail MUST accepted');
    });
  });

  describe('of a request line of HTTP/0.9', () => {
    const id = 'handshake/http-missing';
    for (const profile of inBoth) {
      it(`passes with any response but a 101, a body without a head, and the close, in ${profile}`, () => {
        const right = ['200 OK', '404 Not Found', '500 Error', '505 HTTP Version Not Supported'].map(
          (status) => received(refusal(status)),
        );
        const bodies = ['<html>', 'hello\n'].map((body) => received(body));
        for (const exchange of [...right, ...bodies, received(''), received('', 'reset')]) {
          const { status, versionList, socketClosed } = score(id, exchange, { profile }).criteria;
          expect([status, versionList, socketClosed].map(brief)).to.deep.equal(['pass', 'n/a', 'n/a']);
        }
      });

      it(`fails with a 101, with silence and with a head that breaks off, in ${profile}`, () => {
        expect(statusOf(id, received(switching()), { profile })).to.equal('fail MUST accepted');
        expect(statusOf(id, received('', 'open'), { profile })).to.equal('fail MUST unanswered');
        expect(statusOf(id, received('HTTP/1.1 200 OK\r\nConn'), { profile })).to.equal(
          'fail MUST head-unfinished',
        );
      });
    }

    it('fails where the bytes without a head hold the accept value of the key, whatever their first line', () => {
      const garbled = switching().replace('HTTP/1.1', 'Host:');
      const { status, versionList } = score(id, received(garbled, 'open')).criteria;
      expect(brief(status)).to.equal('fail MUST accepted');
      expect(status).to.include({
        actual:
          'not an HTTP response: the first line is not an HTTP status line; it begins "Host: 101 Switching Protocols", and the correct Sec-WebSocket-Accept follows',
      });
      expect(brief(versionList)).to.equal('n/a');
      expect(statusOf(id, received(garbled.replace(/Accept: ./, 'Accept: _'), 'open'))).to.equal('pass');
    });

    it('has its list and its close judged where it was let in, or where the answer is a 400 or a 426', () => {
      for (const exchange of [received(switching()), received(refusal('400 Bad Request'), 'open')]) {
        const { versionList, socketClosed } = score(id, exchange).criteria;
        expect([versionList, socketClosed].map(({ verdict }) => verdict)).to.deep.equal(['fail', 'fail']);
      }
    });
  });

  describe('of a request that is plain HTTP as well', () => {
    const ids = [
      'handshake/upgrade-missing',
      'handshake/upgrade-other',
      'handshake/connection-missing',
      'handshake/connection-other',
      'handshake/method-post',
      'handshake/http-1.0',
    ];
    for (const profile of inBoth) {
      it(`passes with any response but a 101, in ${profile}`, () => {
        for (const id of ids) {
          for (const status of ['200 OK', '301 Moved', '404 Not Found', '500 Error', '505 Version']) {
            expect(statusOf(id, received(refusal(status)), { profile }), id).to.equal('pass');
          }
          expect(statusOf(id, received(switching()), { profile }), id).to.equal('fail MUST accepted');
          expect(score(id, received(switching()), { profile }).criteria.status).to.include({
            expected: 'any response except 101',
          });
          expect(statusOf(id, received(''), { profile }), id).to.equal('fail MUST no-response');
          expect(statusOf(id, received('hello\n'), { profile }), id).to.equal('fail MUST not-http');
        }
      });
    }

    it('has its list and its close judged where it was let in, or where the answer is a 400 or a 426', () => {
      const { versionList, socketClosed } = score(
        'handshake/upgrade-missing',
        received(switching()),
      ).criteria;
      expect([versionList, socketClosed].map(brief)).to.deep.equal([
        'fail SHOULD accepted',
        'fail SHOULD accepted',
      ]);
      for (const status of ['400 Bad Request', '426 Upgrade Required']) {
        const { criteria } = score('handshake/upgrade-missing', received(refusal(status), 'open'));
        expect(brief(criteria.versionList)).to.equal('fail SHOULD list-absent');
        expect(brief(criteria.socketClosed)).to.equal('fail SHOULD stays-open');
      }
      for (const status of ['200 OK', '404 Not Found', '405 Method Not Allowed']) {
        const { criteria } = score('handshake/upgrade-missing', received(refusal(status), 'open'));
        expect([criteria.versionList, criteria.socketClosed].map(brief)).to.deep.equal(['n/a', 'n/a']);
      }
    });
  });

  it('passes where a 101 leads to another protocol that was offered, and to no other', () => {
    const id = 'handshake/upgrade-other';
    const sent = Buffer.from(request().toString().replace('websocket', 'h2c'));
    const switchingTo = (name: string) =>
      received(head('HTTP/1.1 101 X', `Upgrade: ${name}`, 'Connection: Upgrade'), 'client', sent);
    const { status, versionList, socketClosed } = score(id, switchingTo('H2C')).criteria;
    expect([status, versionList, socketClosed].map(brief)).to.deep.equal(['pass', 'n/a', 'n/a']);
    for (const name of ['websocket', 'h2c, websocket', 'tls/1.0']) {
      expect(statusOf(id, switchingTo(name)), name).to.equal('fail MUST accepted');
    }
  });

  describe('of a head that cannot be read as it stands', () => {
    const id = 'malformed/oversized';
    for (const profile of inBoth) {
      it(`passes with any 4xx and with a close without a response, in ${profile}`, () => {
        for (const status of ['400 Bad Request', '414 Too Long', '431 Too Large']) {
          expect(statusOf(id, received(refusal(status)), { profile })).to.equal('pass');
        }
        expect(statusOf(id, received('', 'fin'), { profile })).to.equal('pass');
        expect(statusOf(id, received('', 'reset'), { profile })).to.equal('pass');
      });

      it(`fails with anything else, in ${profile}`, () => {
        expect(statusOf(id, received(switching()), { profile })).to.equal('fail MUST accepted');
        expect(statusOf(id, received(refusal('500 Error')), { profile })).to.equal(
          'fail MUST refusal-status',
        );
        expect(statusOf(id, received(refusal('200 OK')), { profile })).to.equal('fail MUST refusal-status');
        expect(statusOf(id, received('', 'open'), { profile })).to.equal('fail MUST unanswered');
        expect(statusOf(id, received('too long\n'), { profile })).to.equal('fail MUST not-http');
      });
    }

    it('has neither its list nor its close judged', () => {
      for (const status of ['101 Switching Protocols', '400 Bad Request', '431 Too Large']) {
        const { versionList, socketClosed } = score(id, received(refusal(status), 'open')).criteria;
        expect([versionList, socketClosed].map(brief), status).to.deep.equal(['n/a', 'n/a']);
      }
    });
  });

  it('does not apply where both answers are right', () => {
    for (const bytes of [right400, switching(), refusal('500 Error')]) {
      const { criteria } = score('disguised/obs-fold', received(bytes, 'open'));
      expect(Object.values(criteria).map(brief)).to.deep.equal(['n/a', 'n/a', 'n/a', 'n/a']);
    }
  });
});

describe('the criterion versionList', () => {
  function listOf(lines: readonly string[], id = 'unsupported/99', context?: Context): string {
    const fields = lines.map((line) => `Sec-WebSocket-Version: ${line}`);
    return brief(score(id, received(refusal('400 Bad Request', ...fields)), context).criteria.versionList);
  }

  it('does not apply to what was to be accepted', () => {
    for (const bytes of [switching(), right400]) {
      expect(brief(score('valid/13', received(bytes)).criteria.versionList)).to.equal('n/a');
    }
  });

  it('passes with 13, alone or among others', () => {
    for (const list of ['13', '13, 8', '8, 13', '13,8,7', '0, 13, 255'])
      expect(listOf([list])).to.equal('pass');
    for (const version of [9, 10, 98, 100, 105, 190, 200, 209, 249, 250])
      expect(listOf([`13, ${version}`]), String(version)).to.equal('pass');
  });

  it('reads several lines as one list, whatever the letter case of their name', () => {
    expect(listOf(['8', '13'])).to.equal('pass');
    const mixed = refusal('400 Bad Request', 'Sec-WebSocket-Version: 8', 'sec-websocket-VERSION: 13');
    expect(brief(score('unsupported/99', received(mixed)).criteria.versionList)).to.equal('pass');
  });

  it('passes over empty elements, and fails where nothing else is there', () => {
    for (const list of ['13,', ',13', '13,,8', ' , 13 , ']) expect(listOf([list])).to.equal('pass');
    expect(listOf(['', '13'])).to.equal('pass');
    for (const list of ['', ',', ' , ,']) expect(listOf([list])).to.equal('fail SHOULD list-malformed');
  });

  it('quotes the start of a long list and gives its length', () => {
    const shown = (length: number): string => {
      const list = refusal('400 Bad Request', `Sec-WebSocket-Version: ${Array(length).fill('13').join()}`);
      const { versionList } = score('unsupported/99', received(list)).criteria;
      return versionList.verdict === 'pass' ? versionList.actual : brief(versionList);
    };
    const begin = `Sec-WebSocket-Version: ${Array(32).fill('13').join(', ')}`;
    expect(shown(32)).to.equal(begin);
    expect(shown(10_000)).to.equal(`${begin}, and 9968 more`);
  });

  it('fails where an element is no version', () => {
    const wrong = [
      '013',
      '13, 08',
      '13, 256',
      '13, x',
      '13;',
      '13 8',
      '+13',
      '13.0',
      '"13"',
      '13, -1',
      '13, 99999',
    ];
    for (const list of wrong) expect(listOf([list]), list).to.equal('fail SHOULD list-malformed');
  });

  it('fails without 13', () => {
    for (const list of ['8', '8, 7', '12, 14'])
      expect(listOf([list])).to.equal('fail SHOULD list-without-13');
  });

  it('fails where it names the version that was just refused as not understood', () => {
    expect(listOf(['13, 99'])).to.equal('fail SHOULD list-names-refused');
    expect(listOf(['13, 99'], 'unsupported/25')).to.equal('pass');
    expect(listOf(['13, 8'], 'draft/8')).to.equal('fail SHOULD list-names-refused');
  });

  it('may name a version that only the clients of that version are let in by', () => {
    expect(listOf(['13, 8'], 'draft/8', { accepted: [13, 8] })).to.equal('pass');
  });

  it('names no version on a probe that asks for none', () => {
    expect(listOf(['13'], 'malformed/word')).to.equal('pass');
    expect(listOf(['13'], 'duplicate/13-13')).to.equal('pass');
  });

  it('is missed on every refusal in mdn; in rfc on a version that is not understood', () => {
    expect(listOf([], 'unsupported/99', { profile: 'mdn' })).to.equal('fail SHOULD list-absent');
    expect(listOf([], 'missing/absent', { profile: 'mdn' })).to.equal('fail SHOULD list-absent');
    expect(listOf([], 'unsupported/99', { profile: 'rfc' })).to.equal('fail MUST list-absent');
    expect(listOf([], 'draft/7', { profile: 'rfc' })).to.equal('fail MUST list-absent');
    expect(listOf([], 'missing/absent', { profile: 'rfc' })).to.equal('n/a');
  });

  it('is checked where it stands, also where it could be left out', () => {
    expect(listOf(['13'], 'missing/absent', { profile: 'rfc' })).to.equal('pass');
    expect(listOf(['8'], 'missing/absent', { profile: 'rfc' })).to.equal('fail SHOULD list-without-13');
    expect(listOf(['13;'], 'missing/absent', { profile: 'rfc' })).to.equal('fail SHOULD list-malformed');
    expect(listOf(['8'], 'unsupported/9', { profile: 'rfc' })).to.equal('fail MUST list-without-13');
  });

  it('fails for the cause of the status where nothing was refused', () => {
    const cause = (bytes: string, close?: CloseKind): string =>
      brief(score('missing/absent', received(bytes, close)).criteria.versionList);
    expect(cause(switching())).to.equal('fail SHOULD accepted');
    // A field on the 101 is no list.
    expect(cause(switching('Sec-WebSocket-Version: 13'))).to.equal('fail SHOULD accepted');
    expect(cause('')).to.equal('fail SHOULD no-response');
    expect(cause('nonsense\n')).to.equal('fail SHOULD not-http');
  });

  it('does not depend on the status of the refusal', () => {
    const bytes = refusal('500 Error', 'Sec-WebSocket-Version: 13');
    expect(brief(score('missing/absent', received(bytes)).criteria.versionList)).to.equal('pass');
  });
});

describe('the level of the key', () => {
  it('is SHOULD where a wrong form is accepted, and MUST where the key is missing or the refusal is a 500', () => {
    const status = (id: string, bytes: string): string => brief(score(id, received(bytes)).criteria.status);
    for (const slug of ['short', 'long', 'not-base64']) {
      expect(status(`handshake/key-${slug}`, switching())).to.equal('fail SHOULD accepted');
      expect(status(`handshake/key-${slug}`, right400)).to.equal('pass');
      expect(status(`handshake/key-${slug}`, refusal('500 X'))).to.equal('fail MUST refusal-status');
    }
    for (const slug of ['missing', 'empty', 'duplicate']) {
      expect(status(`handshake/key-${slug}`, switching())).to.equal('fail MUST accepted');
    }
  });
});

describe('the criterion headerOmitted', () => {
  const omitted = (id: string, bytes: string, context?: Context): string =>
    brief(score(id, received(bytes), context).criteria.headerOmitted);

  it('in mdn passes on a 101 without the field, and fails on one with it; in rfc it does not apply', () => {
    expect(omitted('valid/13', switching(), { profile: 'mdn' })).to.equal('pass');
    for (const field of ['Sec-WebSocket-Version: 13', 'sec-websocket-version:', 'SEC-WEBSOCKET-VERSION: 8']) {
      const bytes = switching(field);
      expect(omitted('valid/13', bytes, { profile: 'mdn' })).to.equal('fail SHOULD version-on-success');
      expect(omitted('valid/13', bytes, { profile: 'rfc' })).to.equal('n/a');
    }
  });

  it('does not apply where there is no success, or none that should have been', () => {
    expect(omitted('valid/13', right400)).to.equal('n/a');
    expect(omitted('missing/absent', switching('Sec-WebSocket-Version: 13'))).to.equal('n/a');
    expect(omitted('missing/absent', right400)).to.equal('n/a');
  });
});

describe('the criterion socketClosed', () => {
  const closed = (close: CloseKind, fields: string[], profile: ProfileName, id = 'missing/absent'): string =>
    brief(
      score(id, received(refusal('400 Bad Request', ...fields), close), { profile }).criteria.socketClosed,
    );

  it('in mdn passes with FIN and with RST after any refusal, and fails where the connection stays open', () => {
    for (const fields of [[], ['Connection: close'], ['Connection: keep-alive']]) {
      expect(closed('fin', fields, 'mdn')).to.equal('pass');
      expect(closed('reset', fields, 'mdn')).to.equal('pass');
    }
    expect(closed('open', [], 'mdn')).to.equal('fail SHOULD stays-open');
    expect(closed('open', ['Connection: keep-alive'], 'mdn')).to.equal('fail SHOULD stays-open');
    expect(closed('open', ['Connection: close'], 'mdn')).to.equal('fail SHOULD late-close');
  });

  it('in rfc applies where the close was announced, in any letter case and among other options', () => {
    for (const option of ['close', 'Close', 'Upgrade, CLOSE', 'x,close']) {
      expect(closed('fin', [`Connection: ${option}`], 'rfc')).to.equal('pass');
      expect(closed('reset', [`Connection: ${option}`], 'rfc')).to.equal('pass');
      expect(closed('open', [`Connection: ${option}`], 'rfc')).to.equal('fail SHOULD late-close');
    }
    for (const fields of [[], ['Connection: keep-alive'], ['Connection: closed'], ['X-Connection: close']]) {
      expect(closed('open', fields, 'rfc')).to.equal('n/a');
      expect(closed('fin', fields, 'rfc')).to.equal('n/a');
    }
  });

  it('does not apply to what was to be accepted', () => {
    expect(closed('open', [], 'mdn', 'valid/13')).to.equal('n/a');
  });

  it('fails for the cause of the status where the handshake was accepted or not answered', () => {
    const socketClosed = (bytes: string, close?: CloseKind): string =>
      brief(score('missing/absent', received(bytes, close)).criteria.socketClosed);
    expect(socketClosed(switching())).to.equal('fail SHOULD accepted');
    expect(socketClosed('', 'open')).to.equal('fail SHOULD unanswered');
    // It was closed, if without a word.
    expect(socketClosed('', 'fin')).to.equal('pass');
  });
});

describe('every verdict', () => {
  it('says on which level, against what and on which clauses it was given', () => {
    const { criteria } = score('duplicate/13-13', received(switching()));
    expect(criteria.status).to.deep.equal({
      verdict: 'fail',
      level: 'MUST',
      expected: '400',
      actual: '101',
      clauses: ['once-in-request', 'reject-bad-handshake'],
      cause: 'accepted',
    });
    expect(score('duplicate/13-13', received(right400), { profile: 'rfc' }).criteria.status).to.deep.equal({
      verdict: 'pass',
      level: 'MUST',
      expected: '4xx',
      actual: '400',
      clauses: ['once-in-request', 'reject-bad-handshake'],
    });
    expect(score('valid/13', received(switching())).criteria.status).to.deep.include({
      expected: '101',
      actual: '101',
    });
  });

  it('says so of the list', () => {
    const listOf = (id: string, list: string) =>
      score(id, received(refusal('400 X', `Sec-WebSocket-Version: ${list}`))).criteria.versionList;
    expect(listOf('unsupported/99', '13')).to.deep.include({
      expected: 'Sec-WebSocket-Version with 13',
      clauses: ['refuse-unknown-version', 'version-grammar', 'list-on-400'],
      actual: 'Sec-WebSocket-Version: 13',
    });
    expect(listOf('missing/absent', '13,8')).to.deep.include({
      clauses: ['list-on-400', 'version-grammar'],
      actual: 'Sec-WebSocket-Version: 13, 8',
    });
    expect(listOf('unsupported/99', '13, 99')).to.deep.include({
      expected: 'a list without 99, which was just refused',
      actual: 'Sec-WebSocket-Version: 13, 99',
    });
  });

  it('says so of the success', () => {
    const success = (...fields: string[]) => score('valid/13', received(switching(...fields))).criteria;
    expect(success().headerOmitted).to.deep.include({
      expected: 'no Sec-WebSocket-Version',
      actual: 'no Sec-WebSocket-Version',
      clauses: ['silent-on-success'],
    });
    expect(success('Sec-WebSocket-Version: 13', 'Sec-WebSocket-Version: 8').headerOmitted).to.include({
      actual: 'Sec-WebSocket-Version: 13, 8',
    });
  });

  it('says so of the close, and how the connection ended', () => {
    const close = (kind: CloseKind, ...fields: string[]) =>
      score('missing/absent', received(refusal('400 X', ...fields), kind)).criteria.socketClosed;
    expect(close('fin')).to.deep.include({
      expected: 'the connection closed by the server',
      actual: 'closed (FIN)',
      clauses: ['close-on-unsafe'],
    });
    expect(close('reset', 'Connection: close')).to.deep.include({
      actual: 'closed (RST)',
      clauses: ['close-on-unsafe', 'close-means-close'],
    });
    expect(close('open')).to.include({ actual: 'still open after the close window' });
  });
});
