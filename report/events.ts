/** What an audit tells while it runs. The report is the fold of these events. */

import type { SourceLocation } from '../audit/plan/targets.ts';
import type { ProfileName } from '../scoring/profiles.ts';
import type { FailOn } from '../scoring/verdict.ts';
import type { ProbeReport, TargetResult } from './report.ts';

export type AuditEvent = RunStart | TargetStart | Waiting | ProbeDone | TargetEnd | RunEnd;

export interface RunStart {
  readonly type: 'run-start';
  readonly tool: { readonly name: string; readonly version: string };
  readonly profile: ProfileName;
  readonly failOn: FailOn;
  /** Entries of the baseline whose failures did not happen do not count. */
  readonly allowUnexpectedPass: boolean;
  /** Octets of a response head that are read. */
  readonly maxHead: number;
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  /** URLs, in the order in which they were given; other events name a target by its index here. */
  readonly targets: readonly string[];
}

export interface TargetStart {
  readonly type: 'target-start';
  readonly target: number;
  readonly url: string;
  /** A name for people; null where none was given. */
  readonly label: string | null;
  /** Where the target is written down; null where that is in no file. */
  readonly location: SourceLocation | null;
  /** URL of the proxy that it is reached through, without user info; null where it is dialled directly. */
  readonly proxy: string | null;
  readonly warnings: readonly string[];
  /** Ids of the probes that are going to be sent, the control among them, in the order of the catalogue. */
  readonly probes: readonly string[];
}

/** The target is not ready yet, and is going to be asked again (option `wait`). */
export interface Waiting {
  readonly type: 'waiting';
  readonly target: number;
  /** Why its control is not accepted, in words. */
  readonly reason: string;
}

/** One probe has its verdict. Probes end in any order, those of different targets mixed. */
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

export interface RunEnd {
  readonly type: 'run-end';
  readonly durationMs: number;
  readonly partial: boolean;
}
