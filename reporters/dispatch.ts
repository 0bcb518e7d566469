/**
 * The reporters of a run as one reporter: it asks for the most that any of them needs, folds the events once for all of
 * them, and goes on without one that fails.
 */

import type { AuditEvent } from '../report/events.ts';
import type { TargetReport } from '../report/report.ts';
import { reportOf } from '../report/report-builder.ts';
import { RunSummaryBuilder } from '../report/run-summary.ts';
import { TargetBuilder } from '../report/target-builder.ts';
import { TargetStore } from '../report/target-store.ts';
import { type Attached, FanOut } from './fan-out.ts';
import type { EventReporter, Reporter } from './reporter.ts';

export type AttachedReporter = Attached<Reporter>;

export interface Dispatcher extends EventReporter {
  /** Why reports could not be written, in words. */
  readonly failures: readonly string[];
  /** The run as far as its events have come. @throws Error before `run-start` */
  readonly summary: RunSummaryBuilder['build'];
}

export function dispatchTo(attached: readonly AttachedReporter[]): Dispatcher {
  const needs = new Set(attached.map(({ reporter }) => reporter.needs));
  const store = needs.has('report') ? new TargetStore() : null;
  const targetBuilder = store !== null || needs.has('targets') ? new TargetBuilder() : null;
  const summaryBuilder = new RunSummaryBuilder();
  const fanOut = new FanOut(attached);

  const hand = (event: AuditEvent, target: TargetReport | null): ((to: Reporter) => void | Promise<void>) => {
    const summary = event.type === 'run-end' ? summaryBuilder.build() : null;
    return (to) => {
      switch (to.needs) {
        case 'events':
          return to.onEvent(event);
        case 'targets':
          if (event.type === 'run-start') to.onRunStart(event);
          else if (target !== null && event.type === 'target-end') to.onTarget(target, event.target);
          else if (summary !== null) to.onRunEnd(summary);
          return;
        case 'report':
          return summary !== null && store !== null
            ? to.onReport(reportOf(summary, store.targets()))
            : undefined;
      }
    };
  };

  return {
    needs: 'events',
    async onEvent(event) {
      summaryBuilder.add(event);
      const target = targetBuilder?.add(event) ?? null;
      if (event.type === 'target-end' && target !== null) store?.add(event.target, target);
      await fanOut.hand(hand(event, target), event.type === 'run-end');
      if (event.type === 'run-end') store?.close();
    },
    get failures() {
      return fanOut.failures;
    },
    summary: () => summaryBuilder.build(),
  };
}
