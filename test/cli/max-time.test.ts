/** `--max-time`: how a run ends whose time is up. */

import { expect } from 'chai';
import { run } from '../support/command.ts';
import { withFixture } from '../support/servers.ts';

describe('a run whose time is up', function () {
  this.timeout(30_000);
  const endless = ['--response-timeout', '1000000', '--max-time', '3000'];

  it('exits with 3 where nothing was found, and says why', () =>
    withFixture('never-responds', async ({ url }) => {
      const { code, stdout, stderr } = await run([url, '-q', ...endless]);
      expect(code).to.equal(3);
      expect(stdout).to.match(/time limit reached \(--max-time 3000\) after \d+ of 107 probes/);
      expect(stdout).to.include('(interrupted; partial results)');
      expect(stderr).to.equal('');
    }));

  // Few probes, so that the silent one leaves room for the other.
  it('exits with 1 where there is a finding', () =>
    withFixture('never-responds', (silent) =>
      withFixture('accepts-any-version', async (faulty) => {
        const { code, stdout } = await run([
          silent.url,
          faulty.url,
          '-q',
          '--probe',
          'missing/*',
          ...endless,
        ]);
        expect(code).to.equal(1);
        expect(stdout).to.match(/1 nonconformant, 1 inconclusive/);
      }),
    ));
});
