/** A slow line that loses packets is not the server's fault, and does not hide one. */

import { expect } from 'chai';
import { onlyTarget } from '../support/fixture-audits.ts';
import { auditOverLine, obstacleToLine, patience } from '../support/lossy-line.ts';

/** Refused and accepted, in all the ways in which a connection ends. */
const few = ['missing/*', 'unsupported/{9,25}', 'valid/{13,lowercase-name}'].flatMap((ids) => [
  '--probe',
  ids,
]);

describe('over a slow and lossy line', function () {
  this.timeout(2 * patience);

  before(async function () {
    const obstacle = await obstacleToLine();
    if (obstacle === null) return;
    console.log(`    skipped: this machine allows no network of its own for a test (${obstacle})`);
    this.skip();
  });

  for (const server of ['conformant', 'ws']) {
    it(`nothing counts against a server that is not to blame: ${server}`, async () => {
      const target = onlyTarget(await auditOverLine(server, few));
      expect(target.findings).to.deep.equal([]);
      expect(target.verdict).to.not.equal('nonconformant');
      // The line is what it is meant to be.
      for (const { exchange } of target.probes) {
        if (exchange.timings.connectMs !== null) expect(exchange.timings.connectMs).to.be.at.least(600);
      }
    });
  }

  it('a fault is found: refusals without a list of versions', async () => {
    const patient = ['--connect-timeout', '20000', '--response-timeout', '20000'];
    const target = onlyTarget(await auditOverLine('no-list', [...few, ...patient]));
    expect(target.verdict).to.equal('nonconformant');
    const criteria = target.findings.flatMap(({ failures }) => failures.map(({ criterion }) => criterion));
    expect(new Set(criteria)).to.deep.equal(new Set(['versionList']));
  });
});
