/** A verdict: what one criterion or check says of one exchange. */

import type { ClauseId } from '../spec/clauses.ts';
import type { CauseId } from './causes.ts';
import type { KnownFailure } from './known-failure.ts';

/** Requirement levels (rfc2119), the strictest first. */
export const levels = ['MUST', 'SHOULD', 'MAY'] as const;

export type Level = (typeof levels)[number];

/** What a criterion asks for: how strictly, in which words, and by which clauses. */
export interface Requirement {
  readonly level: Level;
  readonly expected: string;
  readonly clauses: readonly ClauseId[];
}

export interface NotApplicable {
  readonly verdict: 'n/a';
}

export interface Passed extends Requirement {
  readonly verdict: 'pass';
  readonly actual: string;
}

export interface Failed extends Requirement {
  readonly verdict: 'fail';
  readonly actual: string;
  /** What kind of fault it is: findings are grouped by it. */
  readonly cause: CauseId;
  /** Why it is tolerated, where a baseline lists it. */
  readonly known?: KnownFailure;
  /** What a baseline says of it whose entry has run out: it counts like any other failure. */
  readonly expired?: KnownFailure;
}

/** The experiment does not tell: `actual` says why. */
export interface Inconclusive extends Requirement {
  readonly verdict: 'inconclusive';
  readonly actual: string;
}

export type Verdict = Passed | Failed | Inconclusive | NotApplicable;

export const notApplicable: NotApplicable = { verdict: 'n/a' };

export function pass(requirement: Requirement, actual: string): Passed {
  return { verdict: 'pass', ...requirement, actual };
}

export function fail(requirement: Requirement, actual: string, cause: CauseId): Failed {
  return { verdict: 'fail', ...requirement, actual, cause };
}

export function inconclusive(requirement: Requirement, actual: string): Inconclusive {
  return { verdict: 'inconclusive', ...requirement, actual };
}

/** The lowest level whose failure counts; `never`: none does. */
export const failOnChoices = ['must', 'should', 'never'] as const;

export type FailOn = (typeof failOnChoices)[number];

/** Whether a new failure of that level fails the gate. */
export function countsAsFailure(level: Level, failOn: FailOn): boolean {
  if (failOn === 'never' || level === 'MAY') return false;
  return failOn === 'should' || level === 'MUST';
}
