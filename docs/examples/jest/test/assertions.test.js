import { handshakeMatchers } from 'handshake13/expect';
import { startServer } from '../../server.js';

expect.extend(handshakeMatchers);

describe('the server', () => {
  let server;

  beforeAll(async () => {
    server = await startServer();
  });
  afterAll(() => server.close());

  it('accepts a valid handshake', () => expect(server.url).toAccept('valid/13'));
  it('refuses 13 in hexadecimal', () => expect(server.url).toRefuse('malformed/hex'));
  it('does not accept version 8', () => expect(server.url).not.toAccept('draft/8'));
  it('advertises version 13 alone', () => expect(server.url).toAdvertise([13]));
  it('conforms to the RFCs', () => expect(server.url).toConformTo('rfc'), 10_000);
});
