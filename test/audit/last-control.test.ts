/** The control at the end of an audit: what becomes of its connection counts as much as that of the first one. */

import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import type { Answer } from '../../fixtures/answer.ts';
import { audit, type Report } from '../../index.ts';
import { parseReport } from '../../report/parse-report.ts';
import { rescoredReport } from '../../report/rescore.ts';
import { findingsOf } from '../support/failures.ts';
import { onlyTarget } from '../support/fixture-audits.ts';
import { fieldsOf, startScript } from '../support/scripted-server.ts';

/** Audits a server that answers so when it accepts a handshake after it has refused one. */
async function auditOf(answerLater: (answer: Answer) => Answer | Promise<Answer>): Promise<Report> {
  let hasRefused = false;
  const server = await startScript((handshake) => {
    const answer = handshake.judged();
    if (fieldsOf(handshake, 'Sec-WebSocket-Version').length === 0) hasRefused = true;
    return hasRefused && answer.afterwards === 'websocket' ? answerLater(answer) : answer;
  });
  try {
    return await audit(server.url, { probe: ['missing/absent'] }).report();
  } finally {
    await server.close();
  }
}

describe('the last control', () => {
  it('fails valid/13 where its connection is ended immediately, although that of the first was kept', async () => {
    const report = await auditOf((answer) => ({ ...answer, afterwards: 'close' }));
    const target = onlyTarget(report);
    expect(target.reason).to.equal(null);
    expect(findingsOf(target)).to.deep.equal(['ends-after-101']);
    const [control] = target.probes;
    expect(control).to.include({ id: 'valid/13', verdict: 'fail' });
    expect(control?.exchange.close?.kind).to.equal('client');
    expect(control?.checks.keepsConnection).to.include({
      verdict: 'fail',
      actual: 'of the last control: ended (FIN) immediately after the 101, without a Close frame',
    });
    const again = onlyTarget(rescoredReport(parseReport(JSON.stringify(report), 'report.json')));
    expect(again.findings).to.deep.equal(target.findings);
    expect(again.probes[0]?.checks).to.deep.equal(control?.checks);
  });

  it('changes nothing where its connection is kept', async () => {
    expect(onlyTarget(await auditOf((answer) => answer)).verdict).to.equal('passed');
  });

  it('is waited for longer than the first one took', async () => {
    const target = onlyTarget(await auditOf((answer) => sleep(1000, answer)));
    expect(target).to.include({ verdict: 'passed', reason: null });
  });
});
