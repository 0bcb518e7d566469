/** Targets that come as a stream: read as they are audited, whatever stands between them. */

import { expect } from 'chai';
import { planAudit } from '../../audit/plan/plan.ts';
import { type AuditEvent, audit } from '../../index.ts';
import { withFixture, withRecorder } from '../support/servers.ts';

const one = { probe: ['valid/13'] };

describe('a stream of targets', function () {
  this.timeout(60_000);

  it('has each target audited before the next one comes', async () => {
    await withFixture('conformant', async ({ url }) => {
      const ended: number[] = [];
      let tell = (): void => {};
      async function* targets(): AsyncGenerator<string> {
        for (let nth = 0; nth < 3; nth += 1) {
          const end = new Promise<void>((resolve) => {
            tell = resolve;
          });
          yield `${url}${nth}`;
          await end;
        }
      }
      const events: AuditEvent[] = [];
      for await (const event of audit(targets(), one)) {
        events.push(event);
        if (event.type !== 'target-end') continue;
        ended.push(event.target);
        tell();
      }
      expect(ended).to.deep.equal([0, 1, 2]);
      expect(events[0]).to.have.property('planned', null);
      expect(events.at(-1)).to.have.nested.property('planned.targets', 3);
    });
  });

  it('has the hash of the same list', async () => {
    await withFixture('conformant', async ({ url }) => {
      const list = [`${url}a`, { url: `${url}b`, label: 'second' }];
      async function* targets(): AsyncGenerator<(typeof list)[number]> {
        yield* list;
      }
      const [streamed, listed] = [await audit(targets(), one).report(), await audit(list, one).report()];
      expect(streamed.planned).to.deep.equal(listed.planned);
      expect(streamed.gate.result).to.equal('pass');
    });
  });

  it('goes on after what is no target, and fails the gate', async () => {
    await withFixture('conformant', async ({ url }) => {
      async function* targets(): AsyncGenerator<string> {
        yield `${url}a`;
        yield 'ftp://127.0.0.1/';
        yield `${url}b`;
      }
      const run = audit(targets(), one);
      const reported = run.report();
      const problems: string[] = [];
      for await (const event of run) if (event.type === 'invalid-target') problems.push(event.problem);
      const report = await reported;
      expect(problems).to.have.lengthOf(1);
      expect(problems[0]).to.match(/^"ftp:\/\/127\.0\.0\.1\/": the scheme is ftp:/);
      expect(report.targets.map(({ url: audited }) => audited.slice(-1))).to.deep.equal(['a', 'b']);
      expect(report).to.include({ partial: false, invalidTargets: 1 });
      expect(report.gate).to.deep.include({ result: 'fail', reasons: ['1 invalid target'] });
    });
  });

  it('is not read further than there is room', async () => {
    await withRecorder(async ({ port }) => {
      let read = 0;
      async function* targets(): AsyncGenerator<string> {
        for (; read < 10_000; read += 1) yield `ws://127.0.0.1:${port}/${read}`;
      }
      const stop = new AbortController();
      const { notBegun, planned, partial } = await (async () => {
        const run = audit(targets(), { ...one, signal: stop.signal });
        const reported = run.report();
        for await (const event of run) if (event.type === 'target-end') stop.abort();
        return reported;
      })();
      expect(read).to.be.within(200, 400);
      expect(notBegun).to.be.within(200, read);
      expect({ planned, partial }).to.deep.equal({ planned: null, partial: true });
    });
  });

  it('ends with the signal although nothing more comes', async () => {
    await withFixture('conformant', async ({ url }) => {
      async function* targets(): AsyncGenerator<string> {
        yield url;
        await new Promise(() => {});
      }
      const stop = new AbortController();
      const run = audit(targets(), { ...one, signal: stop.signal });
      const reported = run.report();
      for await (const event of run) if (event.type === 'target-end') stop.abort();
      const report = await reported;
      expect(report.targets).to.have.lengthOf(1);
      expect(report).to.include({ partial: true, notBegun: 0, planned: null });
    });
  });

  it('has no time limit by default, and a list has', () => {
    async function* none(): AsyncGenerator<string> {}
    expect(planAudit(none()).maxTime).to.equal(0);
    expect(planAudit(none(), { maxTime: 5 }).maxTime).to.equal(5);
    expect(planAudit(['a']).maxTime).to.equal(30 * 60_000);
  });

  it('rejects the run with its own error', async () => {
    // biome-ignore lint/correctness/useYield: it fails before the first
    async function* targets(): AsyncGenerator<string> {
      throw new Error('the pipe broke');
    }
    const error = await audit(targets(), one)
      .report()
      .catch((reason: unknown) => reason);
    expect(error).to.be.an('error').with.property('message', 'the pipe broke');
  });
});
