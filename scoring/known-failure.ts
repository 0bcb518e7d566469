/** Failures that are known beforehand: what a baseline says of them, carried by the verdicts and findings. */

import type { SourceLocation } from './source-location.ts';

/** Why a failure is tolerated. */
export interface KnownFailure {
  readonly reason: string;
  /** Who answers for it. */
  readonly owner?: string;
  /** The last day on which it is tolerated: `2026-12-31`, UTC. */
  readonly until?: string;
}

/** An entry of a baseline that lists failures of a target of which not one happened. */
export interface UnexpectedPass extends KnownFailure {
  /** The entry's place in the baseline, from 0. */
  readonly index: number;
  /** The entry's glob of probes; null where it is about the target as a whole. */
  readonly probe: string | null;
  /** The criterion or check that passed; `*`: all of them. */
  readonly criterion: string;
  /** Where the entry is written; absent where it is in no file. */
  readonly location?: SourceLocation;
}
