/** The answer to a key, also to keys that no client should send: what a server makes of them tells how it reads. */

import { createHash } from 'node:crypto';
import { expect } from 'chai';
import { expectedAccept, isAcceptance } from '../../scoring/server-handshake.ts';
import type { Exchange } from '../../wire/exchange.ts';
import { head, received, refusal, switching } from '../support/exchanges.ts';

/** A 101 with this Sec-WebSocket-Accept to a request of these lines. */
function answering(accept: string, ...lines: string[]): Exchange {
  const sent = Buffer.from(head('GET / HTTP/1.1', ...lines), 'latin1');
  const bytes = head('HTTP/1.1 101 Switching Protocols', `Sec-WebSocket-Accept: ${accept}`);
  return received(bytes, 'client', sent);
}

describe('Sec-WebSocket-Accept', () => {
  it('is right to a request without a key where it is made of no key', () => {
    // The base64 of the SHA-1 of the GUID alone.
    expect(isAcceptance(answering('Kfh9QIsMVZcl6xEPYxPHzW8SZ8w='))).to.equal(true);
    expect(isAcceptance(answering(''))).to.equal(false);
  });

  it('is made of the bytes of the key, whatever they are', () => {
    const key = Buffer.from([0x61, 0xe9, 0xff]);
    const accept = createHash('sha1')
      .update(Buffer.concat([key, Buffer.from('258EAFA5-E914-47DA-95CA-C5AB0DC85B11')]))
      .digest('base64');
    const exchange = answering(accept, `sec-websocket-key: \t${key.toString('latin1')} `);
    expect(expectedAccept(exchange)).to.equal(accept);
    expect(isAcceptance(exchange)).to.equal(true);
  });

  it('is made of the first of several keys', () => {
    const [first, second] = ['Sec-WebSocket-Key: AAAA', 'Sec-WebSocket-Key: BBBB'];
    expect(expectedAccept(answering('', first, second))).to.equal(expectedAccept(answering('', first)));
  });

  it('accepts nothing without a 101', () => {
    expect(isAcceptance(received(switching()))).to.equal(true);
    const refusing = refusal('400 Bad Request', 'Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=');
    expect(isAcceptance(received(refusing))).to.equal(false);
    expect(isAcceptance(received(''))).to.equal(false);
  });
});
