/** How an audit behaves towards the server, as the server sees it: connections, their number and their pace. */

import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { findFixture } from '../../fixtures/catalogue.ts';
import { type AuditOptions, audit } from '../../index.ts';
import { type ScriptedServer, startScript } from '../support/scripted-server.ts';

interface Watching {
  readonly fixture?: string;
  /** Milliseconds after which a handshake is answered. */
  readonly answerAfter?: number;
  readonly onHandshake?: (nth: number) => void;
}

/** Runs a server that never ends a connection that it does not have to: the client has to leave by itself. */
async function withWatched<T>(
  use: (server: ScriptedServer) => Promise<T>,
  { fixture = 'conformant', answerAfter = 0, onHandshake = () => {} }: Watching = {},
): Promise<T> {
  const behaviour = findFixture(fixture)?.behaviour;
  const server = await startScript(async ({ nth, judged }) => {
    onHandshake(nth);
    await sleep(answerAfter);
    return judged(behaviour);
  });
  try {
    return await use(server);
  } finally {
    await server.close();
  }
}

const quick: AuditOptions = { closeTimeout: 300, responseTimeout: 5000 };

describe('an audit that has ended', function () {
  this.timeout(30_000);

  for (const fixture of ['conformant', 'stays-open', 'body-never-sent', 'never-responds', 'not-http']) {
    it(`leaves no connection behind: ${fixture}`, () =>
      withWatched(
        async (server) => {
          const options = { ...quick, responseTimeout: 300, concurrency: 40 };
          await audit(server.url, options).report();
          const { connections } = server;
          // It would never settle if one were left: the server closes none of them.
          await server.empty();
          expect(server.connections).to.equal(connections);
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
  /** Milliseconds that a late timer may make up for. */
  const catchingUp = 25;

  it('begin no sooner after each other than the delay, slowly though they are answered', () =>
    withWatched(
      async (server) => {
        const delay = 25;
        const startedAt = performance.now();
        await audit(server.url, { ...quick, delay, probe: ['missing/*', 'duplicate/*'] }).report();
        const accepted = server.handshakes.map(({ connectedAt }) => connectedAt);
        expect(accepted).to.have.lengthOf(server.connections);
        expect(accepted.length).to.be.at.least(16);
        // The server sees a connection when it was opened or later, never before: no clock has to be trusted.
        for (const [i, at] of accepted.entries()) {
          expect(at - startedAt).to.be.at.least(i * delay - tolerance);
        }
      },
      { answerAfter: 60 },
    ));

  it('are no more in a second than the rate, over all targets', () =>
    withWatched(async (server) => {
      const rate = 40;
      const urls = ['a', 'b'].map((name) => `${server.url}${name}`);
      const startedAt = performance.now();
      await audit(urls, { ...quick, rate, probe: ['missing/*', 'valid/*'] }).report();
      // A request may take its time.
      const accepted = server.handshakes.map(({ connectedAt }) => connectedAt).sort((a, b) => a - b);
      expect(accepted.length).to.be.at.least(16);
      for (const [i, at] of accepted.entries()) {
        expect(at - startedAt).to.be.at.least((i * 1000) / rate - catchingUp);
      }
    }));

  it('do not wait for the rate where the audit is interrupted', () => {
    const controller = new AbortController();
    return withWatched(
      async ({ url, empty }) => {
        const report = await audit(url, { rate: 1, signal: controller.signal }).report();
        expect(report.partial).to.equal(true);
        expect(report.durationMs).to.be.lessThan(20_000);
        await empty();
      },
      { onHandshake: (nth) => nth === 2 && controller.abort() },
    );
  });

  for (const concurrency of [1, 3]) {
    it(`that wait for a response are never more than ${concurrency}, over all targets too`, () =>
      withWatched(
        async (server) => {
          const urls = ['a', 'b', 'c', 'd'].map((name) => `${server.url}${name}`);
          await audit(urls, { ...quick, concurrency, probe: ['missing/*', 'valid/*'] }).report();
          expect(server.mostPending).to.be.within(1, concurrency);
          await server.empty();
        },
        { answerAfter: 5 },
      ));
  }
});
