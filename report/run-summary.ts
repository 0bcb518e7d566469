/** A run as a whole: a fold of its events that keeps a few numbers, whatever the number of targets. */

import { type TargetVerdict, targetVerdicts } from '../scoring/assessment.ts';
import type { SourceLocation } from '../scoring/source-location.ts';
import type { AuditEvent } from './events.ts';
import {
  type Gate,
  type LongReport,
  type RunInfo,
  type RunOutcome,
  type Summary,
  schemaVersion,
  type TargetResult,
} from './report.ts';
import { countFindings, gateOf, type RunCounts } from './run-gate.ts';

export interface RunSummary extends RunInfo, RunOutcome {
  readonly gate: Gate;
  readonly summary: Summary;
  readonly counts: RunCounts;
}

type TargetCounted = Pick<TargetResult, 'verdict' | 'findings' | 'unexpectedPasses' | 'reason'>;

export class RunSummaryBuilder {
  #info: RunInfo | null = null;
  #outcome: RunOutcome = { durationMs: 0, partial: true, notBegun: 0, invalidTargets: 0 };
  readonly #verdicts: Record<TargetVerdict, number> = {
    conformant: 0,
    passed: 0,
    nonconformant: 0,
    inconclusive: 0,
  };
  readonly #counts = {
    countingFindings: 0,
    uncountedFindings: 0,
    knownFindings: 0,
    unexpectedPasses: 0,
    unsureTargets: 0,
  };
  /** Where the entries of the baseline are written whose failures did not happen, by their places in it. */
  readonly #passes = new Map<number, SourceLocation | null>();

  add(event: AuditEvent): void {
    switch (event.type) {
      case 'run-start': {
        const { type: _type, schemaVersion: _version, shard: _shard, ...info } = event;
        this.#info = info;
        break;
      }
      case 'target-end':
        this.#addTarget(event.result);
        break;
      case 'run-end': {
        const { type: _type, planned, ...outcome } = event;
        this.#outcome = outcome;
        if (this.#info !== null) this.#info = { ...this.#info, planned };
        break;
      }
      case 'invalid-target':
      case 'target-start':
      case 'probe':
      case 'waiting':
        break;
      default:
        event satisfies never;
    }
  }

  #addTarget({ verdict, findings, unexpectedPasses, reason }: TargetCounted): void {
    const counts = countFindings(findings, this.#info?.failOn ?? 'should');
    this.#verdicts[verdict] += 1;
    this.#counts.countingFindings += counts.countingFindings;
    this.#counts.uncountedFindings += counts.uncountedFindings;
    this.#counts.knownFindings += counts.knownFindings;
    this.#counts.unexpectedPasses += unexpectedPasses.length;
    this.#counts.unsureTargets += reason === null ? 0 : 1;
    for (const { index, location } of unexpectedPasses) this.#passes.set(index, location ?? null);
  }

  /** @throws Error before `run-start` */
  build(): RunSummary {
    if (this.#info === null) throw new Error('a run begins with the event run-start');
    const targets = targetVerdicts.reduce((sum, verdict) => sum + this.#verdicts[verdict], 0);
    const counts = { ...this.#counts };
    return {
      ...this.#info,
      ...this.#outcome,
      gate: gateOf(counts, this.#passes, this.#info, this.#outcome, 'target'),
      summary: { targets, ...this.#verdicts },
      counts,
    };
  }
}

/** The summary of a run, from its report. */
export function summaryOf({
  targets,
  schemaVersion: _version,
  gate: _gate,
  summary: _summary,
  ...run
}: LongReport): RunSummary {
  const builder = new RunSummaryBuilder();
  const { durationMs, partial, notBegun, invalidTargets, ...info } = run;
  builder.add({ type: 'run-start', schemaVersion, shard: info.planned?.shard ?? null, ...info });
  for (const result of targets) builder.add({ type: 'target-end', target: 0, result });
  builder.add({ type: 'run-end', durationMs, partial, notBegun, invalidTargets, planned: info.planned });
  return builder.build();
}
