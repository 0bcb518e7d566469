/**
 * The reporters of a run as one reporter: it asks for the most that any of them needs, folds the events once for all of
 * them, and goes on without one that fails.
 */

import type { AuditEvent } from '../report/events.ts';
import type { TargetReport } from '../report/report.ts';
import { ReportBuilder } from '../report/report-builder.ts';
import { RunSummaryBuilder } from '../report/run-summary.ts';
import { TargetBuilder } from '../report/target-builder.ts';
import type { EventReporter, Reporter } from './reporter.ts';

/** A reporter, and the end of what it writes. */
export interface AttachedReporter {
  /** As an error message names it. */
  readonly name: string;
  readonly reporter: Reporter;
  /** Ends the report. @throws Error where not all of it could be written */
  readonly finish: () => Promise<void>;
  /** Gives the report up. */
  readonly discard: () => Promise<void>;
}

export interface Dispatcher extends EventReporter {
  /** Why reports could not be written, in words. */
  readonly failures: readonly string[];
  /** The run as far as its events have come. @throws Error before `run-start` */
  readonly summary: RunSummaryBuilder['build'];
}

export function dispatchTo(attached: readonly AttachedReporter[]): Dispatcher {
  const needs = new Set(attached.map(({ reporter }) => reporter.needs));
  const reportBuilder = needs.has('report') ? new ReportBuilder() : null;
  const targetBuilder = reportBuilder ?? (needs.has('targets') ? new TargetBuilder() : null);
  const summaryBuilder = new RunSummaryBuilder();
  const failures = new Map<AttachedReporter, string>();

  /** Built once for all reporters that need it. */
  const hand = (event: AuditEvent, target: TargetReport | null): ((to: Reporter) => void | Promise<void>) => {
    const summary = event.type === 'run-end' ? summaryBuilder.build() : null;
    const report = event.type === 'run-end' ? (reportBuilder?.build() ?? null) : null;
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
          return report === null ? undefined : to.onReport(report);
      }
    };
  };

  return {
    needs: 'events',
    async onEvent(event) {
      summaryBuilder.add(event);
      const handTo = hand(event, targetBuilder?.add(event) ?? null);
      await Promise.all(
        attached.map(async (one) => {
          if (failures.has(one)) return;
          try {
            await handTo(one.reporter);
            if (event.type === 'run-end') await one.finish();
          } catch (error) {
            failures.set(one, error instanceof Error ? error.message : String(error));
            await one.discard();
          }
        }),
      );
    },
    get failures() {
      // In the order of the reporters, whichever failed first.
      return attached
        .filter((one) => failures.has(one))
        .map((one) => `the report "${one.name}" could not be written: ${failures.get(one)}`);
    },
    summary: () => summaryBuilder.build(),
  };
}
