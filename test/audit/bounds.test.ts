/** The bounds that the caller sets: on bytes, on the time of an audit, on open connections. */

import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { expect } from 'chai';
import { defaults } from '../../audit/plan/defaults.ts';
import { withField } from '../../fixtures/answer.ts';
import { refusals } from '../../fixtures/faults/hooks.ts';
import { type AuditOptions, audit, type Report, UsageError } from '../../index.ts';
import { parseReport } from '../../report/parse-report.ts';
import { rescoredReport } from '../../report/rescore.ts';
import { startScript } from '../support/scripted-server.ts';

const few = { probe: ['missing/absent', 'malformed/hex'], closeTimeout: 200 };

/** Audits a server that refuses with a field of 500 bytes, and is right in all else. */
async function auditOfWordy(options: AuditOptions): Promise<Report> {
  const wordy = refusals((refusal400) => withField(refusal400, 'X-Words', 'w'.repeat(500)));
  const server = await startScript(({ judged }) => judged(wordy));
  try {
    return await audit(server.url, { ...few, ...options }).report();
  } finally {
    await server.close();
  }
}

function exchangesOf(report: Report): Report['targets'][number]['probes'][number]['exchange'][] {
  return report.targets.flatMap(({ probes }) =>
    probes.filter(({ id }) => id !== 'valid/13').map(({ exchange }) => exchange),
  );
}

describe('the bytes of a response head', () => {
  it('are read up to the limit, and make no response beyond it', async () => {
    const wide = await auditOfWordy({ maxHead: 2000 });
    expect(exchangesOf(wide).map(({ outcome }) => outcome)).to.deep.equal(['response', 'response']);
    expect(wide.summary.passed).to.equal(1);

    const narrow = await auditOfWordy({ maxHead: 400 });
    for (const { outcome, error } of exchangesOf(narrow)) {
      expect(outcome).to.equal('malformed');
      expect(error?.message).to.equal('the head is longer than 400 bytes');
    }
    expect(narrow.summary.nonconformant).to.equal(1);
  });

  it('are limited alike where the report is judged again', async () => {
    const report = await auditOfWordy({ maxHead: 400 });
    const again = rescoredReport(parseReport(JSON.stringify(report), 'the file'));
    expect(again).to.deep.equal(report);
  });
});

describe('the bytes of a response that are kept', () => {
  it('are as many as was asked for, whatever the verdict rests on', async () => {
    const whole = await auditOfWordy({});
    const cut = await auditOfWordy({ maxKept: 100 });
    for (const { response } of exchangesOf(whole)) expect(response?.truncated).to.equal(false);
    for (const { response } of exchangesOf(cut)) {
      expect(response?.truncated).to.equal(true);
      expect(Buffer.from(response?.base64 ?? '', 'base64')).to.have.lengthOf(100);
      expect(response?.fields.some(([name]) => name === 'X-Words')).to.equal(true);
    }
    expect(cut.summary).to.deep.equal(whole.summary);
  });
});

describe('the time of an audit', function () {
  this.timeout(30_000);
  const patient = { responseTimeout: 1_000_000, closeTimeout: 1_000_000 };

  it('ends it when it is up: every target is in the report, and why it has no verdict', async () => {
    const silent = createServer(() => {}).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const { port } = silent.address() as AddressInfo;
    const urls = ['a', 'b', 'c'].map((path) => `ws://127.0.0.1:${port}/${path}`);
    try {
      // One at a time, so that the others have not begun.
      const options = { ...few, ...patient, concurrency: 1, maxTime: 100 };
      const report = await audit(urls, options).report();
      expect(report.partial).to.equal(true);
      expect(report.targets.map(({ url }) => url)).to.deep.equal(urls);
      for (const { verdict, reason } of report.targets) {
        expect(verdict).to.equal('inconclusive');
        expect(reason).to.equal('time limit reached (maxTime 100) after 0 of 3 probes');
      }
      expect(rescoredReport(parseReport(JSON.stringify(report), 'the file'))).to.deep.equal(report);
    } finally {
      silent.close();
    }
  });

  it('leaves what was found before', async () => {
    // Once the finding is there the server falls silent.
    const server = await startScript(({ head, judged }) =>
      /: 0xd\r/.test(head) ? new Promise(() => {}) : judged({ readVersion: () => 13 }),
    );
    try {
      const report = await audit(server.url, {
        ...few,
        ...patient,
        closeTimeout: 200,
        maxTime: 3000,
      }).report();
      expect(report.partial).to.equal(true);
      expect(report.targets[0]?.verdict).to.equal('nonconformant');
      expect(report.targets[0]?.reason).to.match(
        /^time limit reached .* after 2 of 3 probes, before the control was repeated$/,
      );
    } finally {
      await server.close();
    }
  });

  it('does not keep an audit from its end, and has none where it is 0', async () => {
    for (const maxTime of [0, 2 ** 31 - 1]) {
      const report = await auditOfWordy({ maxTime });
      expect(report).to.include({ partial: false });
      expect(report.summary.passed).to.equal(1);
    }
  });
});

describe('the connections that are open at once', function () {
  this.timeout(30_000);

  /** The most connections that were open at once, seen from the client, to servers that refuse and leave them open. */
  async function mostOpen(options: AuditOptions): Promise<number> {
    const sockets: Socket[] = [];
    let most = 0;
    const onSocket = (message: unknown): void => {
      sockets.push((message as { readonly socket: Socket }).socket);
      most = Math.max(most, sockets.filter(({ destroyed }) => !destroyed).length);
    };
    const stayOpen = refusals((refusal400) => ({ ...refusal400, afterwards: 'stay-open' }));
    const server = await startScript(({ judged }) => judged(stayOpen));
    subscribe('net.client.socket', onSocket);
    try {
      const urls = [`${server.url}a`, `${server.url}b`];
      const report = await audit(urls, { probe: ['malformed/*'], closeTimeout: 300, ...options }).report();
      expect(report.summary.nonconformant).to.equal(2);
      expect(report.targets.map(({ reason }) => reason)).to.deep.equal([null, null]);
      return most;
    } finally {
      unsubscribe('net.client.socket', onSocket);
      await server.close();
    }
  }

  it('are as many as was asked for, over all targets, those that wait for a close among them', async () => {
    expect(await mostOpen({ maxConnections: 6 })).to.equal(6);
    expect(await mostOpen({ maxConnections: 1, probe: ['malformed/h*'] })).to.equal(1);
  });

  it('are more where the limit lets them, than wait for a response', async () => {
    expect(await mostOpen({ concurrency: 2 })).to.be.within(3, defaults.maxConnections);
  });
});

describe('a bound', () => {
  it('is a whole number', () => {
    for (const name of ['maxTime', 'maxConnections', 'maxHead', 'maxKept'] as const) {
      for (const value of [-1, 0.5, Number.NaN, 2 ** 31, ...(name === 'maxTime' ? [] : [0])]) {
        expect(() => audit('ws://127.0.0.1/', { [name]: value })).to.throw(
          UsageError,
          `${name} must be a whole number`,
        );
      }
    }
  });
});
