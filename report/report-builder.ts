/** Folds the events of a run into its report. */

import type { AuditEvent } from './events.ts';
import { type Report, type RunInfo, type RunOutcome, schemaVersion, type TargetReport } from './report.ts';
import { summariseTargets } from './run-summary.ts';
import { TargetBuilder } from './target-builder.ts';

export class ReportBuilder {
  #info: RunInfo | null = null;
  #outcome: RunOutcome = { durationMs: 0, partial: true };
  readonly #targetBuilder = new TargetBuilder();
  /** The targets that have ended, by their index in the run. */
  readonly #targets = new Map<number, TargetReport>();

  /** @returns the target that ends with this event; null for any other event */
  add(event: AuditEvent): TargetReport | null {
    const target = this.#targetBuilder.add(event);
    switch (event.type) {
      case 'run-start': {
        const { type: _type, targets: _targets, ...info } = event;
        this.#info = info;
        break;
      }
      case 'target-end':
        if (target !== null) this.#targets.set(event.target, target);
        break;
      case 'run-end':
        this.#outcome = { durationMs: event.durationMs, partial: event.partial };
        break;
      case 'target-start':
      case 'probe':
      case 'waiting':
        break;
      default:
        event satisfies never;
    }
    return target;
  }

  /**
   * The report of the targets that have ended; partial before `run-end`.
   *
   * @throws Error before `run-start`
   */
  build(): Report {
    if (this.#info === null) throw new Error('a report begins with the event run-start');
    const targets = [...this.#targets].sort(([a], [b]) => a - b).map(([, target]) => target);
    return { schemaVersion, ...this.#info, ...this.#outcome, summary: summariseTargets(targets), targets };
  }
}
