/** Which endings of connections are taken for the server's own, and which are asked for again. */

import { expect } from 'chai';
import { findAtypicalCloses, isClosedByServer } from '../../audit/atypical-closes.ts';
import { head, received, refusal, right400, switching } from '../support/exchanges.ts';

const closed = () => received(right400, 'fin');
const reset = () => received(right400, 'reset');
const open = () => received(right400, 'open');
const short = (ending: 'fin' | 'reset' | 'open') =>
  received(head('HTTP/1.1 400 Bad Request', 'Content-Length: 9'), ending);

function many<T>(count: number, make: () => T): T[] {
  return Array.from({ length: count }, make);
}

describe('the ending of a connection', () => {
  it('is the server’s own where it accepted, or closed after all that it had to say', () => {
    for (const exchange of [closed(), received(switching()), received('Bad version\n', 'fin')]) {
      expect(isClosedByServer(exchange)).to.equal(true);
    }
    for (const exchange of [reset(), open(), short('fin'), received('Bad version\n', 'open')]) {
      expect(isClosedByServer(exchange)).to.equal(false);
    }
  });

  it('is strange where most answers of its kind ended otherwise', () => {
    const [cut, silent, shortened] = [reset(), open(), short('fin')];
    expect([...findAtypicalCloses([...many(9, closed), cut, silent, shortened])]).to.deep.equal([
      cut,
      silent,
      shortened,
    ]);
    const other = reset();
    expect([...findAtypicalCloses([...many(9, open), other])]).to.deep.equal([other]);
  });

  it('is no such where most answers of its kind ended so', () => {
    for (const make of [reset, open, () => short('fin'), () => short('open')]) {
      expect([...findAtypicalCloses(many(3, make))]).to.deep.equal([]);
    }
    // Another status, or other fields: another piece of code, which may well do something else.
    const found = () => received(refusal('404 Not Found'), 'open');
    const bare = () => received(refusal('400 Bad Request'), 'open');
    expect([...findAtypicalCloses([...many(9, closed), ...many(3, found), ...many(3, bare)])]).to.deep.equal(
      [],
    );
  });

  it('is strange where there are too few to tell', () => {
    const [one, another] = [open(), open()];
    expect([...findAtypicalCloses([one, another])]).to.deep.equal([one, another]);
    const half = many(3, open);
    expect([...findAtypicalCloses([...half, ...many(3, closed)])]).to.deep.equal(half);
  });

  it('is of no account where nothing was answered: that is asked again as it is', () => {
    expect([
      ...findAtypicalCloses([received('', 'fin'), received('', 'reset'), received('', 'open')]),
    ]).to.deep.equal([]);
  });
});
