/** After which answers connections are left open, and what that says of one that was not watched for long. */

import { expect } from 'chai';
import { findLeftOpen } from '../../scoring/left-open.ts';
import type { CloseKind, Exchange } from '../../wire/exchange.ts';
import { brief, probe, received, refusal, score } from '../support/exchanges.ts';

const announced = refusal('400 Bad Request', 'Connection: close');
const silent = refusal('400 Bad Request');

function leftOpen(id: string, ...exchanges: Exchange[]): ReadonlySet<string> {
  return findLeftOpen([{ probe: probe(id), attempts: exchanges }]);
}

/** What the close of a connection that we ended ourselves is judged to be, by what is known of others. */
function judged(text: string, known: ReadonlySet<string>, close: CloseKind = 'unwatched'): string[] {
  const { criteria, checks } = score('missing/absent', received(text, close), { leftOpen: known });
  return [brief(criteria.socketClosed), brief(checks.announcedClose)];
}

describe('a connection that was not watched for its whole close window', () => {
  const among = (exchange: Exchange): Exchange => ({ ...exchange, openConnections: 1 });
  const unknown = 'inconclusive: the connection was not watched for its close';

  it('fails where another one with the same answer was left open alone', () => {
    expect(judged(silent, leftOpen('missing/blank', received(silent, 'open')))).to.deep.equal([
      'fail SHOULD stays-open',
      'not applied',
    ]);
    expect(judged(announced, leftOpen('missing/blank', received(announced, 'open')))).to.deep.equal([
      'fail SHOULD late-close',
      'fail SHOULD late-close',
    ]);
  });

  it('is not judged where the answer differs, or one was closed, or was not alone, or is a stress probe', () => {
    const open = received(silent, 'open');
    for (const known of [
      leftOpen('missing/blank', received(announced, 'open')),
      leftOpen('missing/blank', open, received(silent, 'fin')),
      leftOpen('missing/blank', among(open)),
      leftOpen('missing/blank', received(silent, 'unwatched')),
      leftOpen('malformed/oversized', open),
    ]) {
      expect(judged(silent, known)).to.deep.equal([unknown, 'not applied']);
    }
    expect(judged(announced, leftOpen('missing/blank', open))).to.deep.equal([unknown, 'not applied']);
  });

  it('does not change what is known of one that was watched', () => {
    const known = leftOpen('missing/blank', received(silent, 'open'));
    expect(judged(silent, known, 'fin')[0]).to.equal('pass');
  });

  it('has a body cut short by the client, which is no fault of the server', () => {
    const begun = 'HTTP/1.1 400 Bad Request\r\nContent-Length: 5\r\n\r\nab';
    expect(brief(score('missing/absent', received(begun, 'unwatched')).checks.responseFraming)).to.equal(
      'pass',
    );
    expect(brief(score('missing/absent', received(begun, 'fin')).checks.responseFraming)).to.equal(
      'fail MUST response-framing',
    );
  });
});
