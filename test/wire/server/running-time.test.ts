import { expect } from 'chai';
import { runFor } from '../../../wire/server/running-time.ts';
import { keepBusy } from '../../support/keep-busy.ts';

describe('a wait for time in which the process runs', () => {
  it('does not count the time in which the process stands still', async () => {
    const startedAt = performance.now();
    const waited = runFor(300);
    setImmediate(() => keepBusy(1_000));
    await waited;
    expect(performance.now() - startedAt).to.be.at.least(1_200);
  });

  it('ends at once when it is called off', async () => {
    const stop = new AbortController();
    const waited = runFor(600_000, stop.signal);
    stop.abort();
    await waited;
  });
});
