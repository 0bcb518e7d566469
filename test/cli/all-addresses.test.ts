/** The lookups of `--all-addresses`, with names that only a replaced resolver knows. */

import { once } from 'node:events';
import { Readable } from 'node:stream';
import { expect } from 'chai';
import type { StreamedTarget } from '../../audit/plan/targets.ts';
import { streamAllAddresses, withAllAddresses } from '../../cli/all-addresses.ts';
import { UsageError } from '../../wire/usage-error.ts';
import { withResolver } from '../support/lookups.ts';
import { deferred } from '../support/wire-server.ts';

const addresses = ['127.0.0.1', '127.0.0.2'];
const slow = { url: 'ws://slow.test/' };
const quick = { url: 'ws://quick.test/' };
const expected = [slow, quick].flatMap((target) =>
  addresses.map((address) => ({ ...target, address, label: address })),
);

/** Finds `slow.test` only when another name is looked up. */
function inTurn(): (name: string) => Promise<readonly string[]> {
  const others = new EventTarget();
  return async (name) => {
    if (name === 'slow.test') await once(others, 'lookup');
    else others.dispatchEvent(new Event('lookup'));
    return addresses;
  };
}

describe('the lookups of all addresses', () => {
  it('do not wait for each other, and keep the order of a list', () =>
    withResolver(inTurn(), async () => {
      expect(await withAllAddresses([slow, quick])).to.deep.equal(expected);
    }));

  it('do not wait for each other, and keep the order of a stream', () =>
    withResolver(inTurn(), async () => {
      const mistake = new UsageError('is no target', { option: 'targets' });
      const found: StreamedTarget[] = [];
      for await (const target of streamAllAddresses(Readable.from([slow, mistake, quick])))
        found.push(target);
      expect(found).to.deep.equal([...expected.slice(0, 2), mistake, ...expected.slice(2)]);
    }));

  it('are made before the stream has its next target', () =>
    withResolver(
      () => addresses,
      async (names) => {
        const wanted = deferred<void>();
        const inputs = async function* (): AsyncGenerator<StreamedTarget> {
          yield quick;
          await wanted.promise;
        };
        const found = streamAllAddresses(inputs())[Symbol.asyncIterator]();
        expect((await found.next()).value).to.deep.equal(expected[2]);
        expect(names).to.deep.equal(['quick.test']);
        wanted.resolve();
      },
    ));

  it('end with the stream of targets where nobody reads on', () =>
    withResolver(
      () => addresses,
      async () => {
        const ended = deferred<void>();
        const endless = async function* (): AsyncGenerator<StreamedTarget> {
          try {
            while (true) yield quick;
          } finally {
            ended.resolve();
          }
        };
        for await (const _ of streamAllAddresses(endless())) break;
        await ended.promise;
      },
    ));
});
