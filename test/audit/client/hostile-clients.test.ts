/** Clients that want to keep the audit busy for ever, or to fill its memory: each costs bounded time and memory. */

import { once, setMaxListeners } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { auditClient } from '../../../index.ts';
import type { CaseReport } from '../../../report/client/client-report.ts';
import { client } from '../../support/inline-client.ts';

/** What a client does in every case but the control. */
type Attack = (url: URL, signal: AbortSignal) => Promise<void>;

const right = client();

/** Sends as much as our side takes. @param makeBytes of the nth chunk */
async function flood(socket: Socket, signal: AbortSignal, makeBytes: () => Buffer): Promise<void> {
  while (!signal.aborted && !socket.destroyed) {
    if (!socket.write(makeBytes()))
      await Promise.race([once(socket, 'drain'), once(socket, 'close'), once(signal, 'abort')]).catch(
        () => {},
      );
  }
}

function open({ port, hostname }: URL, signal: AbortSignal): Socket {
  const socket = connect({ port: Number(port), host: hostname });
  socket.on('error', () => {});
  socket.resume();
  setMaxListeners(0, signal);
  signal.addEventListener('abort', () => socket.destroy());
  return socket;
}

const handshake = ({ pathname, host }: URL): string =>
  `GET ${pathname} HTTP/1.1\r\nHost: ${host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
  'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n';

const block = Buffer.from(`X-Filler: ${'x'.repeat(16_000)}\r\n`);
/** Masked with zeros, with a payload of 16,000 bytes. */
const frame = Buffer.concat([Buffer.from([0x82, 0xfe, 0x3e, 0x80, 0, 0, 0, 0]), Buffer.alloc(16_000)]);

const attacks: Readonly<Record<string, Attack>> = {
  'sends a request head without an end': async (url, signal) => {
    const socket = open(url, signal);
    socket.write(handshake(url));
    await flood(socket, signal, () => block);
  },
  'sends frames without an end': async (url, signal) => {
    const socket = open(url, signal);
    socket.write(`${handshake(url)}\r\n`);
    await flood(socket, signal, () => frame);
  },
  'connects and sends nothing at all': async (url, signal) => {
    open(url, signal);
    await once(signal, 'abort');
  },
  'opens 1,000 connections': async (url, signal) => {
    for (let i = 0; i < 1_000 && !signal.aborted; i += 1) {
      open(url, signal).write(`${handshake(url)}\r\n`);
      if (i % 50 === 0) await sleep(1);
    }
    await once(signal, 'abort');
  },
  'sends one byte at a time': async (url, signal) => {
    const socket = open(url, signal);
    socket.setNoDelay(true);
    socket.write(handshake(url));
    while (!signal.aborted && !socket.destroyed) {
      socket.write('x');
      await sleep(1);
    }
  },
};

/** Seconds and megabytes that an audit of two cases may take. */
const [maxSeconds, maxMegabytes] = [25, 64];

describe('a hostile client', function () {
  this.timeout(60_000);

  for (const [name, attack] of Object.entries(attacks)) {
    it(`that ${name} costs bounded time and memory, and is judged`, async () => {
      let runs = 0;
      const before = process.memoryUsage().rss;
      const startedAt = performance.now();
      const report = await auditClient(
        async (url, context) => {
          runs += 1;
          if (runs === 1) return right(url, context);
          await attack(new URL(url), context.signal);
        },
        { case: ['accept-wrong'], caseTimeout: 4_000, jobs: 1 },
      ).report();
      expect((performance.now() - startedAt) / 1000).to.be.lessThan(maxSeconds);
      expect((process.memoryUsage().rss - before) / 1_000_000).to.be.lessThan(maxMegabytes);
      const found = report.clients[0]?.cases.find(({ id }) => id === 'accept-wrong');
      expect(found?.verdict).to.be.oneOf(['fail', 'inconclusive', 'pass']);
      expect(keptBytes(found)).to.be.lessThan(2_000_000);
    });
  }
});

function keptBytes(one: CaseReport | undefined): number {
  return JSON.stringify(one ?? '').length;
}
