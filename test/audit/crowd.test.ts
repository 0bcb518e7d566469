/** Servers whose answers depend on how many connections are open, or on chance: what is judged is what they do alone. */

import { expect } from 'chai';
import { type Answer, plainResponse } from '../../fixtures/answer.ts';
import { type AuditOptions, audit, type Report } from '../../index.ts';
import { parseReport } from '../../report/parse-report.ts';
import { rescoredReport } from '../../report/rescore.ts';
import { findingsOf } from '../support/failures.ts';
import { onlyTarget } from '../support/fixture-audits.ts';
import { judgementOf } from '../support/judgement.ts';
import { type Handshake, type Script, startScript } from '../support/scripted-server.ts';

type Target = Report['targets'][number];

/** Audits a server twice: both audits, and the first one judged again from its report, come to the same. */
async function auditTwice(makeScript: () => Script, options: AuditOptions): Promise<Target> {
  const reports: Report[] = [];
  for (let nth = 0; nth < 2; nth += 1) {
    const server = await startScript(makeScript());
    try {
      reports.push(await audit(server.url, options).report());
    } finally {
      await server.close();
    }
  }
  const [first, second] = reports;
  if (first === undefined || second === undefined) throw new Error('there is a report of each audit');
  const recorded = parseReport(JSON.stringify(first), 'report.json');
  expect(judgementOf(onlyTarget(rescoredReport(recorded)))).to.deep.equal(judgementOf(onlyTarget(first)));
  expect(onlyTarget(rescoredReport(recorded)).influence).to.equal(onlyTarget(first).influence);
  expect(findingsOf(onlyTarget(second))).to.deep.equal(findingsOf(onlyTarget(first)));
  expect(onlyTarget(second).verdict).to.equal(onlyTarget(first).verdict);
  return onlyTarget(first);
}

/** Holds answers back until as many handshakes wait, or until none has come for a while: then all are answered. */
function together(count: number, answer: (handshake: Handshake, open: number) => Answer): Script {
  let held: (() => void)[] = [];
  let timer: NodeJS.Timeout | undefined;
  const release = (): void => {
    clearTimeout(timer);
    for (const go of held) go();
    held = [];
  };
  return async (handshake) => {
    await new Promise<void>((go) => {
      held.push(go);
      clearTimeout(timer);
      timer = setTimeout(release, 20);
      if (held.length >= count) setImmediate(release);
    });
    return answer(handshake, handshake.open);
  };
}

describe('a server that answers otherwise while many connections are open', function () {
  this.timeout(60_000);

  for (const status of ['403 Forbidden', '404 Not Found']) {
    for (const limit of [6, 20]) {
      it(`by ${status.slice(0, 3)} above ${limit} of one client is judged by what it answers alone`, async () => {
        const target = await auditTwice(
          () =>
            together(limit + 4, ({ judged }, open) =>
              open > limit ? plainResponse(`HTTP/1.1 ${status}`, [], '') : judged(),
            ),
          { concurrency: limit + 4, probe: ['valid/*', 'missing/*', 'malformed/[a-o]*'] },
        );
        expect(target).to.include({ verdict: 'passed', reason: null });
        expect(target.influence).to.match(
          new RegExp(
            `probes were answered differently while .* other connections .*${status.slice(0, 3)}, then`,
          ),
        );
        for (const { exchange } of target.probes) expect(exchange.response?.status).to.be.oneOf([101, 400]);
      });
    }
  }

  it('by a close only then is judged by the close alone', async () => {
    const target = await auditTwice(
      () =>
        together(12, ({ judged }, open) => {
          const answer = judged();
          if (answer.afterwards === 'websocket') return answer;
          const refusal = plainResponse('HTTP/1.1 400 Bad Request', [['Sec-WebSocket-Version', '13']], '');
          return { ...refusal, afterwards: open < 10 ? 'stay-open' : 'close' };
        }),
      { concurrency: 12, closeTimeout: 200, probe: ['missing/*', 'duplicate/*'] },
    );
    expect(target.influence).to.match(/answered differently/);
    for (const { id, criteria } of target.probes) {
      if (id !== 'valid/13') expect(criteria.socketClosed.verdict, id).to.equal('fail');
    }
    // One close window shows what becomes of the connection; of the others the answer is confirmed.
    const windows = target.probes
      .flatMap(({ exchange, earlierExchanges }) => [exchange, ...earlierExchanges])
      .filter(({ alone, close }) => alone && close?.kind === 'open');
    expect(windows.length).to.be.within(1, 2);
  });

  it('by a close only then, but always after one of the same answers, is judged by each close alone', async () => {
    const target = await auditTwice(
      () =>
        together(12, ({ judged, head }, open) => {
          const answer = judged();
          if (answer.afterwards === 'websocket') return answer;
          const refusal = plainResponse('HTTP/1.1 400 Bad Request', [['Sec-WebSocket-Version', '13']], '');
          const closes = open >= 10 || /^Sec-WebSocket-Version: 255\r$/m.test(head);
          return { ...refusal, afterwards: closes ? 'close' : 'stay-open' };
        }),
      { concurrency: 12, closeTimeout: 200, probe: ['missing/*', 'duplicate/*', 'unsupported/*'] },
    );
    for (const { id, criteria } of target.probes) {
      if (id === 'valid/13') continue;
      expect(criteria.socketClosed.verdict, id).to.equal(id === 'unsupported/255' ? 'pass' : 'fail');
    }
  });
});

describe('a server that answers by chance', function () {
  this.timeout(60_000);

  for (const turn of [0, 1, 2]) {
    it(`and accepts every third handshake, from ${turn} on, gets no verdict`, async () => {
      const target = await auditTwice(
        () => {
          let accepted = false;
          return ({ nth, judged }) => {
            // The first one is the control, without which there is no audit.
            const accepts = !accepted || nth % 3 === turn;
            accepted = true;
            return judged(accepts ? { readVersion: () => 13 } : {});
          };
        },
        { probe: ['missing/*', 'unsupported/*', 'duplicate/*', 'comma-listed/*'] },
      );
      expect(target.verdict).to.equal('inconclusive');
      expect(target.reason).to.match(/^the server answers the same handshake differently/);
      expect(target.findings).to.deep.equal([]);
    });
  }
});

describe('the exchanges of an audit', () => {
  it('say how many connections were open beside them', async () => {
    const server = await startScript(({ judged }) => judged());
    try {
      const target = onlyTarget(await audit(server.url, { probe: ['missing/*', 'duplicate/*'] }).report());
      const [control, ...others] = target.probes;
      for (const exchange of [control?.exchange, target.lastControl]) {
        expect(exchange).to.include({ alone: true, openConnections: 0 });
      }
      const among = others.flatMap(({ exchange, earlierExchanges }) => [exchange, ...earlierExchanges]);
      expect(among.some(({ alone, openConnections }) => !alone && openConnections > 0)).to.equal(true);
      for (const { alone, openConnections } of among) expect(alone).to.equal(openConnections === 0);
    } finally {
      await server.close();
    }
  });

  it('meets the targets of one host and port one after another', async () => {
    const limit = 4;
    const server = await startScript(
      together(limit, ({ judged }, open) =>
        open > limit ? plainResponse('HTTP/1.1 403 Forbidden', [], '') : judged(),
      ),
    );
    try {
      const targets = ['a', 'b', 'c'].map((path) => `${server.url}${path}`);
      const { targets: audited } = await audit(targets, {
        concurrency: 12,
        probe: ['missing/empty'],
      }).report();
      for (const target of audited) {
        expect(target).to.include({ verdict: 'passed', influence: null });
        for (const { exchange } of target.probes) expect(exchange.openConnections).to.be.below(limit);
      }
      expect(server.mostPending).to.be.at.most(limit);
    } finally {
      await server.close();
    }
  });
});
