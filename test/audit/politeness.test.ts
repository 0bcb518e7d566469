/** How an audit behaves towards the server, as the server sees it: connections, their number and their pace. */

import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { expect } from 'chai';
import { type Answer, serialise } from '../../fixtures/answer.ts';
import { findFixture } from '../../fixtures/catalogue.ts';
import { answerHandshake, conformantBehaviour } from '../../fixtures/handshake.ts';
import { RequestHeadReader } from '../../fixtures/request.ts';
import { type AuditOptions, audit } from '../../index.ts';

interface Watched {
  readonly url: string;
  /** When each connection was accepted, in ms of `performance.now()`. */
  readonly accepted: readonly number[];
  /** Connections with a handshake received and not yet answered: the most at one moment. */
  readonly mostWaiting: number;
  /** Settles when no connection is there; what the client does not end stays. */
  readonly empty: () => Promise<void>;
}

interface Watching {
  readonly fixture?: string;
  /** Milliseconds after which a handshake is answered. */
  readonly answerAfter?: number;
  readonly onHandshake?: (nth: number) => void;
}

/** Runs a server that never ends a connection that it does not have to: the client has to leave by itself. */
async function withWatched<T>(
  use: (server: Watched) => Promise<T>,
  { fixture = 'conformant', answerAfter = 0, onHandshake = () => {} }: Watching = {},
): Promise<T> {
  const behaviour = findFixture(fixture)?.behaviour ?? conformantBehaviour;
  const accepted: number[] = [];
  let handshakes = 0;
  let waiting = 0;
  let mostWaiting = 0;
  let open = 0;
  let onEmpty = (): void => {};
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    accepted.push(performance.now());
    open += 1;
    const reader = new RequestHeadReader();
    let isRead = false;
    let isWaiting = false;
    let isSwitched = false;
    const settle = (): void => {
      if (isWaiting) waiting -= 1;
      isWaiting = false;
    };
    socket.on('error', () => socket.destroy());
    socket.on('end', () => socket.end());
    socket.on('close', () => {
      settle();
      open -= 1;
      if (open === 0) onEmpty();
    });
    socket.on('data', (chunk) => {
      // The client's goodbye.
      if (isSwitched) socket.end();
      const request = isRead ? undefined : reader.push(chunk);
      if (request === undefined) return;
      isRead = true;
      handshakes += 1;
      const answer: Answer = answerHandshake(request.head, handshakes, behaviour);
      waiting += 1;
      isWaiting = true;
      mostWaiting = Math.max(mostWaiting, waiting);
      onHandshake(handshakes);
      setTimeout(() => {
        settle();
        isSwitched = answer.afterwards === 'websocket';
        socket.write(serialise(answer), 'latin1');
        if (answer.afterwards === 'close') socket.end();
      }, answerAfter);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    return await use({
      url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}/`,
      accepted,
      get mostWaiting() {
        return mostWaiting;
      },
      empty: () =>
        new Promise((resolve) => {
          onEmpty = resolve;
          if (open === 0) resolve();
        }),
    });
  } finally {
    server.close();
  }
}

const quick: AuditOptions = { closeTimeout: 300, responseTimeout: 5000 };

describe('an audit that has ended', function () {
  this.timeout(30_000);

  for (const fixture of ['conformant', 'stays-open', 'body-never-sent', 'never-responds', 'not-http']) {
    it(`leaves no connection behind: ${fixture}`, () =>
      withWatched(
        async ({ url, empty, accepted }) => {
          const options = { ...quick, responseTimeout: 300, concurrency: 40 };
          await audit(url, options).report();
          const { length } = accepted;
          // It would never settle if one were left: the server closes none of them.
          await empty();
          expect(accepted).to.have.lengthOf(length);
        },
        { fixture },
      ));
  }

  for (const nth of [1, 2, 30, 79]) {
    it(`leaves no connection behind where it was interrupted at handshake ${nth}`, () => {
      const controller = new AbortController();
      return withWatched(
        async ({ url, empty }) => {
          const options = { closeTimeout: 1_000_000, responseTimeout: 1_000_000, signal: controller.signal };
          const report = await audit(url, options).report();
          expect(report.partial).to.equal(true);
          await empty();
        },
        { fixture: 'stays-open', onHandshake: (count) => count === nth && controller.abort() },
      );
    });
  }

  it('leaves no connection behind where its events were left', () =>
    withWatched(
      async ({ url, empty }) => {
        for await (const { type } of audit(url, { closeTimeout: 1_000_000 })) if (type === 'probe') break;
        await empty();
      },
      { fixture: 'stays-open' },
    ));
});

describe('the connections of an audit', function () {
  this.timeout(30_000);

  /** Milliseconds by which a timer may come early, as clocks are rounded. */
  const tolerance = 2;

  it('begin no sooner after each other than the delay, slowly though they are answered', () =>
    withWatched(
      async ({ url, accepted }) => {
        const delay = 25;
        const startedAt = performance.now();
        await audit(url, { ...quick, delay, probe: ['missing/*', 'duplicate/*'] }).report();
        expect(accepted.length).to.be.at.least(16);
        // The server sees a connection when it was opened or later, never before: no clock has to be trusted.
        for (const [i, at] of accepted.entries()) {
          expect(at - startedAt).to.be.at.least(i * delay - tolerance);
        }
      },
      { answerAfter: 60 },
    ));

  for (const concurrency of [1, 3]) {
    it(`that wait for a response are never more than ${concurrency}, over all targets too`, () =>
      withWatched(
        async (server) => {
          const urls = ['a', 'b', 'c', 'd'].map((name) => `${server.url}${name}`);
          await audit(urls, { ...quick, concurrency, probe: ['missing/*', 'valid/*'] }).report();
          expect(server.mostWaiting).to.be.within(1, concurrency);
          await server.empty();
        },
        { answerAfter: 5 },
      ));
  }
});
