/** One probe's verdicts: the criteria and the supplementary checks. */

import type { Probe } from '../probes/probe.ts';
import type { Exchange } from '../wire/exchange.ts';
import { describeAnswer, isInformative, isRateLimited } from './answer.ts';
import { type CheckName, scoreChecks } from './checks.ts';
import { type CriterionName, forEachCriterion, scoreCriteria } from './criteria.ts';
import { explainInstability } from './instability.ts';
import { type ScoringContext, subjectOf } from './subject.ts';
import { inconclusive, type Verdict } from './verdict.ts';

export interface Scorecard {
  readonly verdict: 'pass' | 'fail' | 'inconclusive';
  readonly criteria: Readonly<Record<CriterionName, Verdict>>;
  /** Only those that apply. */
  readonly checks: Readonly<Partial<Record<CheckName, Verdict>>>;
  /** Why it is inconclusive, in words; null where it is not. */
  readonly doubt: string | null;
  /** The answers of the attempts, in words, where they do not lead to one verdict; null where they do. */
  readonly unstable: string | null;
}

/**
 * Scores one probe.
 *
 * Attempts that did not connect, were rate-limited, or timed out before a later attempt are ignored. If the others
 * disagree, the probe is unstable and gets no verdict: neither the better one nor the last.
 *
 * @param attempts every exchange made for the probe, in order; the last one is judged
 */
export function scoreProbe(probe: Probe, attempts: readonly Exchange[], context: ScoringContext): Scorecard {
  const exchange = attempts.at(-1);
  if (exchange === undefined) throw new Error(`${probe.id}: a probe without an exchange cannot be scored`);
  const subject = subjectOf(probe, exchange, context);
  const criteria = scoreCriteria(subject);
  const unstable = explainInstability(probe, attempts, context);
  const doubt =
    context.unsound ??
    explainUninformative(exchange, attempts.length) ??
    (unstable === null ? null : `unstable: ${unstable}`);
  const checks = scoreChecks(subject);
  if (doubt !== null) {
    // What became of the server does not depend on what it answered.
    const { withstands } = checks;
    const lost =
      withstands?.verdict === 'fail'
        ? ({ verdict: 'fail', checks: { withstands }, doubt: null } as const)
        : {};
    return { ...doubtful(criteria, doubt), ...lost, unstable };
  }
  const verdicts: Verdict[] = [...Object.values(criteria), ...Object.values(checks)];
  const isFailed = verdicts.some(({ verdict }) => verdict === 'fail');
  return { verdict: isFailed ? 'fail' : 'pass', criteria, checks, doubt, unstable };
}

/** Why the last exchange proves nothing about the handshake, in words; null if it does. */
function explainUninformative(last: Exchange, attempts: number): string | null {
  if (isInformative(last)) return null;
  const answer = describeAnswer(last);
  return isRateLimited(last) ? `${answer}: the server is rate-limiting, ${attempts} times` : answer;
}

function doubtful(criteria: Scorecard['criteria'], doubt: string): Omit<Scorecard, 'unstable'> {
  return {
    verdict: 'inconclusive',
    criteria: forEachCriterion((name) => withDoubt(criteria[name], doubt)),
    checks: {},
    doubt,
  };
}

function withDoubt(verdict: Verdict, doubt: string): Verdict {
  if (verdict.verdict === 'n/a') return verdict;
  const { level, expected, clauses } = verdict;
  return inconclusive({ level, expected, clauses }, doubt);
}
