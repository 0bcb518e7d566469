/** An audit of any number of targets, told as it happens. */

import { EventEmitter, on, setMaxListeners } from 'node:events';
import type { AuditEvent } from '../report/events.ts';
import type { Report } from '../report/report.ts';
import { ReportBuilder } from '../report/report-builder.ts';
import { tool } from '../report/tool.ts';
import { timeLimitReached } from './abort-reason.ts';
import { ConnectionScheduler } from './connection-scheduler.ts';
import type { AuditOptions, TargetsGiven } from './plan/options.ts';
import { type AuditPlan, planAudit } from './plan/plan.ts';
import { TargetRun } from './target-run.ts';

/**
 * Audits targets: `ws:`, `wss:`, `http:` or `https:` URLs, or `host:port`. The audit starts at once.
 *
 * @throws UsageError for what cannot be done as asked; then nothing was sent
 */
export function audit(targets: TargetsGiven, options: AuditOptions = {}): AuditRun {
  return new AuditRun(planAudit(targets, options));
}

/** A running audit: iterate over its events, once, or wait for its report. Leaving the iteration ends the audit. */
export class AuditRun implements AsyncIterable<AuditEvent> {
  readonly #emitter = new EventEmitter();
  readonly #events = on(this.#emitter, 'event', { close: ['end'] });
  readonly #stop = new AbortController();
  readonly #report: Promise<Report>;

  constructor(plan: AuditPlan) {
    const signal = AbortSignal.any([this.#stop.signal, ...(plan.signal === null ? [] : [plan.signal])]);
    // Every target listens to it, and every wait.
    setMaxListeners(0, signal);
    const builder = new ReportBuilder();
    const emit = (event: AuditEvent): void => {
      builder.add(event);
      this.#emitter.emit('event', event);
    };
    // The runs are made before the first event: what is wrong with a plan is thrown at the caller.
    const places = new ConnectionScheduler(plan);
    const runs = plan.targets.map(
      (target, index) => new TargetRun(index, target, plan, places, signal, emit),
    );
    const timer =
      plan.maxTime === 0 ? undefined : setTimeout(() => this.#stop.abort(timeLimitReached), plan.maxTime);
    this.#report = runAll(plan, runs, signal, emit)
      .then(() => builder.build())
      .finally(() => {
        clearTimeout(timer);
        this.#emitter.emit('end');
      });
    // Whoever iterates or asks for the report gets the error; nobody is left with an unhandled one.
    this.#report.catch(() => {});
  }

  /** The report, when the audit is over. */
  report(): Promise<Report> {
    return this.#report;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<AuditEvent, void, void> {
    try {
      for await (const [event] of this.#events) yield event as AuditEvent;
      await this.#report;
    } finally {
      this.#stop.abort();
    }
  }
}

async function runAll(
  plan: AuditPlan,
  runs: readonly TargetRun[],
  signal: AbortSignal,
  emit: (event: AuditEvent) => void,
): Promise<void> {
  const startedAt = performance.now();
  emit({
    type: 'run-start',
    tool,
    profile: plan.profile,
    failOn: plan.failOn,
    allowUnexpectedPass: plan.allowUnexpectedPass,
    maxHead: plan.maxHead,
    startedAt: new Date().toISOString(),
    targets: plan.targets.map(({ target }) => target.url),
  });
  await Promise.all(runs.map((run) => run.run()));
  emit({ type: 'run-end', durationMs: Math.round(performance.now() - startedAt), partial: signal.aborted });
}
