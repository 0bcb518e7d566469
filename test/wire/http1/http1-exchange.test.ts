/** One connection from its start to its end, against servers that do literally what each test says. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { createTarget } from '../../../wire/endpoint/target.ts';
import type { Exchange, ExchangeLimits } from '../../../wire/exchange.ts';
import { createHttp1Transport } from '../../../wire/http1/http1-transport.ts';
import { readRequestHead } from '../../../wire/http1/read-request.ts';
import type { OwnLimits } from '../../../wire/transport.ts';
import { tunnel } from '../../support/proxies.ts';
import { closedPort, pem } from '../../support/servers.ts';
import {
  deferred,
  exchangeWith,
  handshake,
  limits,
  type Peer,
  start,
  withServer,
} from '../../support/wire-server.ts';

const refusal = 'HTTP/1.1 400 Bad Request\r\nContent-Length: 3\r\n\r\nBad';
const untilClose = 'HTTP/1.1 400 Bad Request\r\n\r\nBad';
const accepted = 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n';

/** Answers the request with these bytes, and ends the connection or not. */
const answer =
  (text: string, ending: 'fin' | 'open' = 'fin') =>
  async (peer: Peer) => {
    await peer.request();
    await peer.send(text);
    if (ending === 'fin') peer.socket.end();
  };

/** As `gistOf`, with how the connection ended. */
function gistWithClose({ outcome, response, close, error }: Exchange) {
  return [outcome, response?.status ?? null, close?.kind ?? null, error?.code ?? null];
}

/** Keeps the process from doing anything else, as a machine does that is busy or suspended. */
function standStill(ms: number): void {
  const until = performance.now() + ms;
  while (performance.now() < until);
}

describe('a request that is cut', () => {
  const cut = { ...handshake, cutWithin: 'Host' };

  it('comes in two reads', async () => {
    const reads: string[] = [];
    const { exchange } = await exchangeWith(
      async (peer) => {
        peer.socket.on('data', (chunk) => reads.push(chunk.toString('latin1')));
        await answer(refusal)(peer);
      },
      { template: cut },
    );
    expect(reads).to.have.lengthOf(2);
    expect(reads[0]).to.match(/\r\nHost: \S*$/);
    expect(exchange.request.toString('latin1')).to.equal(reads.join(''));
    expect(gistWithClose(exchange)).to.deep.equal(['response', 400, 'fin', null]);
  });

  it('is not sent any further once the server has ended the connection', async () => {
    const { exchange, peer } = await exchangeWith(
      async (peer) => {
        await peer.until(/Host/);
        peer.socket.end();
      },
      { template: cut },
    );
    expect(gistWithClose(exchange)).to.deep.equal(['closed', null, 'fin', null]);
    expect(peer.received).not.to.contain('\r\n\r\n');
  });
});

describe('the outcome of an exchange', () => {
  it('is a response, ended by the server', async () => {
    const { exchange, peer } = await exchangeWith(answer(refusal));
    expect(gistWithClose(exchange)).to.deep.equal(['response', 400, 'fin', null]);
    expect(exchange.response).to.deep.equal({
      statusLine: 'HTTP/1.1 400 Bad Request',
      status: 400,
      fields: [['Content-Length', '3']],
      framing: 'content-length',
      bodyBytes: 3,
      interim: [],
      oddities: [],
    });
    expect(exchange.request.toString('latin1')).to.equal(peer.received);
    expect(exchange.sentFields).to.deep.equal(readRequestHead(exchange.request).fields);
    expect(exchange.received.toString('latin1')).to.equal(refusal);
    expect(exchange.truncated).to.equal(false);
    const { connectMs, firstByteMs, responseMs } = exchange.timings;
    for (const timing of [connectMs, firstByteMs, responseMs, exchange.close?.afterMs]) {
      expect(timing).to.be.a('number').that.is.at.least(0);
    }
  });

  it('is a response, reset by the server', async () => {
    await withServer(answer(refusal, 'open'), async ({ port, peers }) => {
      const running = start(`ws://127.0.0.1:${port}/`, { limits: { closeTimeoutMs: 60_000 } });
      // Once the response has been read: until then the reset may pass for an end.
      await running.responded;
      peers[0]?.reset();
      expect(gistWithClose(await running.closed)).to.deep.equal(['response', 400, 'reset', 'ECONNRESET']);
    });
  });

  it('is a response, even if a reset follows it in the same instant', async () => {
    for (let round = 0; round < 20; round += 1) {
      const { exchange } = await exchangeWith(async (peer) => {
        await peer.request();
        peer.socket.write(refusal);
        peer.reset();
      });
      expect([exchange.outcome, exchange.response?.bodyBytes]).to.deep.equal(['response', 3]);
      // The system may report such a reset as an end.
      expect(exchange.close?.kind).to.be.oneOf(['fin', 'reset']);
    }
  });

  it('is a response, left open by the server', async () => {
    const { exchange } = await exchangeWith(answer(refusal, 'open'));
    expect(gistWithClose(exchange)).to.deep.equal(['response', 400, 'open', null]);
  });

  it('is a response, ended by the client after a 101', async () => {
    const { exchange } = await exchangeWith(answer(accepted, 'open'));
    expect(gistWithClose(exchange)).to.deep.equal(['response', 101, 'client', null]);
  });

  it('is a response, ended by the server behind a 101, where the client waits before it says goodbye', async () => {
    for (const [idleAfterSwitchMs, kind] of [
      [5000, 'fin'],
      [undefined, 'client'],
    ] as const) {
      const own = idleAfterSwitchMs === undefined ? {} : { idleAfterSwitchMs };
      const { exchange } = await exchangeWith(answer(accepted), { limits: own });
      expect(gistWithClose(exchange)).to.deep.equal(['response', 101, kind, null]);
      expect('idleMs' in exchange).to.equal(kind === 'fin');
    }
  });

  it('keeps what a server sends behind a 101 before the client says goodbye', async () => {
    const { exchange } = await exchangeWith(
      async (peer) => {
        await answer(accepted, 'open')(peer);
        await peer.send('\x81\x02');
        await peer.send('hi');
        peer.socket.end();
      },
      { limits: { idleAfterSwitchMs: 5000 } },
    );
    expect(exchange.received.toString('latin1')).to.equal(`${accepted}\x81\x02hi`);
  });

  it('is a response, ended by the client after it has waited', async () => {
    const { exchange } = await exchangeWith(answer(accepted, 'open'), { limits: { idleAfterSwitchMs: 10 } });
    expect(gistWithClose(exchange)).to.deep.equal(['response', 101, 'client', null]);
    expect(exchange.idleMs).to.be.a('number');
  });

  it('is closed, where the server ends without one byte', async () => {
    const { exchange } = await exchangeWith(answer(''));
    expect(gistWithClose(exchange)).to.deep.equal(['closed', null, 'fin', null]);
    expect(exchange.received).to.have.lengthOf(0);
    expect(exchange.timings.firstByteMs).to.equal(null);
    expect(exchange.timings.responseMs).to.equal(null);
  });

  it('is closed, where the server does not even wait for the request', async () => {
    const { exchange } = await exchangeWith((peer) => peer.socket.end());
    expect(exchange.outcome).to.equal('closed');
  });

  it('is reset, where the server resets without one byte', async () => {
    const { exchange } = await exchangeWith(async (peer) => {
      await peer.request();
      peer.reset();
    });
    expect(gistWithClose(exchange)).to.deep.equal(['reset', null, 'reset', 'ECONNRESET']);
  });

  it('is a time-out, where nothing comes', async () => {
    const { exchange } = await exchangeWith(answer('', 'open'), { limits: { responseTimeoutMs: 100 } });
    expect(gistWithClose(exchange)).to.deep.equal(['timeout', null, 'open', null]);
  });

  it('is a response, though this process was at a standstill when the time for it ran out', async () => {
    const { exchange } = await exchangeWith(
      async (peer) => {
        await peer.request();
        peer.socket.write(refusal);
        standStill(100);
        peer.socket.end();
      },
      { limits: { responseTimeoutMs: 50 } },
    );
    expect(gistWithClose(exchange)).to.deep.equal(['response', 400, 'fin', null]);
  });

  it('is malformed, where a head never ends', async () => {
    const { exchange } = await exchangeWith(answer('HTTP/1.1 400 Bad Request\r\nA: ', 'open'), {
      limits: { responseTimeoutMs: 100 },
    });
    expect(gistWithClose(exchange)).to.deep.equal(['malformed', null, 'open', 'MALFORMED_RESPONSE']);
    expect(exchange.error?.message).to.match(/^the head of a response began and did not end in time/);
    expect(exchange.received.toString()).to.equal('HTTP/1.1 400 Bad Request\r\nA: ');
  });

  it('is malformed, where a head trickles on and on', async () => {
    const { exchange } = await exchangeWith(
      async (peer) => {
        await peer.request();
        await peer.send('HTTP/1.1 400 Bad Request\r\n');
        while (peer.ending === undefined) {
          await peer.send('A: 1\r\n');
          await sleep(10);
        }
      },
      { limits: { responseTimeoutMs: 200 } },
    );
    expect(gistWithClose(exchange)).to.deep.equal(['malformed', null, 'open', 'MALFORMED_RESPONSE']);
  });

  it('is a time-out, where an interim response is all', async () => {
    const { exchange } = await exchangeWith(answer('HTTP/1.1 100 Continue\r\n\r\n', 'open'), {
      limits: { responseTimeoutMs: 100 },
    });
    expect(gistWithClose(exchange)).to.deep.equal(['timeout', null, 'open', null]);
  });

  it('is malformed, where the bytes are no response', async () => {
    const { exchange } = await exchangeWith(answer('400 Bad Request\n'));
    expect(gistWithClose(exchange)).to.deep.equal(['malformed', null, 'fin', 'MALFORMED_RESPONSE']);
    expect(exchange.received.toString()).to.equal('400 Bad Request\n');
  });

  it('is malformed, and left open', async () => {
    const { exchange } = await exchangeWith(answer('400 Bad Request\n', 'open'));
    expect(gistWithClose(exchange)).to.deep.equal(['malformed', null, 'open', 'MALFORMED_RESPONSE']);
  });

  it('is malformed, where the head is cut short', async () => {
    const { exchange } = await exchangeWith(answer('HTTP/1.1 400 Bad Request\r\nA: '));
    expect(gistWithClose(exchange)).to.deep.equal(['malformed', null, 'fin', 'MALFORMED_RESPONSE']);
    expect(exchange.error?.message).to.equal('the head of a response began and did not end (no empty line)');
  });

  it('is malformed, where the head is longer than the limit', async () => {
    const { exchange } = await exchangeWith((peer) => peer.flood('HTTP/1.1 400 Bad Request '), {
      limits: { maxHeadBytes: 1000 },
    });
    expect(gistWithClose(exchange).slice(0, 3)).to.deep.equal(['malformed', null, 'open']);
    expect(exchange.error?.message).to.equal('the head is longer than 1000 bytes');
  });

  it('is a failure to connect, where nobody listens', async () => {
    const exchange = await start(`ws://127.0.0.1:${await closedPort()}/`).closed;
    expect(gistWithClose(exchange)).to.deep.equal(['connect-failed', null, null, 'ECONNREFUSED']);
    expect(exchange.timings).to.deep.equal({ connectMs: null, firstByteMs: null, responseMs: null });
    expect(exchange.request.toString()).to.match(/^GET \/ HTTP\/1\.1\r\n/);
  });

  it('is a failure of TLS, where the server speaks none', async () => {
    const exchange = await withServer(
      async (peer) => {
        await peer.until(/^./s);
        await peer.send('HTTP/1.1 400 Bad Request\r\n\r\n');
      },
      ({ port }) => start(`wss://127.0.0.1:${port}/`).closed,
    );
    expect(gistWithClose(exchange).slice(0, 3)).to.deep.equal(['tls-failed', null, null]);
    expect(exchange.error?.code).to.match(/^ERR_SSL_|^EPROTO/);
  });

  it('reads interim responses past', async () => {
    const { exchange } = await exchangeWith(async (peer) => {
      await peer.request();
      await peer.send('HTTP/1.1 100 Continue\r\n\r\n');
      await peer.send(`HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n${refusal}`);
      peer.socket.end();
    });
    expect(gistWithClose(exchange)).to.deep.equal(['response', 400, 'fin', null]);
    expect(exchange.response?.interim).to.deep.equal([100, 103]);
    expect(exchange.response?.fields).to.deep.equal([['Content-Length', '3']]);
  });
});

describe('the close', () => {
  it("is the server's: the client sends no FIN before it", async () => {
    const events: string[] = [];
    await exchangeWith(
      async (peer) => {
        void peer.ended.then((ending) => events.push(`client ${ending}`));
        await answer(refusal, 'open')(peer);
        await sleep(50);
        events.push('server fin');
        peer.socket.end();
        await peer.ended;
      },
      { limits: { closeTimeoutMs: 2000 } },
    );
    expect(events).to.deep.equal(['server fin', 'client fin']);
  });

  it('is seen where it came while this process was at a standstill', async () => {
    const limits = { responseTimeoutMs: 60_000, closeTimeoutMs: 50 };
    await withServer(answer(refusal, 'open'), async ({ port, peers }) => {
      const running = start(`ws://127.0.0.1:${port}/`, { limits });
      await running.responded;
      // Unlike an end, a reset is on its way when this returns.
      peers[0]?.reset();
      standStill(100);
      expect(gistWithClose(await running.closed)).to.deep.equal(['response', 400, 'reset', 'ECONNRESET']);
    });
  });

  it('is not forced before the end of the window', async () => {
    const events: string[] = [];
    const { exchange } = await exchangeWith(
      async (peer) => {
        await answer(refusal, 'open')(peer);
        // This timer runs out before the window does: both belong to one process.
        await sleep(100);
        events.push(`half of the window: ${peer.ending}`);
        events.push(`the end: ${await peer.ended}`);
      },
      { limits: { closeTimeoutMs: 200 } },
    );
    expect(exchange.close?.kind).to.equal('open');
    expect(events).to.deep.equal(['half of the window: undefined', 'the end: fin']);
  });

  it('has a window that the response time-out does not make any longer', async () => {
    const { exchange } = await exchangeWith(
      async (peer) => {
        await answer(refusal, 'open')(peer);
        await sleep(1700);
        peer.socket.end();
      },
      { limits: { responseTimeoutMs: 900, closeTimeoutMs: 1000 } },
    );
    expect(exchange.close?.kind).to.equal('open');
  });

  /** Through a proxy that opens its tunnel late. */
  const overSlowLine = (serve: (peer: Peer) => unknown, limits: Partial<ExchangeLimits>) =>
    withServer(serve, (target) =>
      withServer(
        async (peer) => {
          await sleep(400);
          await tunnel(peer);
        },
        (proxy) =>
          start(`ws://127.0.0.1:${target.port}/`, { proxy: `http://127.0.0.1:${proxy.port}`, limits }).closed,
      ),
    );

  it('may take the longer the longer it took to connect', async () => {
    const exchange = await overSlowLine(
      async (peer) => {
        await answer(refusal, 'open')(peer);
        await sleep(400);
        peer.socket.end();
      },
      { closeTimeoutMs: 50 },
    );
    expect(gistWithClose(exchange)).to.deep.equal(['response', 400, 'fin', null]);
  });

  it('is missed after the window and four times what it took to connect', async () => {
    const { close, timings } = await overSlowLine(answer(refusal, 'open'), { closeTimeoutMs: 50 });
    expect(timings.connectMs).to.be.at.least(400);
    expect(close?.kind).to.equal('open');
    // Timers are up to a millisecond early.
    expect(close?.afterMs).to.be.at.least(50 + 4 * (timings.connectMs ?? 0) - 2);
  });

  it('has a window that a single exchange can make longer, and not shorter', () =>
    withServer(answer(refusal, 'open'), async ({ port }) => {
      const target = createTarget(`ws://127.0.0.1:${port}/`);
      const transport = createHttp1Transport(target, {
        ...limits,
        connectTimeoutMs: 5000,
        closeTimeoutMs: 200,
      });
      const watched = async (options?: OwnLimits) =>
        (await transport.start(handshake, options).closed).close?.afterMs;
      expect(await watched({ minCloseWindowMs: 500 })).to.be.at.least(490);
      expect(await watched({ minCloseWindowMs: 20 })).to.be.at.least(190);
      expect(await watched()).to.be.at.least(190);
    }));

  it('has a window that begins with the last byte of the body', async () => {
    const { exchange } = await exchangeWith(
      async (peer) => {
        await answer('HTTP/1.1 400 Bad Request\r\nContent-Length: 12\r\n\r\n', 'open')(peer);
        for (let byte = 0; byte < 12; byte += 1) {
          await sleep(60);
          await peer.send('.');
        }
        await sleep(50);
        peer.socket.end();
      },
      { limits: { closeTimeoutMs: 500 } },
    );
    expect(gistWithClose(exchange)).to.deep.equal(['response', 400, 'fin', null]);
    expect(exchange.response?.oddities).to.deep.equal([]);
  });

  it('may come after a body that ran past the response time-out', async () => {
    const { exchange } = await exchangeWith(
      async (peer) => {
        await answer('HTTP/1.1 400 Bad Request\r\nContent-Length: 6\r\n\r\n', 'open')(peer);
        for (let byte = 0; byte < 6; byte += 1) {
          await sleep(50);
          await peer.send('.');
        }
        peer.socket.end();
      },
      { limits: { responseTimeoutMs: 100, closeTimeoutMs: 2000 } },
    );
    expect(gistWithClose(exchange)).to.deep.equal(['response', 400, 'fin', null]);
    expect([exchange.response?.bodyBytes, exchange.response?.oddities]).to.deep.equal([6, []]);
  });

  it('is not waited for without end while a body trickles on', async () => {
    const { exchange } = await exchangeWith(
      async (peer) => {
        await answer('HTTP/1.1 400 Bad Request\r\nContent-Length: 1000000\r\n\r\n', 'open')(peer);
        while (peer.ending === undefined) {
          await peer.send('.');
          await sleep(10);
        }
      },
      { limits: { responseTimeoutMs: 100 } },
    );
    expect(gistWithClose(exchange)).to.deep.equal(['response', 400, 'open', null]);
    expect(exchange.response?.oddities).to.deep.equal(['body-short']);
    expect(exchange.response?.bodyBytes).to.be.greaterThan(0);
  });

  it('is missing where a body is promised and not sent', async () => {
    const { exchange } = await exchangeWith(
      answer('HTTP/1.1 400 Bad Request\r\nContent-Length: 11\r\n\r\n', 'open'),
      { limits: { responseTimeoutMs: 100 } },
    );
    expect(gistWithClose(exchange)).to.deep.equal(['response', 400, 'open', null]);
    expect(exchange.response?.oddities).to.deep.equal(['body-short']);
  });

  it('is seen where a body is promised and the connection ended instead', async () => {
    const { exchange } = await exchangeWith(answer('HTTP/1.1 400 Bad Request\r\nContent-Length: 11\r\n\r\n'));
    expect(gistWithClose(exchange)).to.deep.equal(['response', 400, 'fin', null]);
    expect(exchange.response?.oddities).to.deep.equal(['body-short']);
  });

  it('is seen after a chunked body', async () => {
    const { exchange } = await exchangeWith(
      answer('HTTP/1.1 400 Bad Request\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nBad\r\n0\r\n\r\n'),
    );
    expect(gistWithClose(exchange)).to.deep.equal(['response', 400, 'fin', null]);
    expect(exchange.response?.bodyBytes).to.equal(3);
  });

  it('ends a body that runs until it', async () => {
    const { exchange } = await exchangeWith(answer(untilClose));
    expect(gistWithClose(exchange)).to.deep.equal(['response', 400, 'fin', null]);
    expect([exchange.response?.framing, exchange.response?.bodyBytes]).to.deep.equal(['until-close', 3]);
    expect(exchange.response?.oddities).to.deep.equal([]);
  });

  it('is missing after a body that should run until it', async () => {
    const { exchange } = await exchangeWith(answer(untilClose, 'open'));
    expect(gistWithClose(exchange)).to.deep.equal(['response', 400, 'open', null]);
  });

  it('is waited for anew after each byte of a body that runs until it', async () => {
    const { exchange } = await exchangeWith(
      async (peer) => {
        await answer(untilClose, 'open')(peer);
        for (let byte = 0; byte < 12; byte += 1) {
          await sleep(60);
          await peer.send('.');
        }
        peer.socket.end();
      },
      { limits: { closeTimeoutMs: 500 } },
    );
    expect(gistWithClose(exchange)).to.deep.equal(['response', 400, 'fin', null]);
    expect(exchange.response?.bodyBytes).to.equal(15);
  });

  it('is not waited for without end while a body that runs until it never stops', async () => {
    const { exchange } = await exchangeWith(
      async (peer) => {
        await answer(untilClose, 'open')(peer);
        await peer.flood('.');
      },
      { limits: { responseTimeoutMs: 200, maxKeptBytes: 1000 } },
    );
    expect(gistWithClose(exchange)).to.deep.equal(['response', 400, 'open', null]);
    expect([exchange.received.length, exchange.truncated]).to.deep.equal([1000, true]);
    expect(exchange.response?.bodyBytes).to.be.greaterThan(1000);
  });

  it('is not waited for without end while chunks never stop', async () => {
    const { exchange } = await exchangeWith(
      async (peer) => {
        await answer('HTTP/1.1 400 Bad Request\r\nTransfer-Encoding: chunked\r\n\r\n', 'open')(peer);
        await peer.flood('1\r\n.\r\n');
      },
      { limits: { responseTimeoutMs: 200 } },
    );
    expect(gistWithClose(exchange)).to.deep.equal(['response', 400, 'open', null]);
  });

  for (const [what, text] of [
    ['the response', refusal],
    ['bytes that are no response', 'Bad\n'],
  ] as const) {
    it(`is not waited for any longer for the bytes that follow ${what}`, async () => {
      const { exchange } = await exchangeWith(async (peer) => {
        await answer(text, 'open')(peer);
        while (peer.ending === undefined) {
          await peer.send('more');
          await sleep(10);
        }
      });
      expect(exchange.close?.kind).to.equal('open');
      expect(exchange.received.toString()).to.match(/^[^m]*(?:more)+$/);
      expect(exchange.response?.oddities ?? ['bytes-after']).to.deep.equal(['bytes-after']);
    });
  }

  it('is seen behind bytes that follow the response', async () => {
    const { exchange } = await exchangeWith(answer(`${refusal}more`));
    expect(gistWithClose(exchange)).to.deep.equal(['response', 400, 'fin', null]);
    expect(exchange.response?.oddities).to.deep.equal(['bytes-after']);
  });
});

/** The frames of a client, unmasked: opcode byte and payload. */
function clientFrames(bytes: Buffer): [opcode: number, payload: string][] {
  const frames: [number, string][] = [];
  for (let at = 0; at < bytes.length; ) {
    const length = bytes[at + 1] ?? 0;
    if ((length & 0x80) === 0) throw new Error('a frame of the client is not masked');
    const size = length & 0x7f;
    const mask = bytes.subarray(at + 2, at + 6);
    const payload = bytes.subarray(at + 6, at + 6 + size).map((byte, i) => byte ^ (mask[i % 4] ?? 0));
    frames.push([bytes[at] ?? 0, Buffer.from(payload).toString('hex')]);
    at += 6 + size;
  }
  return frames;
}

const framesAfterRequest = (peer: Peer) =>
  clientFrames(Buffer.from(peer.received.slice(peer.received.indexOf('\r\n\r\n') + 4), 'latin1'));
const goodbye = [[0x88, '03e8']];

describe('after a 101', () => {
  it('the client sends a masked Close frame with 1000, and ends the connection at the answer', async () => {
    const events: string[] = [];
    const { exchange, peer } = await exchangeWith(
      async (peer) => {
        await answer(accepted, 'open')(peer);
        await peer.until(/\r\n\r\n\x88.{7}/s);
        events.push(`at the Close frame: ${peer.ending}`);
        await peer.send('\x88\x02\x03\xe8');
        events.push(`then: ${await peer.ended}`);
      },
      // Only the answer, not the end of the window, can end it in time.
      { limits: { closeTimeoutMs: 60_000 } },
    );
    expect(framesAfterRequest(peer)).to.deep.equal(goodbye);
    expect(events).to.deep.equal(['at the Close frame: undefined', 'then: fin']);
    expect(gistWithClose(exchange)).to.deep.equal(['response', 101, 'client', null]);
    expect(exchange.received.toString('latin1')).to.equal(accepted);
  });

  it('the client ends the connection of a server that never answers the Close frame', async () => {
    const { exchange, peer } = await exchangeWith(async (peer) => {
      await answer(accepted, 'open')(peer);
      await peer.ended;
    });
    expect(framesAfterRequest(peer)).to.deep.equal(goodbye);
    expect(peer.ending).to.equal('fin');
    expect(gistWithClose(exchange)).to.deep.equal(['response', 101, 'client', null]);
  });

  it('frames in the same packet are kept, and are no oddity', async () => {
    const { exchange, peer } = await exchangeWith(answer(`${accepted}\x81\x05hello`, 'open'));
    expect(exchange.received.toString('latin1')).to.equal(`${accepted}\x81\x05hello`);
    expect(exchange.response?.oddities).to.deep.equal([]);
    expect(framesAfterRequest(peer)).to.deep.equal(goodbye);
  });

  it('the mask is fresh for each connection', async () => {
    const masks = new Set<string>();
    for (let round = 0; round < 5; round += 1) {
      const { peer } = await exchangeWith(answer(accepted, 'open'), { limits: { closeTimeoutMs: 10 } });
      masks.add(peer.received.slice(-6, -2));
    }
    expect(masks.size).to.equal(5);
  });

  it('a server that writes as fast as it can is left in bounded time', async () => {
    const { exchange } = await exchangeWith(
      async (peer) => {
        await answer(accepted, 'open')(peer);
        await peer.flood('\x82\x7d');
      },
      { limits: { maxKeptBytes: 1000 } },
    );
    expect(gistWithClose(exchange)).to.deep.equal(['response', 101, 'client', null]);
    expect(exchange.received.length).to.be.at.most(1000);
  });

  it('a server that writes as fast as it can and never reads is left in bounded time', async () => {
    const { exchange } = await exchangeWith(async (peer) => {
      await answer(accepted, 'open')(peer);
      peer.socket.pause();
      await peer.flood('\x82\x7d');
      peer.socket.destroy();
    });
    expect(gistWithClose(exchange)).to.deep.equal(['response', 101, 'client', null]);
  });

  it('a server may end at once', async () => {
    const { exchange } = await exchangeWith(answer(accepted));
    expect(gistWithClose(exchange).slice(0, 3)).to.deep.equal(['response', 101, 'client']);
  });

  it('a server may reset at once', async () => {
    const { exchange } = await exchangeWith(async (peer) => {
      await peer.request();
      peer.socket.write(accepted);
      peer.reset();
    });
    expect(gistWithClose(exchange).slice(0, 3)).to.deep.equal(['response', 101, 'client']);
  });

  it('interim responses before it change nothing', async () => {
    const { exchange, peer } = await exchangeWith(
      answer(`HTTP/1.1 103 Early Hints\r\n\r\n${accepted}`, 'open'),
    );
    expect(gistWithClose(exchange)).to.deep.equal(['response', 101, 'client', null]);
    expect(framesAfterRequest(peer)).to.deep.equal(goodbye);
  });
});

describe('an exchange', () => {
  it('is answered at the head, before its body and its close', async () => {
    await withServer(
      answer('HTTP/1.1 400 Bad Request\r\nContent-Length: 3\r\n\r\n', 'open'),
      async (server) => {
        const running = start(`ws://127.0.0.1:${server.port}/`, { limits: { closeTimeoutMs: 60_000 } });
        let isFinished = false;
        void running.closed.then(() => {
          isFinished = true;
        });
        const { outcome, response } = await running.responded;
        expect([outcome, response?.status, response?.bodyBytes]).to.deep.equal(['response', 400, 0]);
        expect(isFinished).to.equal(false);
        // Only now, when it has been answered, does the server go on.
        const [peer] = server.peers;
        await peer?.send('Bad');
        peer?.socket.end();
        expect((await running.closed).response?.bodyBytes).to.equal(3);
      },
    );
  });

  it('is answered when the bytes turn out to be no response', async () => {
    await withServer(answer('Bad\n', 'open'), async (server) => {
      const running = start(`ws://127.0.0.1:${server.port}/`, { limits: { closeTimeoutMs: 60_000 } });
      expect(await running.responded).to.deep.equal({ outcome: 'malformed', response: null });
      server.peers[0]?.socket.end();
      expect((await running.closed).outcome).to.equal('malformed');
    });
  });

  it('is not answered by an interim response', async () => {
    await withServer(answer('HTTP/1.1 100 Continue\r\n\r\n', 'open'), async ({ port, peers }) => {
      const received = deferred<void>();
      const running = start(`ws://127.0.0.1:${port}/`, {
        onConnected: (socket) => socket.once('data', () => received.resolve()),
      });
      await received.promise;
      await peers[0]?.send(refusal);
      expect((await running.responded).response?.status).to.equal(400);
      peers[0]?.socket.end();
      expect((await running.closed).response?.interim).to.deep.equal([100]);
    });
  });

  it('is answered where there is no answer', async () => {
    const running = start(`ws://127.0.0.1:${await closedPort()}/`);
    expect((await running.responded).outcome).to.equal('connect-failed');
    expect((await running.closed).outcome).to.equal('connect-failed');
  });

  it('keeps what it received up to the limit, and says when there was more', async () => {
    const body = '0123456789'.repeat(100);
    const head = 'HTTP/1.1 400 Bad Request\r\nContent-Length: 1000\r\n\r\n';
    const size = head.length + body.length;
    for (const [maxKeptBytes, kept, truncated] of [
      [size + 1, size, false],
      [size, size, false],
      [size - 1, size - 1, true],
      [10, 10, true],
      [0, 0, true],
    ] as const) {
      const { exchange } = await exchangeWith(answer(head + body), { limits: { maxKeptBytes } });
      expect([exchange.received.length, exchange.truncated]).to.deep.equal([kept, truncated]);
      expect(exchange.received.toString()).to.equal((head + body).slice(0, kept));
      // What is kept is evidence only: all of it is read.
      expect(exchange.response?.bodyBytes).to.equal(1000);
    }
  });

  it('has a key of its own on each connection', async () => {
    await withServer(answer(refusal), async ({ port, peers }) => {
      const url = `ws://127.0.0.1:${port}/`;
      await Promise.all(Array.from({ length: 20 }, () => start(url).closed));
      const keys = peers.map(({ received }) => /^Sec-WebSocket-Key: (.*)\r$/m.exec(received)?.[1]);
      expect(new Set(keys).size).to.equal(20);
    });
  });

  it('sends exactly the bytes of its request', async () => {
    const template = {
      ...handshake,
      lines: [{ name: 'A', value: '\0\x80\xff\t', separator: ' :' }],
    };
    const { exchange, peer } = await exchangeWith(answer(refusal), { template });
    expect(peer.received).to.equal('GET / HTTP/1.1\r\nA :\0\x80\xff\t\r\n\r\n');
    expect(exchange.request.toString('latin1')).to.equal(peer.received);
  });

  describe('with a request that the server does not read to its end', () => {
    const template = (bytes: number) => ({
      ...handshake,
      lines: [{ name: 'A', value: '1'.repeat(bytes) }],
    });
    for (const bytes of [64 * 1024, 16 * 1024 * 1024]) {
      it(`has its response all the same: ${bytes} bytes, answered and ended`, async () => {
        const serve = async (peer: Peer) => {
          await peer.until(/GET/);
          peer.socket.pause();
          await peer.send(refusal);
          peer.socket.end();
        };
        await withServer(serve, async ({ port, peers }) => {
          const running = start(`ws://127.0.0.1:${port}/`, { template: template(bytes) });
          const exchange = await running.closed;
          expect(gistWithClose(exchange).slice(0, 2)).to.deep.equal(['response', 400]);
          expect(exchange.response?.bodyBytes).to.equal(3);
          peers[0]?.socket.destroy();
        });
      });

      it(`has its response all the same: ${bytes} bytes, answered and destroyed`, async () => {
        for (let round = 0; round < 5; round += 1) {
          const { exchange } = await exchangeWith(
            async (peer) => {
              await once(peer.socket, 'data');
              peer.socket.pause();
              peer.socket.write(refusal);
              peer.socket.destroy();
            },
            { template: template(bytes) },
          );
          expect(gistWithClose(exchange).slice(0, 2)).to.deep.equal(['response', 400]);
          expect(exchange.response?.bodyBytes).to.equal(3);
        }
      });
    }

    it('times out where the server reads nothing and says nothing', async () => {
      const serve = async (peer: Peer) => {
        await peer.until(/GET/);
        peer.socket.pause();
      };
      await withServer(serve, async ({ port, peers }) => {
        const exchange = await start(`ws://127.0.0.1:${port}/`, {
          template: template(16 * 1024 * 1024),
          limits: { responseTimeoutMs: 100 },
        }).closed;
        expect(gistWithClose(exchange)).to.deep.equal(['timeout', null, 'open', null]);
        peers[0]?.socket.destroy();
      });
    });
  });

  it('leaves nothing behind that keeps the process alive', async () => {
    const script = `
      const { createConnector } = await import(${JSON.stringify(new URL('../../../wire/connect/connector.js', import.meta.url).href)});
      const { startExchange } = await import(${JSON.stringify(new URL('../../../wire/http1/http1-exchange.js', import.meta.url).href)});
      const { createTarget } = await import(${JSON.stringify(new URL('../../../wire/endpoint/target.js', import.meta.url).href)});
      const target = createTarget(process.argv[1]);
      const limits = { responseTimeoutMs: 60000, closeTimeoutMs: 60000, maxHeadBytes: 65536, maxKeptBytes: 65536 };
      const request = { bytes: Buffer.from('GET / HTTP/1.1\\r\\n\\r\\n'), fields: [] };
      const exchange = await startExchange(createConnector(target, 60000).connect, request, target.redactor, limits).closed;
      console.log(exchange.outcome, exchange.close.kind);
    `;
    for (const [text, says] of [
      [refusal, 'response fin\n'],
      [untilClose, 'response fin\n'],
      [accepted, 'response client\n'],
      ['', 'closed fin\n'],
    ] as const) {
      await withServer(answer(text), async ({ port }) => {
        const url = `ws://127.0.0.1:${port}/`;
        const child = spawn(process.execPath, ['--input-type=module', '-e', script, url], {
          stdio: ['ignore', 'pipe', 'inherit'],
        });
        let said = '';
        child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
          said += chunk;
        });
        const [code] = await once(child, 'close');
        expect([code, said]).to.deep.equal([0, says]);
      });
    }
  });
});

describe('an exchange that gives up on silence before its response time-out', () => {
  const brief = { limits: { responseTimeoutMs: 60_000, silenceTimeoutMs: 100, closeTimeoutMs: 50 } };

  it('has no response where nothing comes', async () => {
    const { exchange } = await exchangeWith(answer('', 'open'), brief);
    expect(gistWithClose(exchange)).to.deep.equal(['timeout', null, 'open', null]);
  });

  it('has a head that did not end where no more of it comes', async () => {
    const { exchange } = await exchangeWith(answer('HTTP/1.1 400 Bad', 'open'), brief);
    expect(gistWithClose(exchange)).to.deep.equal(['malformed', null, 'open', 'MALFORMED_RESPONSE']);
  });

  it('waits on for a head that comes slowly, and for a body', async () => {
    const { exchange } = await exchangeWith(async (peer) => {
      const [start = '', body = ''] = ['HTTP/1.1 400 Bad Request\r\nContent-Length: 2\r\n\r\n', 'no'];
      for (const part of [start.slice(0, 20), start.slice(20, 40), start.slice(40)]) {
        await answer(part, 'open')(peer);
        await sleep(60);
      }
      await sleep(150);
      await answer(body, 'fin')(peer);
    }, brief);
    expect(gistWithClose(exchange)).to.deep.equal(['response', 400, 'fin', null]);
    expect(exchange.response?.oddities).to.deep.equal([]);
  });
});

describe('an exchange that is aborted', () => {
  const patient = { limits: { responseTimeoutMs: 60_000, closeTimeoutMs: 60_000 }, connectTimeoutMs: 60_000 };

  it('ends before it is connected', async () => {
    await withServer(
      () => {},
      async ({ port }) => {
        const running = start(`ws://127.0.0.1:${port}/`, patient);
        running.abort();
        const exchange = await running.closed;
        expect(gistWithClose(exchange)).to.deep.equal(['timeout', null, null, null]);
        expect((await running.responded).outcome).to.equal('timeout');
      },
    );
  });

  it('ends in the middle of TLS', async () => {
    const greeted = deferred<void>();
    await withServer(
      (peer) => peer.until(/^./s).then(greeted.resolve),
      async ({ port, peers }) => {
        const running = start(`wss://127.0.0.1:${port}/`, patient);
        await greeted.promise;
        running.abort();
        expect(gistWithClose(await running.closed)).to.deep.equal(['timeout', null, null, null]);
        await peers[0]?.ended;
      },
    );
  });

  const phases: [phase: string, text: string, expected: unknown[]][] = [
    ['while it waits for a response', '', ['timeout', null, 'unwatched', null]],
    ['within the head', 'HTTP/1.1 400 Bad', ['timeout', null, 'unwatched', null]],
    ['within the body', refusal.slice(0, -1), ['response', 400, 'unwatched', null]],
    ['in the close window', refusal, ['response', 400, 'unwatched', null]],
    ['within a body that runs until the close', untilClose, ['response', 400, 'unwatched', null]],
    ['in the window of what is no response', 'Bad\n', ['malformed', null, 'unwatched', 'MALFORMED_RESPONSE']],
    ['after the goodbye', accepted, ['response', 101, 'unwatched', null]],
  ];
  for (const [phase, text, expected] of phases) {
    it(`ends ${phase}, and reports what had happened until there`, async () => {
      await withServer(answer(text, 'open'), async ({ port, peers }) => {
        const there = deferred<Socket>();
        const running = start(`ws://127.0.0.1:${port}/`, {
          ...patient,
          onConnected: (socket) => {
            if (text === '') there.resolve(socket);
            else socket.once('data', () => there.resolve(socket));
          },
        });
        await there.promise;
        running.abort();
        const exchange = await running.closed;
        expect(gistWithClose(exchange)).to.deep.equal(expected);
        expect(exchange.received.toString('latin1')).to.equal(text);
        expect((await running.responded).outcome).to.equal(exchange.outcome);
        await peers[0]?.ended;
      });
    });
  }

  it('changes nothing once it is over', async () => {
    await withServer(answer(refusal), async ({ port }) => {
      const running = start(`ws://127.0.0.1:${port}/`, patient);
      const exchange = await running.closed;
      running.abort();
      running.abort();
      expect(await running.closed).to.equal(exchange);
      expect(gistWithClose(exchange)).to.deep.equal(['response', 400, 'fin', null]);
    });
  });
});

describe('an exchange over TLS', () => {
  const tls = { cert: pem('server.pem'), key: pem('server.key') };
  const over = (serve: (peer: Peer) => unknown, closeTimeoutMs = 2000) =>
    withServer(
      serve,
      async ({ port, peers }) => {
        const url = `wss://127.0.0.1:${port}/`;
        const exchange = await start(url, { tls: { ca: pem('ca.pem') }, limits: { closeTimeoutMs } }).closed;
        return { exchange, peer: peers[0] };
      },
      tls,
    );

  it('sees the end by close_notify, and ends nothing before it', async () => {
    const events: string[] = [];
    const { exchange } = await over(async (peer) => {
      void peer.ended.then((ending) => events.push(`client ${ending}`));
      await answer(refusal, 'open')(peer);
      await sleep(50);
      events.push('server fin');
      peer.socket.end();
      await peer.ended;
    });
    expect(gistWithClose(exchange)).to.deep.equal(['response', 400, 'fin', null]);
    expect(events).to.deep.equal(['server fin', 'client fin']);
  });

  it('sees the reset of the connection below', async () => {
    await withServer(
      answer(refusal, 'open'),
      async ({ port, peers }) => {
        const running = start(`wss://127.0.0.1:${port}/`, {
          tls: { ca: pem('ca.pem') },
          limits: { closeTimeoutMs: 60_000 },
        });
        await running.responded;
        peers[0]?.reset();
        expect(gistWithClose(await running.closed)).to.deep.equal(['response', 400, 'reset', 'ECONNRESET']);
      },
      tls,
    );
  });

  it('sees a connection left open', async () => {
    const { exchange } = await over(answer(refusal, 'open'), 100);
    expect(gistWithClose(exchange)).to.deep.equal(['response', 400, 'open', null]);
  });

  it('sees a connection ended without one byte', async () => {
    const { exchange } = await over(answer(''));
    expect(gistWithClose(exchange)).to.deep.equal(['closed', null, 'fin', null]);
  });

  it('says goodbye after a 101', async () => {
    const { exchange, peer } = await over(async (peer) => {
      await answer(accepted, 'open')(peer);
      await peer.until(/\r\n\r\n\x88.{7}/s);
      await peer.send('\x88\x02\x03\xe8');
    }, 60_000);
    expect(gistWithClose(exchange)).to.deep.equal(['response', 101, 'client', null]);
    expect(peer && framesAfterRequest(peer)).to.deep.equal(goodbye);
  });

  it('leaves a server that writes as fast as it can in bounded time', async () => {
    const { exchange } = await over(async (peer) => {
      await answer(accepted, 'open')(peer);
      await peer.flood('\x82\x7d');
    }, 100);
    expect(gistWithClose(exchange)).to.deep.equal(['response', 101, 'client', null]);
  });
});

describe('two requests in one write', () => {
  const template = { ...handshake, followedBy: handshake };
  const kept = 'HTTP/1.1 400 Bad Request\r\nContent-Length: 3\r\n\r\nBad';
  const both = /\r\n\r\nGET .*\r\n\r\n$/s;

  it('have keys of their own, and the fields of the first are the ones sent', async () => {
    const { exchange, peer } = await exchangeWith(answer(kept), { template });
    expect(peer.received).to.match(both);
    expect(exchange.request.toString('latin1')).to.equal(peer.received);
    expect(exchange.sentFields).to.deep.equal(readRequestHead(exchange.request).fields);
    const keys = [...peer.received.matchAll(/Key: (.*)\r\n/g)].map(([, key]) => key);
    expect(new Set(keys).size).to.equal(2);
  });

  it('get a first and a second response, however they are cut', async () => {
    for (const cut of [0, kept.length - 2, kept.length, kept.length + 20]) {
      const all = `${kept}HTTP/1.1 426 Upgrade Required\r\nContent-Length: 0\r\n\r\n`;
      const { exchange } = await exchangeWith(
        async (peer) => {
          await peer.request();
          await peer.send(all.slice(0, cut));
          await peer.send(all.slice(cut));
          peer.socket.end();
        },
        { template },
      );
      expect([exchange.response?.status, exchange.second?.status]).to.deep.equal([400, 426]);
      expect(exchange.response?.oddities).to.deep.equal([]);
      expect(exchange.received.toString('latin1')).to.equal(all);
      expect(exchange.close?.kind).to.equal('fin');
    }
  });

  it('end with a Close frame where the second is answered 101', async () => {
    const { exchange } = await exchangeWith(
      async (peer) => {
        await peer.request();
        await peer.send(kept);
        await peer.send(accepted);
      },
      { template, limits: { closeTimeoutMs: 1000 } },
    );
    expect([exchange.response?.status, exchange.second?.status]).to.deep.equal([400, 101]);
    expect(exchange.close?.kind).to.equal('client');
  });

  it('have no second response where none came, and none is recorded of a single one', async () => {
    expect((await exchangeWith(answer(kept), { template })).exchange.second).to.equal(null);
    expect((await exchangeWith(answer(kept))).exchange).to.not.have.property('second');
  });
});

describe('the end of the connection by the client', () => {
  const template = { ...handshake, endsConnection: true } as const;

  it('comes after the close window, and the server answers it', async () => {
    const { exchange } = await exchangeWith(
      async (peer) => {
        await peer.request();
        await peer.send(refusal);
        await once(peer.socket, 'end');
        peer.socket.end();
      },
      { template },
    );
    expect(exchange.close?.kind).to.equal('open');
    expect(exchange.release?.kind).to.equal('fin');
  });

  it('is a reset where the server resets', async () => {
    const { exchange } = await exchangeWith(
      async (peer) => {
        await peer.request();
        peer.socket.removeAllListeners('end');
        peer.socket.once('end', () => peer.reset());
        await peer.send(refusal);
      },
      { template },
    );
    expect(exchange).to.deep.include({ outcome: 'response' });
    expect([exchange.close?.kind, exchange.release?.kind]).to.deep.equal(['open', 'reset']);
  });

  it('is waited for no longer than the response time-out', async () => {
    const serve = async (peer: Peer) => {
      await peer.request();
      peer.socket.removeAllListeners('end');
      await peer.send(refusal);
    };
    await withServer(serve, async ({ port, peers }) => {
      const options = { template, limits: { responseTimeoutMs: 300 } };
      const exchange = await start(`ws://127.0.0.1:${port}/`, options).closed;
      peers[0]?.reset();
      expect([exchange.close?.kind, exchange.release?.kind]).to.deep.equal(['open', 'open']);
    });
  });

  it('does not come where the server closes by itself, nor without a response', async () => {
    const closed = await exchangeWith(answer(refusal), { template });
    expect(closed.exchange.close?.kind).to.equal('fin');
    expect(closed.exchange).to.not.have.property('release');
    const silent = await exchangeWith(async (peer) => void (await peer.request()), {
      template,
      limits: { responseTimeoutMs: 100 },
    });
    expect(silent.exchange.outcome).to.equal('timeout');
    expect(silent.exchange).to.not.have.property('release');
  });
});
