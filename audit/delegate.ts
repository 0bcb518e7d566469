/** Who audits the targets of a run in place of this process. */

import type { AuditEvent } from '../report/events.ts';
import type { TargetInput } from './plan/targets.ts';

export interface DelegatedTarget {
  /** Its place among the targets of the run, from 0. */
  readonly index: number;
  readonly input: string | TargetInput;
}

export interface Delegate {
  /** Targets that it takes at once, no two of them with the same endpoint. */
  readonly maxTargets: number;
  /**
   * Emits the events of the target.
   *
   * @returns false if the run was aborted before, and nothing was emitted
   */
  audit(target: DelegatedTarget, signal: AbortSignal, emit: (event: AuditEvent) => void): Promise<boolean>;
}
