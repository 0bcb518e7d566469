/** Audits any number of targets and emits events while it runs. */

import { EventEmitter, on, setMaxListeners } from 'node:events';
import type { AuditEvent, RunEnd } from '../report/events.ts';
import { TargetCounter } from '../report/planned-run.ts';
import type { Report } from '../report/report.ts';
import { ReportBuilder } from '../report/report-builder.ts';
import { tool } from '../report/tool.ts';
import { checkCertificates } from '../wire/connect/connector.ts';
import { endpointOf } from '../wire/endpoint/target.ts';
import { UsageError } from '../wire/usage-error.ts';
import { timeLimitReached } from './abort-reason.ts';
import { ConnectionScheduler, type Quota } from './connection-scheduler.ts';
import type { AuditOptions } from './plan/options.ts';

import { type AuditPlan, planAudit } from './plan/plan.ts';
import type { PlannedTarget, TargetInput, TargetsGiven } from './plan/targets.ts';
import { TargetRun } from './target-run.ts';
import { untilAborted } from './until-aborted.ts';

/**
 * Audits targets: `ws:`, `wss:`, `http:` or `https:` URLs, `host`, `host:port` or `:port`. The audit starts at once.
 *
 * An async iterable is read as its targets are audited, each as soon as it comes. What is no target in it becomes an
 * event, and fails the gate.
 *
 * @throws UsageError for invalid targets or options; then nothing was sent
 */
export function audit(targets: TargetsGiven, options: AuditOptions = {}): AuditRun {
  return new AuditRun(planAudit(targets, options));
}

/**
 * A running audit: iterate over its events, once, or wait for its report, or both. Leaving the iteration ends the audit.
 *
 * An iteration keeps none of the events that it has yielded: the memory of a run does not grow with its targets. To
 * have the report as well, call `report()` before you iterate.
 */
export class AuditRun implements AsyncIterable<AuditEvent> {
  readonly #emitter = new EventEmitter();
  readonly #stop = new AbortController();
  readonly #over: Promise<void>;
  #isOver = false;
  /** The events that came before somebody iterated or asked for the report; null from then on. */
  #backlog: AuditEvent[] | null = [];
  #isIterated = false;
  #report: Promise<Report> | null = null;

  /** @throws UsageError where a target's certificates cannot be used */
  constructor(plan: AuditPlan) {
    checkCertificates(plan.targets.certificates);
    const signal = AbortSignal.any([this.#stop.signal, ...(plan.signal === null ? [] : [plan.signal])]);
    // Every target listens to it, and every wait.
    setMaxListeners(0, signal);
    const timer =
      plan.maxTime === 0 ? undefined : setTimeout(() => this.#stop.abort(timeLimitReached), plan.maxTime);
    this.#over = runAll(plan, signal, (event) => {
      this.#backlog?.push(event);
      this.#emitter.emit('event', event);
    }).finally(() => {
      clearTimeout(timer);
      this.#isOver = true;
      this.#emitter.emit('end');
    });
    // Whoever iterates or asks for the report gets the error; avoid an unhandled rejection.
    this.#over.catch(() => {});
  }

  /**
   * The report, when the audit is over. It is folded from the events only if it is asked for.
   *
   * @returns rejects if an iteration has begun before: the events are gone
   */
  report(): Promise<Report> {
    this.#report ??= this.#isIterated
      ? Promise.reject(new Error('call report() before iterating over the events of an audit'))
      : this.#foldReport();
    this.#report.catch(() => {});
    return this.#report;
  }

  #foldReport(): Promise<Report> {
    const builder = new ReportBuilder();
    for (const event of this.#backlog ?? []) builder.add(event);
    this.#emitter.on('event', (event: AuditEvent) => void builder.add(event));
    // An iteration that begins in the same turn gets every event; without one, nothing is kept for it.
    setImmediate(() => {
      this.#backlog = null;
    });
    return this.#over.then(() => builder.build());
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<AuditEvent, void, void> {
    const live = on(this.#emitter, 'event', { close: ['end'] });
    const backlog = this.#backlog ?? [];
    this.#backlog = null;
    this.#isIterated = true;
    try {
      yield* backlog;
      if (this.#isOver) await live.return?.();
      for await (const [event] of live) yield event as AuditEvent;
      await this.#over;
    } finally {
      this.#stop.abort();
    }
  }
}

async function runAll(
  plan: AuditPlan,
  signal: AbortSignal,
  emit: (event: AuditEvent) => void,
): Promise<void> {
  const startedAt = performance.now();
  const { profile, failOn, allowUnexpectedPass, maxHead, targets } = plan;
  emit({
    type: 'run-start',
    tool,
    profile,
    failOn,
    allowUnexpectedPass,
    maxHead,
    startedAt: new Date().toISOString(),
    planned: targets.planned,
  });
  const outcome = await runTargets(plan, signal, emit);
  const durationMs = Math.round(performance.now() - startedAt);
  emit({ type: 'run-end', durationMs, partial: signal.aborted, ...outcome });
}

/** Reads a target when there is room for it, and runs it. */
async function runTargets(
  plan: AuditPlan,
  signal: AbortSignal,
  emit: (event: AuditEvent) => void,
): Promise<Pick<RunEnd, 'notBegun' | 'invalidTargets' | 'planned'>> {
  const { inputs, planned } = plan.targets;
  const isStream = planned === null;
  const scheduler = new ConnectionScheduler(plan);
  const read = new TargetCounter();
  const running = new Set<Promise<void>>();
  const failures: unknown[] = [];
  let begun = 0;
  let invalidTargets = 0;
  // After an interruption targets that have not begun are left out; at the time limit the report lists those of a list.
  const isOver = (): boolean => signal.aborted && (isStream || signal.reason !== timeLimitReached);
  const begin = async (target: PlannedTarget, quota: Quota, index: number): Promise<void> => {
    if (isOver()) return;
    begun += 1;
    await new TargetRun(index, target, plan, scheduler, quota, signal, emit).run();
  };
  for await (const input of isStream ? untilAborted(inputs, signal) : inputs) {
    if (isOver() || failures.length > 0) break;
    const target = planOrReport(input, plan, emit);
    if (target === null) {
      invalidTargets += 1;
      continue;
    }
    const index = read.count;
    read.add({ url: target.target.url, label: target.label });
    const run = scheduler
      .run(endpointOf(target.target), (quota) => begin(target, quota, index))
      .catch((error: unknown) => void failures.push(error))
      .finally(() => running.delete(run));
    running.add(run);
    await scheduler.room();
  }
  await Promise.all(running);
  if (failures.length > 0) throw failures[0];
  return {
    notBegun: (planned?.targets ?? read.count) - begun,
    invalidTargets,
    planned: isStream && !signal.aborted ? read.planned() : planned,
  };
}

/** Null for what is no target in a stream: it is reported, and the others are audited. */
function planOrReport(
  input: string | TargetInput,
  { targets }: AuditPlan,
  emit: (event: AuditEvent) => void,
): PlannedTarget | null {
  try {
    return targets.plan(input);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    emit({ type: 'invalid-target', problem: error.message });
    return null;
  }
}
