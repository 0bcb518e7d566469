/** The stress probes: when they are sent, and what is held against whom. */

import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { type Answer, plainResponse } from '../../fixtures/answer.ts';
import { findFixture } from '../../fixtures/catalogue.ts';
import { startFixture } from '../../fixtures/server.ts';
import { type AuditOptions, audit, type TargetReport, UsageError } from '../../index.ts';
import { catalogue } from '../../probes/catalogue.ts';
import { parseReport } from '../../report/parse-report.ts';
import { rescoredReport } from '../../report/rescore.ts';
import { failuresOf, findingsOf, sentByDefault } from '../support/failures.ts';
import { onlyTarget } from '../support/fixture-audits.ts';
import { judgementOf } from '../support/judgement.ts';
import { type Script, type ScriptedServer, startScript } from '../support/scripted-server.ts';

const stressIds = catalogue.filter(({ tier }) => tier === 'stress').map(({ id }) => id);
/** Every stress probe, and the control. */
const onlyStress: AuditOptions = {
  stress: true,
  probe: ['stress/*', 'malformed/oversized'],
  closeTimeout: 300,
};
const unanswered: Answer = { bytes: '', afterwards: 'stay-open' };

/** Audits, and checks that the same verdicts follow from the report alone. */
async function auditOf(url: string, options: AuditOptions): Promise<TargetReport> {
  const report = await audit(url, options).report();
  const target = onlyTarget(report);
  const rescored = rescoredReport(parseReport(JSON.stringify(report), 'the report'));
  expect(judgementOf(onlyTarget(rescored))).to.deep.equal(judgementOf(target));
  return target;
}

async function auditFixture(name: string, options: AuditOptions): Promise<TargetReport> {
  const fixture = findFixture(name);
  if (fixture === undefined) throw new Error(`there is no fixture ${name}`);
  const server = await startFixture(fixture);
  try {
    return await auditOf(server.url, options);
  } finally {
    await server.close();
  }
}

async function auditScript(
  script: Script,
  options: AuditOptions,
): Promise<{ server: ScriptedServer; target: TargetReport }> {
  const server = await startScript(script);
  try {
    return { server, target: await auditOf(server.url, options) };
  } finally {
    await server.close();
  }
}

function probeOf(target: TargetReport, id: string): TargetReport['probes'][number] {
  const probe = target.probes.find((one) => one.id === id);
  if (probe === undefined) throw new Error(`${id} is not in the report`);
  return probe;
}

const isLong = ({ head }: { head: string }): boolean => head.length > 30_000;

describe('stress probes', function () {
  this.timeout(60_000);

  it('are not sent unless they are asked for, and nothing is said about them', async () => {
    const { server, target } = await auditScript((handshake) => handshake.judged(), { closeTimeout: 300 });
    expect(target.probes.map(({ id }) => id)).to.deep.equal(sentByDefault.map(({ id }) => id));
    expect(target.verdict).to.equal('conformant');
    expect(Math.max(...server.handshakes.map(({ head }) => head.length))).to.be.lessThan(8192);
    expect(JSON.stringify(target)).not.to.contain('stress');
  });

  it('come last, one at a time, each with the control behind it', async () => {
    const { server, target } = await auditScript((handshake) => handshake.judged(), {
      stress: true,
      closeTimeout: 300,
    });
    expect(target.probes.map(({ id }) => id)).to.deep.equal(catalogue.map(({ id }) => id));
    expect(target).to.include({ verdict: 'conformant', reason: null });
    const last = server.handshakes.slice(-2 * stressIds.length);
    const controls = last.filter((_, i) => i % 2 === 1);
    for (const { head } of controls) expect(head).to.match(/Sec-WebSocket-Version: 13\r\n\r\n$/);
    const others = server.handshakes.slice(0, -2 * stressIds.length);
    expect(others.some(({ head }) => head.length > 8192)).to.equal(false);
    for (const id of stressIds) {
      const { controlsAfter = [], checks } = probeOf(target, id);
      expect(controlsAfter.map(({ response }) => response?.status)).to.deep.equal([101]);
      expect(checks.withstands?.verdict, id).to.equal('pass');
    }
  });

  it('that end the server leave the verdicts on all others as they were', async () => {
    const target = await auditFixture('falls-over-on-body', {
      stress: true,
      closeTimeout: 300,
      responseTimeout: 500,
    });
    expect(target).to.include({ verdict: 'nonconformant', reason: null });
    expect(failuresOf(target)).to.deep.equal({ 'stress/body': 'withstands' });
    expect(findingsOf(target)).to.deep.equal(['stress-ended-stress/body']);
    const [finding] = target.findings;
    expect(finding?.actual).to.match(/^no control accepted afterwards: no connection: .*ECONNREFUSED/);
    expect(finding?.title).to.equal('No longer accepts handshakes after a stress probe: a body of 5 bytes');
    expect(target.lastControl?.response?.status).to.equal(101);
    // What stands behind it is not sent any more.
    expect(target.probes.at(-1)?.id).to.equal('stress/body');
    expect(probeOf(target, 'stress/body').controlsAfter).to.have.lengthOf(2);
  });

  it('that are not answered are held against the server that serves all others', async () => {
    const target = await auditFixture('silent-on-many-fields', { ...onlyStress, responseTimeout: 500 });
    expect(failuresOf(target)).to.deep.equal({ 'stress/many-fields': 'withstands' });
    expect(findingsOf(target)).to.deep.equal(['stress-unanswered-stress/many-fields']);
    expect(target.probes).to.have.lengthOf(stressIds.length + 1);
  });

  it('that block the server for a time are held against it, and nothing else is', async () => {
    let free = Promise.resolve();
    const { target } = await auditScript(
      async (handshake) => {
        if (isLong(handshake)) free = sleep(1500);
        await free;
        return handshake.judged();
      },
      { stress: true, closeTimeout: 300, responseTimeout: 500 },
    );
    const failures = failuresOf(target);
    expect(Object.keys(failures)).to.deep.equal(['malformed/oversized']);
    expect(findingsOf(target)).to.deep.equal(['stress-blocked-malformed/oversized!']);
    expect(target).to.include({ verdict: 'nonconformant', reason: null });
    const controls = probeOf(target, 'malformed/oversized').controlsAfter ?? [];
    expect(controls.map(({ outcome }) => outcome)).to.deep.equal(['timeout', 'response']);
  });

  it('are followed by the control again where it was rate-limited', async () => {
    let limited = 0;
    const { target } = await auditScript((handshake) => {
      const isAfterKey = handshake.nth === 5;
      if (isAfterKey) limited += 1;
      return isAfterKey
        ? plainResponse('HTTP/1.1 429 Too Many Requests', [['Retry-After', '1']], 'Too many handshakes')
        : handshake.judged();
    }, onlyStress);
    expect(limited).to.equal(1);
    expect(target.verdict).to.equal('passed');
    expect(target.probes).to.have.lengthOf(stressIds.length + 1);
  });

  it('that are refused with 503 are no verdict, and not asked again', async () => {
    const { server, target } = await auditScript(
      (handshake) =>
        isLong(handshake)
          ? { bytes: 'HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n', afterwards: 'close' }
          : handshake.judged(),
      onlyStress,
    );
    expect(server.handshakes.filter(isLong)).to.have.lengthOf(1);
    expect(probeOf(target, 'malformed/oversized').verdict).to.equal('inconclusive');
    expect(target).to.include({ verdict: 'passed', reason: null });
  });

  it('a 400 that repeats 64 KiB in its reason phrase is a 400', async () => {
    const { target } = await auditScript(
      (handshake) =>
        isLong(handshake)
          ? {
              bytes: `HTTP/1.1 400 Not a version: ${'1'.repeat(65_536)}\r\nContent-Length: 0\r\n\r\n`,
              afterwards: 'close',
            }
          : handshake.judged(),
      onlyStress,
    );
    const { criteria, exchange } = probeOf(target, 'malformed/oversized');
    expect(exchange.response?.statusLine).to.have.lengthOf.above(65_536);
    expect(criteria.status).to.include({ verdict: 'pass', actual: '400' });
  });

  it('an invalid Content-Length that is accepted fails', async () => {
    const { target } = await auditScript(
      (handshake) => handshake.judged({ skips: ['content-length'] }),
      onlyStress,
    );
    expect(failuresOf(target)).to.deep.equal({ 'stress/content-length-invalid': 'status!' });
    expect(findingsOf(target)).to.deep.equal(['stress-answer-stress/content-length-invalid!']);
  });

  it('a run that ends among them keeps all its verdicts', async () => {
    const stop = new AbortController();
    const { target } = await auditScript(
      (handshake) => {
        if (!isLong(handshake)) return handshake.judged();
        stop.abort();
        return unanswered;
      },
      { stress: true, closeTimeout: 300, signal: stop.signal },
    );
    expect(target).to.include({ verdict: 'conformant', reason: null });
    expect(target.lastControl?.response?.status).to.equal(101);
    expect(target.probes.map(({ id }) => id)).not.to.contain('malformed/oversized');
  });

  it('are refused by their name alone', () => {
    for (const probe of ['stress/*', 'stress', 'malformed/oversized']) {
      expect(() => audit('ws://127.0.0.1:1/', { probe: [probe] }))
        .to.throw(UsageError)
        .with.property('message')
        .which.equals(
          `stress is needed for ${probe}: it matches only stress probes, which may bring a server down`,
        );
    }
  });
});
