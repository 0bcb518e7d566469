/** One probe's verdicts: the four criteria and the supplementary checks. */

import type { Probe } from '../probes/probe.ts';
import type { Answer, Exchange } from '../wire/exchange.ts';
import { type CheckName, scoreChecks } from './checks.ts';
import { type CriterionName, scoreCriteria } from './criteria.ts';
import type { Profile } from './profiles.ts';
import { isAcceptance } from './server-handshake.ts';
import { inconclusive, type Verdict } from './verdict.ts';

/** What a verdict needs to know beside the probe and its exchange. */
export interface ScoringContext {
  readonly profile: Profile;
  /** Every version that the target has advertised in this run. */
  readonly advertised: ReadonlySet<number>;
  /** Every version that it has accepted where it was asked for as a client of that version would. */
  readonly accepted: ReadonlySet<number>;
  /** Why no verdict can be had at all, in words; null if the experiment is sound. */
  readonly unsound: string | null;
}

export interface Scorecard {
  readonly verdict: 'pass' | 'fail' | 'inconclusive';
  readonly criteria: Readonly<Record<CriterionName, Verdict>>;
  /** Only those that apply. */
  readonly checks: Readonly<Partial<Record<CheckName, Verdict>>>;
}

/**
 * Scores one probe.
 *
 * @param attempts every exchange made for the probe, in order; the last one is judged, the earlier ones tell
 * whether it can be
 */
export function scoreProbe(probe: Probe, attempts: readonly Exchange[], context: ScoringContext): Scorecard {
  const exchange = attempts.at(-1);
  if (exchange === undefined) throw new Error(`${probe.id}: a probe without an exchange cannot be scored`);
  const expects = honestDraft(probe, exchange, context) ? 'accept' : probe.expects;
  const subject = { probe, exchange, expects, ...context };
  const criteria = scoreCriteria(subject);
  // Both a close and a response refuse what is too large: one after the other is no contradiction.
  const isRight = (one: Exchange): boolean => probe.refusal === 'too-large' && endedWithoutResponse(one);
  const doubt =
    context.unsound ?? reasonForDoubt(attempts.filter((one) => one === exchange || !isRight(one)));
  if (doubt !== null) return doubtful(criteria, doubt);
  const checks = scoreChecks(subject);
  const verdicts: Verdict[] = [...Object.values(criteria), ...Object.values(checks)];
  return { verdict: verdicts.some(({ verdict }) => verdict === 'fail') ? 'fail' : 'pass', criteria, checks };
}

/** A draft's version may be accepted by a server that says so in its lists (rfc6455 §4.4). */
function honestDraft(probe: Probe, exchange: Exchange, { advertised }: ScoringContext): boolean {
  return (
    probe.family === 'draft' &&
    probe.version !== undefined &&
    advertised.has(probe.version) &&
    isAcceptance(exchange)
  );
}

/** Why the last exchange proves nothing about the handshake, in words; null if it does. */
export function reasonForDoubt(attempts: readonly Exchange[]): string | null {
  const last = attempts.at(-1);
  if (last === undefined) return null;
  if (last.outcome === 'connect-failed' || last.outcome === 'tls-failed') {
    return `no connection: ${last.error?.message ?? last.outcome}`;
  }
  if (isSlowDown(last))
    return `${last.response?.status}: the server asked to slow down, ${attempts.length} times`;
  const silentBefore = attempts.slice(0, -1).some(endedWithoutResponse);
  if (silentBefore && !endedWithoutResponse(last)) {
    return 'the first connection ended without a response, the next one did not';
  }
  return null;
}

/** 429 and 503 are about the load, not about the handshake (rfc6585 §4, rfc9110 §15.6.4). */
export function isSlowDown(exchange: Answer): boolean {
  return exchange.response?.status === 429 || exchange.response?.status === 503;
}

/** The connection was ended without a byte: by this handshake, or by whatever else happened to the server just then. */
export function endedWithoutResponse(exchange: Answer): boolean {
  return exchange.outcome === 'closed' || exchange.outcome === 'reset';
}

function doubtful(criteria: Scorecard['criteria'], doubt: string): Scorecard {
  const unsure = (verdict: Verdict): Verdict =>
    verdict.verdict === 'n/a' ? verdict : inconclusive(requirementOf(verdict), doubt);
  return {
    verdict: 'inconclusive',
    criteria: {
      status: unsure(criteria.status),
      versionList: unsure(criteria.versionList),
      headerOmitted: unsure(criteria.headerOmitted),
      socketClosed: unsure(criteria.socketClosed),
    },
    checks: {},
  };
}

function requirementOf({ level, expected, clauses }: Exclude<Verdict, { verdict: 'n/a' }>) {
  return { level, expected, clauses };
}
