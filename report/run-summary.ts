/** A run as a whole: a fold of its events that keeps a few numbers, whatever the number of targets. */

import type { TargetVerdict } from '../scoring/assessment.ts';
import { countsAgainst } from '../scoring/findings.ts';
import type { AuditEvent } from './events.ts';
import type { Report, RunInfo, RunOutcome, Summary, TargetResult } from './report.ts';

export interface RunSummary extends RunInfo, RunOutcome {
  readonly summary: Summary;
  /** Whether a target has a finding that counts against it. */
  readonly hasCountingFindings: boolean;
  /** Entries of the baseline whose failures did not happen, over all targets. */
  readonly unexpectedPasses: number;
}

export class RunSummaryBuilder {
  #info: RunInfo | null = null;
  #outcome: RunOutcome = { durationMs: 0, partial: true, notBegun: 0 };
  readonly #verdicts: Record<TargetVerdict, number> = { conformant: 0, nonconformant: 0, inconclusive: 0 };
  #hasCountingFindings = false;
  #unexpectedPasses = 0;

  add(event: AuditEvent): void {
    switch (event.type) {
      case 'run-start': {
        const { type: _type, targets: _targets, ...info } = event;
        this.#info = info;
        break;
      }
      case 'target-end':
        this.#addTarget(event.result);
        break;
      case 'run-end': {
        const { type: _type, ...outcome } = event;
        this.#outcome = outcome;
        break;
      }
      case 'target-start':
      case 'probe':
      case 'waiting':
        break;
      default:
        event satisfies never;
    }
  }

  #addTarget({ verdict, findings, unexpectedPasses }: TargetResult): void {
    this.#verdicts[verdict] += 1;
    this.#unexpectedPasses += unexpectedPasses.length;
    const failOn = this.#info?.failOn ?? 'should';
    this.#hasCountingFindings ||= findings.some((finding) => countsAgainst(finding, failOn));
  }

  /** @throws Error before `run-start` */
  build(): RunSummary {
    const { conformant, nonconformant, inconclusive } = this.#verdicts;
    if (this.#info === null) throw new Error('a run begins with the event run-start');
    return {
      ...this.#info,
      ...this.#outcome,
      summary: { targets: conformant + nonconformant + inconclusive, ...this.#verdicts },
      hasCountingFindings: this.#hasCountingFindings,
      unexpectedPasses: this.#unexpectedPasses,
    };
  }
}

/** The summary of a run, from its report. */
export function summaryOf({ targets, schemaVersion: _version, ...run }: Report): RunSummary {
  return {
    ...run,
    hasCountingFindings: targets.some(({ findings }) =>
      findings.some((finding) => countsAgainst(finding, run.failOn)),
    ),
    unexpectedPasses: targets.flatMap(({ unexpectedPasses }) => unexpectedPasses).length,
  };
}
