/** Failures that are known beforehand: what a baseline says of them, carried by the verdicts and findings. */

/** Why a failure is put up with. */
export interface KnownFailure {
  readonly reason: string;
  /** Who answers for it. */
  readonly owner?: string;
  /** The last day on which it is put up with: `2026-12-31`, UTC. */
  readonly until?: string;
}

/** A failure that is listed as known and did not happen. */
export interface UnexpectedPass extends KnownFailure {
  /** Id of the probe; null for a check of the target as a whole. */
  readonly probe: string | null;
  /** The criterion or check that passed. */
  readonly criterion: string;
}
