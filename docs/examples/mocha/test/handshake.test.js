import { handshakeSuite } from 'handshake13/mocha';
import { startServer } from '../../server.js';

describe('the server', () => {
  let server;

  before(async () => {
    server = await startServer();
  });
  after(() => server.close());

  handshakeSuite(() => server.url, { profile: 'rfc' });
});
