/** Waiting for a target that is not ready yet. Nothing here sleeps: the servers change by what they see. */

import { once } from 'node:events';
import { createServer } from 'node:net';
import { expect } from 'chai';
import { retryDelay } from '../../audit/rate-limiter.ts';
import { plainResponse } from '../../fixtures/answer.ts';
import { findFixture } from '../../fixtures/catalogue.ts';
import { startFixture } from '../../fixtures/server.ts';
import {
  type AuditEvent,
  type AuditOptions,
  audit,
  type Report,
  UsageError,
  type Waiting,
} from '../../index.ts';
import { onlyTarget } from '../support/fixture-audits.ts';
import { type Script, startScript } from '../support/scripted-server.ts';
import { closedPort } from '../support/servers.ts';

const few = { probe: ['missing/absent'], wait: 20_000 };

/** The report, and the events of waiting. @param onEvent is called with every event as it comes */
async function auditOf(
  url: string,
  options: AuditOptions,
  onEvent: (event: AuditEvent) => unknown = () => {},
): Promise<{ report: Report; waiting: readonly Waiting[] }> {
  const run = audit(url, options);
  const report = run.report();
  const waiting: Waiting[] = [];
  for await (const event of run) {
    if (event.type === 'waiting') waiting.push(event);
    await onEvent(event);
  }
  return { report: await report, waiting };
}

async function withScript<T>(
  script: Script,
  use: (server: Awaited<ReturnType<typeof startScript>>) => Promise<T>,
): Promise<T> {
  const server = await startScript(script);
  try {
    return await use(server);
  } finally {
    await server.close();
  }
}

describe('waiting for a target', function () {
  this.timeout(30_000);

  it('goes on once it listens', async () => {
    const fixture = findFixture('conformant');
    if (fixture === undefined) throw new Error('no such fixture');
    const port = await closedPort();
    let server: Awaited<ReturnType<typeof startFixture>> | undefined;
    try {
      const { report, waiting } = await auditOf(`ws://127.0.0.1:${port}/`, few, async (event) => {
        if (event.type === 'waiting') server ??= await startFixture(fixture, { port });
      });
      const target = onlyTarget(report);
      expect(target).to.include({ verdict: 'passed', reason: null });
      expect(waiting[0]).to.deep.equal({
        type: 'waiting',
        target: 0,
        reason: `127.0.0.1:${port}: the connection was refused; is the server running, and is the port correct?`,
      });
      for (const { earlierExchanges } of target.probes) expect(earlierExchanges).to.deep.equal([]);
    } finally {
      await server?.close();
    }
  });

  it('goes on once a balancer in front lets it through, one connection at a time', async () => {
    const answers = ['503 Service Unavailable', '502 Bad Gateway', '404 Not Found'];
    await withScript(
      (handshake) => {
        const status = answers[handshake.nth - 1];
        return status === undefined
          ? handshake.judged()
          : // Kept alive: only our end of the connection ends it.
            { ...plainResponse(`HTTP/1.1 ${status}`, [], 'not yet'), afterwards: 'stay-open' };
      },
      async (server) => {
        const { report, waiting } = await auditOf(server.url, { ...few, closeTimeout: 60_000 });
        expect(onlyTarget(report).verdict).to.equal('passed');
        expect(waiting.map(({ reason }) => /\b\d{3}\b/.exec(reason)?.[0])).to.deep.equal([
          '503',
          '502',
          '404',
        ]);
        // What was waited for is not in the report: control, probe, control come after it.
        expect(server.handshakes).to.have.lengthOf(answers.length + 1 + 3);
        expect(onlyTarget(report).probes.map(({ id }) => id)).to.deep.equal(['valid/13', 'missing/absent']);
        expect(onlyTarget(report).versions.accepted).to.deep.equal([13]);
      },
    );
  });

  it('makes no difference where the target is ready, but for one handshake', () =>
    withScript(
      (handshake) => handshake.judged(),
      async (server) => {
        const { report, waiting } = await auditOf(server.url, few);
        expect(onlyTarget(report).verdict).to.equal('passed');
        expect(waiting).to.deep.equal([]);
        expect(server.handshakes).to.have.lengthOf(1 + 3);
      },
    ));

  it('is over when the time is up, with the last try as the evidence', () =>
    withScript(
      (handshake) => plainResponse(`HTTP/1.1 502 Try ${handshake.nth}`, [], ''),
      async (server) => {
        const { report, waiting } = await auditOf(server.url, { ...few, wait: 1000 });
        const target = onlyTarget(report);
        const last = server.handshakes.length;
        expect(waiting).to.have.lengthOf(last - 1);
        expect(last).to.be.at.least(2);
        expect(target.verdict).to.equal('inconclusive');
        expect(target.reason).to.equal(
          `after waiting 1 s: the control handshake was answered "HTTP/1.1 502 Try ${last}": the server or its backend fails; see its log`,
        );
        expect(target.probes).to.have.lengthOf(1);
        expect(target.probes[0]).to.include({ id: 'valid/13', verdict: 'inconclusive' });
        expect(target.probes[0]?.exchange.response?.statusLine).to.equal(`HTTP/1.1 502 Try ${last}`);
        expect(target.probes[0]?.exchange.close?.kind).to.equal('fin');
        expect(target.probes[0]?.earlierExchanges).to.deep.equal([]);
        expect(target.findings).to.deep.equal([]);
      },
    ));

  it('keeps the delay between two connections', async () => {
    const delay = 300;
    const startedAt = performance.now();
    await withScript(
      (handshake) => (handshake.nth < 3 ? plainResponse('HTTP/1.1 503 Not Yet', [], '') : handshake.judged()),
      async (server) => {
        await auditOf(server.url, { ...few, delay });
        const times = server.handshakes.map(({ connectedAt }) => connectedAt - startedAt);
        // The server sees a connection when it was opened or later, never before: no clock has to be trusted.
        for (const [i, time] of times.entries()) expect(time).to.be.at.least(i * delay - 1);
      },
    );
  });

  it('ends at once where it is interrupted, in a pause or in a handshake', async () => {
    const silent = createServer(() => {}).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const address = silent.address();
    const ports = [await closedPort(), typeof address === 'object' ? (address?.port ?? 0) : 0];
    try {
      for (const [i, port] of ports.entries()) {
        const controller = new AbortController();
        if (i === 1) silent.once('connection', () => controller.abort());
        const options = { ...few, wait: 1_000_000, responseTimeout: 1_000_000, signal: controller.signal };
        const { report } = await auditOf(`ws://127.0.0.1:${port}/`, options, (event) => {
          if (event.type === 'waiting') controller.abort();
        });
        expect(report.partial).to.equal(true);
        expect(onlyTarget(report).reason).to.equal('interrupted after 0 of 2 probes');
      }
    } finally {
      silent.close();
    }
  });

  it('asks soon at first, and then every second', () => {
    expect([1, 2, 3, 4, 5, 6, 5000].map(retryDelay)).to.deep.equal([100, 200, 400, 800, 1000, 1000, 1000]);
  });

  it('needs a whole number', () => {
    for (const wait of [-1, 0.5, Number.NaN, 2 ** 31]) {
      expect(() => audit('ws://127.0.0.1/', { wait })).to.throw(UsageError, /wait must be a whole number/);
    }
  });
});
