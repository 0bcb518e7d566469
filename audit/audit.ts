/** Audits any number of targets and emits events while it runs. */

import type { AuditEvent, RunEnd } from '../report/events.ts';
import { keepEvidence } from '../report/evidence.ts';
import { TargetCounter } from '../report/planned-run.ts';
import { type Report, schemaVersion } from '../report/report.ts';
import { ReportBuilder } from '../report/report-builder.ts';
import { identityOf, isInShard } from '../report/shard.ts';
import { tool } from '../report/tool.ts';
import { checkCertificates } from '../wire/connect/connector.ts';
import { endpointOf } from '../wire/endpoint/target.ts';
import { UsageError } from '../wire/usage-error.ts';
import { timeLimitReached } from './abort-reason.ts';
import { ConnectionScheduler, type Quota } from './connection-scheduler.ts';
import type { Delegate, DelegatedTarget } from './delegate.ts';
import { EarlierTargets } from './earlier-targets.ts';
import { EventRun } from './event-run.ts';
import { SteadyPace } from './pace.ts';
import type { AuditOptions } from './plan/options.ts';
import { type AuditPlan, planAudit } from './plan/plan.ts';
import {
  describeTarget,
  type PlannedTarget,
  type StreamedTarget,
  type TargetsGiven,
} from './plan/targets.ts';
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
 */
export class AuditRun extends EventRun<AuditEvent, Report> {
  /**
   * @param delegate audits the targets; null: this process does
   * @throws UsageError where a target's certificates cannot be used
   */
  constructor(plan: AuditPlan, delegate: Delegate | null = null) {
    checkCertificates(plan.targets.certificates);
    super({
      work: (emit, signal) => runAll(plan, delegate, signal, emit),
      createFold: () => new ReportBuilder(),
      signal: plan.signal,
      maxTime: plan.maxTime,
    });
  }
}

async function runAll(
  plan: AuditPlan,
  delegate: Delegate | null,
  signal: AbortSignal,
  emit: (event: AuditEvent) => void,
): Promise<void> {
  const startedAt = performance.now();
  const { profile, failOn, allowUnexpectedPass, maxHead, evidence, targets, recordedOptions } = plan;
  emit({
    type: 'run-start',
    schemaVersion,
    shard: plan.shard,
    tool,
    profile,
    failOn,
    allowUnexpectedPass,
    maxHead,
    evidence,
    options: recordedOptions,
    startedAt: new Date().toISOString(),
    planned: targets.planned,
  });
  const outcome = await runTargets(plan, delegate, signal, emit);
  const durationMs = Math.round(performance.now() - startedAt);
  emit({ type: 'run-end', durationMs, partial: signal.aborted, ...outcome });
}

/** Reads a target when there is room for it, and runs it. */
async function runTargets(
  plan: AuditPlan,
  delegate: Delegate | null,
  signal: AbortSignal,
  emit: (event: AuditEvent) => void,
): Promise<Pick<RunEnd, 'notBegun' | 'invalidTargets' | 'planned'>> {
  const { inputs, planned } = plan.targets;
  const isStream = planned === null;
  const scheduler = new ConnectionScheduler(
    delegate === null
      ? plan
      : { ...plan, concurrency: delegate.maxTargets, maxConnections: delegate.maxTargets },
    new SteadyPace(plan.rate),
    signal,
  );
  const emitKept = keepEvidence(plan.evidence, emit);
  const read = new TargetCounter(plan.shard);
  const earlier = new EarlierTargets(plan.resume, planned);
  const running = new Set<Promise<void>>();
  const failures: unknown[] = [];
  let begun = 0;
  let invalidTargets = 0;
  // After an interruption targets that have not begun are left out; at the time limit the report lists those of a list.
  const isOver = (): boolean => signal.aborted && (isStream || signal.reason !== timeLimitReached);
  const begin = async (
    input: DelegatedTarget['input'],
    target: PlannedTarget,
    quota: Quota,
    index: number,
  ): Promise<void> => {
    if (isOver()) return;
    if (delegate !== null) {
      const isAudited = await delegate.audit({ index, input }, signal, emit);
      if (isAudited) begun += 1;
      if (isAudited || isOver()) return;
    }
    begun += 1;
    await new TargetRun(index, target, plan, scheduler, quota, signal, emitKept).run();
  };
  for await (const input of isStream ? untilAborted(inputs, signal) : inputs) {
    if (isOver() || failures.length > 0) break;
    const target = planOrReport(input, plan, emit);
    if (target === 'invalid') invalidTargets += 1;
    if (typeof target === 'string' || input instanceof UsageError) continue;
    const described = describeTarget(target);
    if (!read.add(described)) continue;
    const index = earlier.placeOf(identityOf(described));
    if (index === null) {
      begun += 1;
      continue;
    }
    const run = scheduler
      .run(endpointOf(target.target), (quota) => begin(input, target, quota, index))
      .catch((error: unknown) => void failures.push(error))
      .finally(() => running.delete(run));
    running.add(run);
    await scheduler.room();
  }
  await Promise.all(running);
  if (isStream && !signal.aborted && earlier.left > 0) {
    const problem = `${earlier.left} targets of ${plan.resume?.name} did not come up again; their results are kept`;
    emit({ type: 'invalid-target', problem });
    invalidTargets += 1;
  }
  if (failures.length > 0) throw failures[0];
  return {
    notBegun: (planned?.targets ?? read.count) - begun,
    invalidTargets,
    planned: isStream && !signal.aborted ? read.planned() : planned,
  };
}

/** What is no target in a stream is reported, by the share that its problem belongs to, and the others are audited. */
function planOrReport(
  input: StreamedTarget,
  { targets, shard }: AuditPlan,
  emit: (event: AuditEvent) => void,
): PlannedTarget | 'invalid' | 'of another share' {
  try {
    return targets.plan(input);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    if (!isInShard(error.message, shard)) return 'of another share';
    emit({ type: 'invalid-target', problem: error.message });
    return 'invalid';
  }
}
