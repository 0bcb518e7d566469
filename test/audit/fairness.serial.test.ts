/** What targets of one audit have to wait for each other: not for what a server does not answer, or does not end. */

import { expect } from 'chai';
import { findFixture } from '../../fixtures/catalogue.ts';
import { startFixture } from '../../fixtures/server.ts';
import { type AuditOptions, audit } from '../../index.ts';
import { startScript } from '../support/scripted-server.ts';

const never = 1_000_000;

/**
 * Audits these fixtures until nothing but the named one is left, and interrupts the audit then.
 *
 * @returns the fixtures in the order in which they ended, those that were interrupted among them
 */
async function endsOf(fixtures: readonly string[], left: string, options: AuditOptions): Promise<string[]> {
  const servers = await Promise.all(
    fixtures.map((name) => {
      const fixture = findFixture(name);
      if (fixture === undefined) throw new Error(`no fixture is called ${name}`);
      return startFixture(fixture);
    }),
  );
  const controller = new AbortController();
  const ended: string[] = [];
  try {
    const urls = servers.map(({ url }) => url);
    for await (const event of audit(urls, { ...options, signal: controller.signal })) {
      if (event.type !== 'target-end') continue;
      ended.push(fixtures[event.target] ?? '');
      const others = fixtures.filter((name) => name !== left);
      if (ended.filter((name) => name !== left).length === others.length) controller.abort();
    }
    return ended;
  } finally {
    await Promise.all(servers.map((server) => server.close()));
  }
}

function times(count: number, name: string): string[] {
  return Array.from({ length: count }, () => name);
}

describe('a target that answers', function () {
  this.timeout(30_000);

  it('does not wait for those that are silent, and were there before', async () => {
    const conformant = times(5, 'conformant');
    for (const count of [1, 3]) {
      const silent = times(count, 'never-responds');
      const options = { concurrency: 4, responseTimeout: never };
      const ended = await endsOf([...silent, ...conformant], 'never-responds', options);
      expect(ended).to.deep.equal([...conformant, ...silent]);
    }
  });

  it('does not wait for one that does not end its connections', async () => {
    const conformant = times(5, 'conformant');
    const options = { concurrency: 4, maxConnections: 4, responseTimeout: never };
    const ended = await endsOf(['body-never-sent', ...conformant], 'body-never-sent', options);
    expect(ended).to.deep.equal([...conformant, 'body-never-sent']);
  });

  it('waits no longer than for one time-out where the silent ones have all places', async () => {
    const silent = times(2, 'never-responds');
    const conformant = times(4, 'conformant');
    const options = { concurrency: 2, responseTimeout: 3000, connectTimeout: 3000 };
    const ended = await endsOf([...silent, ...conformant], 'never-responds', options);
    expect(ended).to.deep.equal([...conformant, ...silent]);
  });
});

describe('a target that is silent', function () {
  this.timeout(30_000);

  it('has all places when it is the only one left', async () => {
    const concurrency = 4;
    const conformant = findFixture('conformant');
    if (conformant === undefined) throw new Error('no fixture is conformant');
    const controller = new AbortController();
    const order: string[] = [];
    const silent = await startScript(({ nth, judged }) => {
      if (nth === 1) return judged();
      // Not the handshakes received: one that a busy machine was late to send is sent again.
      if (silent.mostPending === concurrency) {
        order.push('all places');
        controller.abort();
      }
      return new Promise(() => {});
    });
    const other = await startFixture(conformant);
    try {
      // No target is slow here, however busy the machine is: a place stays reserved for the conformant one to its end.
      const timeouts = { connectTimeout: never, responseTimeout: never };
      const options = { concurrency, ...timeouts, signal: controller.signal };
      for await (const event of audit([silent.url, other.url], options)) {
        if (event.type === 'target-end') order.push(event.result.verdict);
      }
      expect(order).to.deep.equal(['conformant', 'all places', 'inconclusive']);
    } finally {
      await Promise.all([silent.close(), other.close()]);
    }
  });

  it('runs beside the others, and with no more connections', async () => {
    const concurrency = 2;
    const server = await startScript(({ head, judged }) => {
      const isSilent = head.startsWith('GET /silent') && !/^Sec-WebSocket-Version: 13\r/m.test(head);
      return isSilent ? new Promise(() => {}) : judged();
    });
    try {
      const paths = ['silent-1', 'silent-2', 'silent-3', 'a', 'b', 'c'];
      const urls = paths.map((path) => `${server.url}${path}`);
      const options = { concurrency, responseTimeout: 300, probe: ['missing/{absent,empty,blank}'] };
      const { targets } = await audit(urls, options).report();
      const verdictOf = new Map(targets.map(({ url, verdict }) => [new URL(url).pathname, verdict]));
      expect([...verdictOf.keys()]).to.have.members(paths.map((path) => `/${path}`));
      for (const [path, verdict] of verdictOf) {
        expect(verdict).to.equal(path.startsWith('/silent') ? 'nonconformant' : 'passed');
      }
      expect(server.mostPending).to.equal(concurrency);
    } finally {
      await server.close();
    }
  });
});
