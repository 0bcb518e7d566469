/** Folds the events of a run into its report. */

import type { AuditEvent } from './events.ts';
import { type Report, schemaVersion, type TargetReport, type TargetSequence } from './report.ts';
import { type RunSummary, RunSummaryBuilder } from './run-summary.ts';
import { TargetBuilder } from './target-builder.ts';

export class ReportBuilder {
  readonly #runSummary = new RunSummaryBuilder();
  readonly #targetBuilder = new TargetBuilder();
  /** The targets that have ended, by their index in the run. */
  readonly #targets = new Map<number, TargetReport>();

  /** @returns the target that ends with this event; null for any other event */
  add(event: AuditEvent): TargetReport | null {
    this.#runSummary.add(event);
    const target = this.#targetBuilder.add(event);
    if (event.type === 'target-end' && target !== null) this.#targets.set(event.target, target);
    return target;
  }

  /**
   * The report of the targets that have ended; partial before `run-end`.
   *
   * @throws Error before `run-start`
   */
  build(): Report {
    const targets = [...this.#targets].sort(([a], [b]) => a - b).map(([, target]) => target);
    return reportOf(this.#runSummary.build(), targets);
  }
}

/** @param targets in the order in which they were given */
export function reportOf<Targets extends TargetSequence>(
  { counts: _counts, ...run }: RunSummary,
  targets: Targets,
): Omit<Report, 'targets'> & { readonly targets: Targets } {
  return { schemaVersion, ...run, targets };
}
