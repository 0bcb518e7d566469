import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { provesOpen } from '../../../wire/client-connection.ts';
import { maskedFrame, sampleAccept, withCase } from '../../support/case-server.ts';
import { open } from '../../support/raw-client.ts';

const ping = '\x89\x0bhandshake13';

describe('our side of an audit of clients', () => {
  it('answers with the accept value of the key and the first subprotocol, then sends a Ping', () =>
    withCase('right', async ({ port, session, request }) => {
      const client = await open(port, request('Sec-WebSocket-Protocol: chat, superchat'));
      await client.until(/handshake13$/);
      expect(client.received).to.equal(
        `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${sampleAccept}\r\nSec-WebSocket-Protocol: chat\r\n\r\n${ping}`,
      );
      await client.send(maskedFrame(0xa, 'handshake13'));
      await session.settled;
      await client.ended;
      await client.finish();
      const [connection] = session.record().connections;
      expect(connection?.requests.map(({ requestLine }) => requestLine)).to.deep.equal([
        `GET ${session.path} HTTP/1.1`,
      ]);
      expect(connection?.frames.map(provesOpen)).to.deep.equal([true]);
      expect(connection?.serverEnd?.how).to.equal('fin');
    }));

  it('keeps every byte of a request as it came', () =>
    withCase('right', async ({ port, session, request }) => {
      const text = request('x-ODD:\t a \t');
      const client = await open(port, text);
      await client.until(/handshake13$/);
      const [connection] = session.record().connections;
      expect(connection?.received.toString('latin1')).to.equal(text);
      expect(connection?.requests[0]?.fields.at(-1)).to.deep.equal(['x-ODD', 'a']);
      await client.finish();
    }));

  it('reads frames with their masks, opcodes and codes', () =>
    withCase('right', async ({ port, session, request }) => {
      const client = await open(port, request());
      await client.until(/\r\n\r\n/);
      await client.send('\x81\x82\x01\x02\x03\x04ik');
      await client.send('\x88\x82\x01\x02\x03\x04\x02\xea');
      await client.ended;
      expect(client.received.slice(-4)).to.equal('\x88\x02\x03\xe8');
      await client.finish();
      const frames = session.record().connections[0]?.frames ?? [];
      expect(
        frames.map(({ opcode, payload, isMasked }) => [opcode, payload.toString('latin1'), isMasked]),
      ).to.deep.equal([
        [1, 'hi', true],
        [8, '\x03\xe8', true],
      ]);
      expect(frames.map(provesOpen)).to.deep.equal([true, true]);
    }));

  it('takes neither a Close without a code nor one with 1006 for a proof, nor a frame before the answer', () =>
    withCase('late-1s', async ({ port, session, request }) => {
      const client = await open(port, `${request()}${maskedFrame(1, 'early')}`);
      await client.until(/\r\n\r\n/);
      await client.send(maskedFrame(8, ''));
      await client.ended;
      await client.finish();
      const [connection] = session.record().connections;
      expect(connection?.requests[0]?.bytesBehind).to.equal(11);
      expect(connection?.frames.map(provesOpen)).to.deep.equal([false, false]);
    }));

  it('counts what comes while it stays silent as too early', () =>
    withCase(
      'silence',
      async ({ port, session, request }) => {
        const client = await open(port, request());
        await client.send('hello');
        await client.ended;
        await session.settled;
        expect(session.record().connections[0]?.requests[0]?.bytesBehind).to.equal(5);
        expect(client.received).to.equal('');
        await client.finish();
      },
      { hold: 200 },
    ));

  it('reads several requests on one connection', () =>
    withCase('426-list-8', async ({ port, session, request }) => {
      const client = await open(port, request());
      await client.until(/426 Upgrade Required\n$/);
      await client.send(request('X-Second: yes'));
      await client.until(/426 Upgrade Required\n.*426 Upgrade Required\n$/s);
      await client.finish();
      expect(session.record().connections[0]?.requests.map(({ fields }) => fields.at(-1)?.[0])).to.deep.equal(
        ['Sec-WebSocket-Version', 'X-Second'],
      );
      expect(session.record().requestCount).to.equal(2);
    }));

  it('answers what a redirect leads to with a valid 101', () =>
    withCase('302-ws', async ({ port, session, request }) => {
      const client = await open(port, request());
      await client.until(/Location: ws:\/\/127\.0\.0\.1:\d+\/\w+\/next\r\n/);
      const next = await open(port, request().replace(session.path, `${session.path}/next`));
      await next.until(/^HTTP\/1\.1 101/);
      expect(session.record().connectionCount).to.equal(2);
      await Promise.all([client.finish(), next.finish()]);
    }));

  it('sends each byte on its own, and a head without an end', () =>
    withCase('endless-head', async ({ port, session, request }) => {
      const socket = connect(port, '127.0.0.1');
      socket.write(request());
      let bytes = 0;
      socket.on('data', (chunk) => {
        bytes += chunk.length;
        if (bytes > 1_000_000) socket.destroy();
      });
      await once(socket, 'close');
      await session.settled;
      const [connection] = session.record().connections;
      expect(connection?.clientEnd).to.not.equal(null);
      expect(connection?.sent.length).to.equal(16_384);
    }));

  it('ends a connection as the case says, and says how the client ended it', async () => {
    await withCase('close-at-once', async ({ port, session, request }) => {
      const client = await open(port, request());
      expect(await client.ended).to.equal('fin');
      expect(client.received).to.equal('');
      await client.finish();
      await session.settled;
      expect(session.record().connections[0]?.clientEnd?.how).to.equal('fin');
    });
    await withCase('reset', async ({ port, request }) => {
      const client = await open(port, request());
      expect(await client.ended).to.equal('rst');
    });
    await withCase('right', async ({ port, session, request }) => {
      const client = await open(port, request());
      await client.until(/\r\n\r\n/);
      client.socket.resetAndDestroy();
      await session.settled;
      expect(session.record().connections[0]?.clientEnd?.how).to.equal('reset');
    });
  });

  it('answers a path of no case with 404', () =>
    withCase('right', async ({ port, session, request }) => {
      const client = await open(port, request().replace(session.path, '/other'));
      await client.ended;
      expect(client.received).to.match(/^HTTP\/1\.1 404 /);
      await client.finish();
      expect(session.record().connectionCount).to.equal(0);
    }));
});

describe('a hostile client', () => {
  it('that sends a request without an end is cut off', () =>
    withCase('right', async ({ port, session }) => {
      const socket = connect(port, '127.0.0.1');
      socket.on('error', () => {});
      const closed = new Promise((resolve) => socket.once('close', resolve));
      socket.write(`GET ${session.path} HTTP/1.1\r\n`);
      while (!socket.destroyed) {
        socket.write('X-Endless: xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\r\n'.repeat(50));
        await sleep(0);
      }
      await closed;
      expect(session.record().connections[0]?.malformed).to.match(/within 65536 bytes/);
    }));

  it('that sends frames without an end is cut off, and a few of them are kept', () =>
    withCase(
      'right',
      async ({ port, session, request }) => {
        const socket = connect(port, '127.0.0.1');
        socket.on('error', () => {});
        socket.on('data', () => {});
        const closed = new Promise((resolve) => socket.once('close', resolve));
        socket.write(request());
        while (!socket.destroyed) {
          socket.write(maskedFrame(2, 'x'.repeat(100)).repeat(200), 'latin1');
          await sleep(0);
        }
        await closed;
        const [connection] = session.record().connections;
        expect(connection?.frames).to.have.lengthOf(64);
        expect(connection?.frameCount).to.be.greaterThan(64);
        expect(connection?.received.length).to.equal(16_384);
      },
      { ping: 60_000 },
    ));

  it('that announces a frame of many bytes has none of them kept', () =>
    withCase('right', async ({ port, session, request }) => {
      const client = await open(port, request());
      await client.until(/\r\n\r\n/);
      await client.send('\x82\xff\x00\x00\x00\x00\x10\x00\x00\x00\0\0\0\0');
      await client.send('x'.repeat(1_000_000));
      await client.send('x'.repeat(1_000_000));
      const [connection] = session.record().connections;
      expect(connection?.frameCount).to.equal(0);
      client.socket.destroy();
    }));

  it('that opens 1,000 connections has 32 of them kept', () =>
    withCase('403', async ({ port, session, request }) => {
      for (let i = 0; i < 1_000; i += 50)
        await Promise.all(
          Array.from({ length: 50 }, async () => {
            const client = await open(port, request());
            await client.until(/./);
            await client.finish();
          }),
        );
      const { connections, connectionCount } = session.record();
      expect(connections).to.have.lengthOf(32);
      expect(connectionCount).to.equal(1_000);
    }));
});
