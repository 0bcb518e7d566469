import { once } from 'node:events';
import net from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { findClient } from '../../../fixtures/clients/catalogue.ts';
import { runClient } from '../../../fixtures/clients/run.ts';
import { auditClient } from '../../../index.ts';
import { client } from '../../support/inline-client.ts';
import { keepBusy } from '../../support/keep-busy.ts';

async function connectAndWait(url: string): Promise<net.Socket> {
  const { hostname, port, host, pathname } = new URL(url);
  const socket = net.connect(Number(port), hostname);
  socket.on('error', () => {});
  await once(socket, 'connect');
  socket.write(
    `GET ${pathname} HTTP/1.1\r\nHost: ${host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
      'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n',
  );
  return socket;
}

async function verdictOf(giveUp: (socket: net.Socket) => Promise<void>): Promise<[string, string]> {
  const right = findClient('right');
  if (right === undefined) throw new Error('there is no right client');
  let started = 0;
  const { clients } = await auditClient(
    async (url, { signal }) => {
      started += 1;
      if (started === 1) return runClient(right.behaviour, url, { signal });
      // The case, and its repetition where there is one.
      const socket = await connectAndWait(url);
      await giveUp(socket);
      socket.destroy();
    },
    { case: ['late-1s'], jobs: 1 },
  ).report();
  const found = clients[0]?.cases.find(({ id }) => id === 'late-1s');
  return [found?.verdict ?? 'none', found?.actual ?? ''];
}

describe('a client that gives up', function () {
  this.timeout(60_000);

  it('before the answer is due fails the case', async () => {
    const [verdict] = await verdictOf(async () => void (await sleep(300)));
    expect(verdict).to.equal('fail');
  });

  it('while this machine is too busy to answer is not to blame', async () => {
    const [verdict, actual] = await verdictOf(async () => {
      await sleep(200);
      keepBusy(2500);
    });
    expect(verdict).to.equal('inconclusive');
    expect(actual).to.include('but our answer took more than 2.0 s');
  });
});

describe('a client that repeats a refused handshake without end', function () {
  this.timeout(60_000);

  it('is found although this process stood still for a time', async () => {
    let started = 0;
    const { clients } = await auditClient(
      async (url, context) => {
        started += 1;
        const nth = started;
        await client()(url, context);
        // The control, then the case, then its repetition.
        if (nth === 2) keepBusy(6000);
        while (!context.signal.aborted && nth !== 1) {
          await client()(url, context);
          await sleep(600);
        }
      },
      { case: ['426-list-8'], jobs: 1 },
    ).report();
    const found = clients[0]?.cases.find(({ id }) => id === '426-list-8');
    expect(found?.attempts).to.equal(2);
    expect(found?.cause).to.equal('retries-without-end');
  });
});
