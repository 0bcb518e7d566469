/** Audits through a proxy come to the same verdicts as without. */

import { expect } from 'chai';
import { findFixture } from '../../fixtures/catalogue.ts';
import { startFixture } from '../../fixtures/server.ts';
import { audit, type TargetReport } from '../../index.ts';
import { startServer } from '../support/child-server.ts';
import { withProxy } from '../support/proxies.ts';
import { closedPort, pem } from '../support/servers.ts';

const ca = pem('ca.pem');
const tls = { cert: pem('server.pem'), key: pem('server.key') };

async function auditOf(url: string, proxy: string | null): Promise<TargetReport> {
  const { targets } = await audit(url, { proxy, tls: { ca } }).report();
  const [target] = targets;
  if (target === undefined) throw new Error('no target in the report');
  return target;
}

/** All that is said of the target and its probes, without what is said of the connections. */
function conclusionsOf({ verdict, probes, findings, versions }: TargetReport): unknown {
  return {
    verdict,
    versions,
    findings: findings.map(({ id, level, probes: shown }) => [id, level, shown]),
    probes: probes.map(({ id, criteria, checks }) => [
      id,
      ...Object.entries({ ...criteria, ...checks }).map(([name, { verdict: said }]) => `${name}: ${said}`),
    ]),
  };
}

async function expectSame(url: string): Promise<void> {
  await withProxy(async ({ port, asked }) => {
    const [without, through] = await Promise.all([
      auditOf(url, null),
      auditOf(url, `http://127.0.0.1:${port}`),
    ]);
    expect(conclusionsOf(through)).to.deep.equal(conclusionsOf(without));
    expect(without.proxy).to.equal(null);
    expect(through.proxy).to.equal(`http://127.0.0.1:${port}`);
    expect(asked.length).to.be.at.least(through.probes.length);
  });
}

describe('an audit through a proxy', function () {
  this.timeout(30_000);

  for (const name of ['conformant', 'stays-open', 'resets', 'number-conversion']) {
    it(`comes to the same verdicts as without: ${name}`, async () => {
      const fixture = findFixture(name);
      if (fixture === undefined) throw new Error(`no fixture is called ${name}`);
      const server = await startFixture(fixture);
      try {
        await expectSame(server.url);
      } finally {
        await server.close();
      }
    });
  }

  it('comes to the same verdicts as without: number-conversion, over TLS', async () => {
    const fixture = findFixture('number-conversion');
    if (fixture === undefined) throw new Error('no such fixture');
    const server = await startFixture(fixture, { tls });
    try {
      await expectSame(server.url);
    } finally {
      await server.close();
    }
  });

  it('comes to the same verdicts as without: the npm package ws', async () => {
    const server = await startServer('ws-alone');
    try {
      await expectSame(server.url);
    } finally {
      await server.stop();
    }
  });

  it('is inconclusive where the proxy cannot reach the target, and names both', async () => {
    const closed = await closedPort();
    await withProxy(async ({ port }) => {
      const target = await auditOf(`ws://127.0.0.1:${closed}/`, `http://user:secret@127.0.0.1:${port}`);
      expect(target.verdict).to.equal('inconclusive');
      expect(target.reason).to.match(
        /^the proxy http:\/\/127\.0\.0\.1:\d+: it cannot reach the target: CONNECT was answered "HTTP\/1\.1 500 /,
      );
      expect(JSON.stringify(target)).to.not.include('secret');
    });
  });
});
