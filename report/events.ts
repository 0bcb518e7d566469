/** The events of an audit, as it reports them while it runs. The report is their fold. */

import type { ProbeReport, RunInfo, RunOutcome, schemaVersion, TargetInfo, TargetResult } from './report.ts';
import type { Shard } from './shard.ts';

export type AuditEvent = RunStart | InvalidTarget | TargetStart | Waiting | ProbeDone | TargetEnd | RunEnd;

export interface RunStart extends RunInfo {
  readonly type: 'run-start';
  readonly schemaVersion: typeof schemaVersion;
  /** The share of the list that the run audits, which a stream shows nowhere else before its end; null for the whole list. */
  readonly shard: Shard | null;
}

/** What the stream of targets holds is no target. It has no place among the targets, and the others are audited. */
export interface InvalidTarget {
  readonly type: 'invalid-target';
  /** What is wrong with it, in words. */
  readonly problem: string;
}

export interface TargetStart extends TargetInfo {
  readonly type: 'target-start';
  /** Its place among the targets of the run, from 0; by it the other events name the target. */
  readonly target: number;
  /**
   * Ids of the probes that are going to be sent, the control among them, in the order of the catalogue; empty where the
   * report does not hold the exchanges of all.
   */
  readonly probes: readonly string[];
}

/** The target is not ready yet; its control is sent again (option `wait`). */
export interface Waiting {
  readonly type: 'waiting';
  readonly target: number;
  /** Why its control is not accepted, in words. */
  readonly reason: string;
}

/**
 * One probe has its verdict. Probes end in any order, those of different targets mixed. A later event about the same
 * probe replaces the earlier one: it was sent again, alone.
 */
export interface ProbeDone {
  readonly type: 'probe';
  readonly target: number;
  readonly probe: ProbeReport;
}

export interface TargetEnd {
  readonly type: 'target-end';
  readonly target: number;
  readonly result: TargetResult;
}

export interface RunEnd extends RunOutcome, Pick<RunInfo, 'planned'> {
  readonly type: 'run-end';
}
