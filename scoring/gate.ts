/** The gate: what the job makes of the verdicts. The verdicts themselves depend on nothing here. */

import { countsAgainst, type Finding } from './findings.ts';
import type { UnexpectedPass } from './known-failure.ts';
import type { FailOn } from './verdict.ts';

export type GateResult = 'pass' | 'fail';

export interface GateRules {
  /** The lowest level whose new failures count. */
  readonly failOn: FailOn;
  /** Entries of the baseline whose failures did not happen do not count. */
  readonly allowUnexpectedPass: boolean;
}

/** What of a target its gate depends on. */
export interface GateInput {
  readonly findings: readonly Pick<Finding, 'known' | 'level'>[];
  readonly unexpectedPasses: readonly UnexpectedPass[];
  /** Why not everything could be judged, in words; null if it could. */
  readonly reason: string | null;
}

/** Fails because of a new finding that counts or an unexpected pass, or because not everything could be judged. */
export function targetGate({ findings, unexpectedPasses, reason }: GateInput, rules: GateRules): GateResult {
  const fails =
    findings.some((finding) => countsAgainst(finding, rules.failOn)) ||
    (unexpectedPasses.length > 0 && countsUnexpectedPasses(rules)) ||
    reason !== null;
  return fails ? 'fail' : 'pass';
}

/** Whether an unexpected pass fails the gate; with failOn 'never' none does. */
export function countsUnexpectedPasses({ failOn, allowUnexpectedPass }: GateRules): boolean {
  return !allowUnexpectedPass && failOn !== 'never';
}
