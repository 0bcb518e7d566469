/** One case of a report in terms of test runners, whatever was audited. */

import type { UnexpectedPass } from '../scoring/known-failure.ts';
import type { FailOn, Level } from '../scoring/verdict.ts';
import { escapeBytes, escapeUnicode } from './escape.ts';
import { describeKnownFailure, describeUnexpectedPass, unexpectedPassFix } from './known-failure-text.ts';

/** Every text is a single line and safe to show. */
export interface TestCase {
  /** The id of a probe or a case, or what was judged as a whole; unique in its suite. */
  readonly name: string;
  readonly title: string;
  /** `tolerated`: a known failure, or one that does not count; `undecided`: there is no verdict. */
  readonly result: 'passed' | 'failed' | 'tolerated' | 'undecided';
  /** What is wrong, or why it is tolerated or undecided; empty if it passed. */
  readonly message: string;
  /** A word for the kind of fault; empty if it passed. */
  readonly type: string;
  /** Why a failure is not certain; null if it is. */
  readonly caveat: string | null;
  /** Those that count first, then by level. */
  readonly failures: readonly CaseFailure[];
  /** How long it took. */
  readonly seconds: number;
  /** The bytes that show it, as lines. */
  readonly transcript: () => readonly string[];
  /** Lines that say all there is to say, in place of the failures and the bytes. */
  readonly details?: readonly string[];
}

export interface CaseFailure {
  /** The criterion, check or finding. */
  readonly criterion: string;
  readonly level: Level;
  readonly expected: string;
  readonly actual: string;
  /** Sources of the clauses. */
  readonly clauses: readonly string[];
  /** What the baseline says about it; null if nothing. */
  readonly known: string | null;
}

/** Of a case that is about no exchange of its own. */
export const noBytes: Pick<TestCase, 'seconds' | 'transcript'> = { seconds: 0, transcript: () => [] };

/** What could not be judged must show up as an error in every consumer, even if no case of its own does. */
export function undecidedCase(
  { name, title }: Pick<TestCase, 'name' | 'title'>,
  reason: string | null,
): TestCase[] {
  if (reason === null) return [];
  return [
    {
      name,
      title,
      result: 'undecided',
      message: escapeBytes(reason),
      type: 'inconclusive',
      caveat: null,
      failures: [],
      ...noBytes,
    },
  ];
}

/** The type of a case whose known failure did not happen. */
export const unexpectedPassType = 'unexpected-pass';

export function unexpectedPassCase(pass: UnexpectedPass, result: TestCase['result']): TestCase {
  const { probe, criterion } = pass;
  return {
    name: escapeUnicode(`${probe === null ? '' : `${probe} `}${criterion} (unexpected pass)`),
    title: 'passes although it is listed as a known failure',
    result,
    message: `${describeUnexpectedPass(pass)}; ${unexpectedPassFix}; known failure: ${describeKnownFailure(pass)}`,
    type: unexpectedPassType,
    caveat: null,
    failures: [],
    ...noBytes,
  };
}

/** Why a failure that is not known is tolerated. */
export function belowFailOn(failOn: FailOn): string {
  return `below --fail-on ${failOn}`;
}
