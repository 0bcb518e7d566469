import { expect, use } from 'chai';
import { handshake13Chai } from 'handshake13/chai';
import { startServer } from '../../server.js';

use(handshake13Chai);

describe('the server', () => {
  let server;

  before(async () => {
    server = await startServer();
  });
  after(() => server.close());

  it('accepts a valid handshake', () => expect(server.url).to.accept('valid/13'));
  it('refuses 13 in hexadecimal', () => expect(server.url).to.refuse('malformed/hex'));
  it('does not accept version 8', () => expect(server.url).not.to.accept('draft/8'));
  it('advertises version 13 alone', () => expect(server.url).to.advertise([13]));
  it('conforms to the RFCs', () => expect(server.url).to.conformTo('rfc')).timeout(10_000);
});
