/** The reporters of a run as one: what they need decides what is folded and kept. */

import { expect } from 'chai';
import type { AuditEvent } from '../../index.ts';
import type { Report, TargetReport } from '../../report/report.ts';
import type { RunSummary } from '../../report/run-summary.ts';
import { type AttachedReporter, dispatchTo } from '../../reporters/dispatch.ts';
import type { Reporter } from '../../reporters/reporter.ts';
import { auditFixture, together } from '../support/render-report.ts';

interface Attached extends AttachedReporter {
  readonly calls: string[];
}

function attach(name: string, reporter: Reporter, fail?: 'finish'): Attached {
  const calls: string[] = [];
  return {
    name,
    reporter,
    calls,
    finish: async () => {
      calls.push('finish');
      if (fail === 'finish') throw new Error('no space left');
    },
    discard: async () => void calls.push('discard'),
  };
}

describe('the reporters of a run', () => {
  let events: readonly AuditEvent[];
  let whole: Report;

  before(async () => {
    const one = await auditFixture('number-conversion', { probe: ['malformed/hex'] });
    const audited = together([one, await auditFixture('conformant', { probe: ['malformed/hex'] })]);
    events = audited.events;
    whole = audited.report;
  });

  async function dispatch(attached: readonly AttachedReporter[]): Promise<ReturnType<typeof dispatchTo>> {
    const dispatcher = dispatchTo(attached);
    for (const event of events) await dispatcher.onEvent(event);
    return dispatcher;
  }

  it('get what they need: every event, every target, or the report', async () => {
    const seen: AuditEvent[] = [];
    const targets: TargetReport[] = [];
    const runs: RunSummary[] = [];
    const reports: Report[] = [];
    await dispatch([
      attach('events', { needs: 'events', onEvent: (event) => void seen.push(event) }),
      attach('targets', {
        needs: 'targets',
        onRunStart: () => {},
        onTarget: (target) => void targets.push(target),
        onRunEnd: (run) => void runs.push(run),
      }),
      attach('report', {
        needs: 'report',
        onReport: (report) => void reports.push({ ...report, targets: [...report.targets] }),
      }),
    ]);
    expect(seen).to.deep.equal(events);
    expect(targets).to.deep.equal(whole.targets);
    expect(reports).to.deep.equal([whole]);
    expect(runs.map(({ summary }) => summary)).to.deep.equal([whole.summary]);
  });

  it('know the run by a few numbers where nobody needs more', async () => {
    const { summary } = await dispatch([]);
    expect(summary()).to.deep.include({
      summary: whole.summary,
      gate: whole.gate,
      partial: false,
    });
  });

  it('hold nothing of the targets where only events are needed', async () => {
    const dispatcher = dispatchTo([attach('events', { needs: 'events', onEvent: () => {} })]);
    const held: WeakRef<AuditEvent>[] = [];
    for (const event of events) {
      const copy: AuditEvent = { ...event };
      held.push(new WeakRef(copy));
      await dispatcher.onEvent(copy);
    }
    const { setFlagsFromString } = process.getBuiltinModule('node:v8');
    setFlagsFromString('--expose-gc');
    const collect = process.getBuiltinModule('node:vm').runInNewContext('gc') as () => void;
    // A weak reference holds until the turn is over.
    await new Promise((resolve) => setImmediate(resolve));
    collect();
    // The last one may still be on the stack.
    expect(held.slice(0, -1).filter((one) => one.deref() !== undefined)).to.have.length(0);
    expect(dispatcher.failures).to.deep.equal([]);
  });

  it('go on without one that fails', async () => {
    const broken = attach('broken', {
      needs: 'events',
      onEvent: () => {
        throw new Error('disk full');
      },
    });
    const unfinished = attach('unfinished', { needs: 'events', onEvent: () => {} }, 'finish');
    const sound = attach('sound', { needs: 'events', onEvent: () => {} });
    const { failures } = await dispatch([sound, broken, unfinished]);
    expect(failures).to.deep.equal([
      'the report "broken" could not be written: disk full',
      'the report "unfinished" could not be written: no space left',
    ]);
    expect([broken.calls, unfinished.calls, sound.calls]).to.deep.equal([
      ['discard'],
      ['finish', 'discard'],
      ['finish'],
    ]);
  });
});
