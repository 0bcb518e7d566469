import { handshakeSuite } from 'handshake13/vitest';
import { afterAll, beforeAll, describe } from 'vitest';
import { startServer } from '../../server.js';

describe('the server', () => {
  let server;

  beforeAll(async () => {
    server = await startServer();
  });
  afterAll(() => server.close());

  handshakeSuite(() => server.url, { profile: 'rfc' });
});
