/** Audits of one server that run side by side come to the same verdicts; bench/stability.ts makes more of them. */

import { expect } from 'chai';
import { auditRepeatedly } from '../../bench/repeated-audits.ts';
import { findFixture } from '../../fixtures/catalogue.ts';
import { startFixture } from '../../fixtures/server.ts';
import { startServer } from '../support/child-server.ts';
import { startScript } from '../support/scripted-server.ts';

describe('audits side by side', function () {
  this.timeout(60_000);

  it('come to the same verdicts: the conformant fixture', async () => {
    const fixture = findFixture('conformant');
    if (fixture === undefined) throw new Error('there is no conformant fixture');
    const server = await startFixture(fixture);
    try {
      const { judgements, differences } = await auditRepeatedly(server.url, 24, 8);
      expect(differences).to.deep.equal([]);
      expect(judgements.size).to.equal(1);
      expect([...judgements.keys()][0]).to.include('"verdict":"conformant"');
    } finally {
      await server.close();
    }
  });

  it('come to the same verdicts: the npm package ws', async () => {
    const server = await startServer('ws-alone');
    try {
      const { judgements, differences } = await auditRepeatedly(server.url, 24, 8);
      expect(differences).to.deep.equal([]);
      expect(judgements.size).to.equal(1);
    } finally {
      await server.stop();
    }
  });

  it('are seen to differ where the server does', async () => {
    let refusals = 0;
    const server = await startScript(({ judged, head }) => {
      if (!/Version: 0xd\r/.test(head)) return judged();
      refusals += 1;
      return judged(refusals > 1 ? { readVersion: () => 13 } : {});
    });
    try {
      const { judgements, differences } = await auditRepeatedly(server.url, 2, 1);
      expect(judgements.size).to.equal(2);
      expect(differences).to.include('malformed/hex status: fail MUST 101');
    } finally {
      await server.close();
    }
  });
});
