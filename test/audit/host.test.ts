/** The name of a target's host: looked up once in an audit, and in the report as the address that it led to. */

import { expect } from 'chai';
import { audit, type Report } from '../../index.ts';
import { onlyTarget } from '../support/fixture-audits.ts';
import { withResolver } from '../support/lookups.ts';
import { withFixture } from '../support/servers.ts';

const few = { probe: ['missing/absent', 'unsupported/9', 'valid/*'] };

function portOf(url: string): string {
  return new URL(url).port;
}

function exchangesOf(report: Report) {
  const { probes, followUps, lastControl } = onlyTarget(report);
  return [
    ...probes.flatMap(({ exchange, earlierExchanges }) => [...earlierExchanges, exchange]),
    ...followUps.map(({ exchange }) => exchange),
    ...(lastControl === null ? [] : [lastControl]),
  ];
}

describe('the host name of a target', () => {
  it('costs one lookup, however slow, which is no part of any connection', () =>
    withFixture('conformant', ({ url }) =>
      withResolver(
        async () => {
          await new Promise((resolve) => setTimeout(resolve, 1500));
          return ['127.0.0.1'];
        },
        async (names) => {
          const report = await audit(`ws://name.test:${portOf(url)}/`, few).report();
          expect(onlyTarget(report)).to.include({ verdict: 'passed', address: '127.0.0.1' });
          expect(names).to.deep.equal(['name.test']);
          for (const { timings } of exchangesOf(report)) expect(timings.connectMs).to.be.below(1500);
        },
      ),
    ));

  it('leads all connections to the address that the first one reached', () =>
    withFixture('conformant', ({ url }) =>
      withResolver(
        () => ['127.0.0.9', '127.0.0.1'],
        async (names) => {
          const report = await audit(`ws://name.test:${portOf(url)}/`, few).report();
          expect(onlyTarget(report)).to.include({ verdict: 'passed', address: '127.0.0.1' });
          expect(names).to.deep.equal(['name.test']);
          for (const { outcome } of exchangesOf(report)) expect(outcome).to.equal('response');
        },
      ),
    ));

  it('is looked up again while the audit waits for the target', () =>
    withFixture('conformant', ({ url }) => {
      let lookups = 0;
      return withResolver(
        () => {
          lookups += 1;
          return lookups < 3 ? [] : ['127.0.0.1'];
        },
        async (names) => {
          const options = { ...few, wait: 60_000 };
          const report = await audit(`ws://name.test:${portOf(url)}/`, options).report();
          expect(onlyTarget(report)).to.include({ verdict: 'passed', address: '127.0.0.1' });
          expect(names).to.have.lengthOf(3);
        },
      );
    }));

  it('leaves the target inconclusive where it does not resolve, after one lookup', () =>
    withResolver(
      () => [],
      async (names) => {
        const report = await audit('ws://name.test/', few).report();
        expect(onlyTarget(report)).to.include({ verdict: 'inconclusive', address: null });
        expect(onlyTarget(report).reason).to.match(/^name\.test:80: the host name does not resolve; /);
        expect(names).to.deep.equal(['name.test']);
      },
    ));

  it('is hidden in its address too where that is declared a secret', () =>
    withFixture('conformant', async ({ url }) => {
      const report = await audit(url, { ...few, secrets: ['127.0.0.1'] }).report();
      expect(onlyTarget(report).address).to.equal('*********');
    }));
});
