/** One probe's verdicts: the four criteria and the supplementary checks. */

import type { Probe } from '../probes/probe.ts';
import type { Answer, Exchange } from '../wire/exchange.ts';
import { fieldValues, headCutShort } from '../wire/response.ts';
import { type CheckName, scoreChecks } from './checks.ts';
import {
  announcesClose,
  type CriterionName,
  criterionNames,
  describeAnswer,
  type Subject,
  scoreCriteria,
} from './criteria.ts';
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
  /** Why it is inconclusive, in words; null where it is not. */
  readonly doubt: string | null;
  /** The answers of the tries, in words, where they do not lead to one verdict; null where they do. */
  readonly unstable: string | null;
}

/**
 * Scores one probe.
 *
 * Of several tries those count that tell something: there was a connection, the server did not ask to slow down, and
 * it was not merely silent at first, while others were asked too. Where all of them lead to the same verdicts, these
 * hold. Where they do not, the probe is unstable and has no verdict: neither the better one, nor the last.
 *
 * @param attempts every exchange made for the probe, in order; the last one is judged
 */
export function scoreProbe(probe: Probe, attempts: readonly Exchange[], context: ScoringContext): Scorecard {
  const exchange = attempts.at(-1);
  if (exchange === undefined) throw new Error(`${probe.id}: a probe without an exchange cannot be scored`);
  const subject = subjectOf(probe, exchange, context);
  const criteria = scoreCriteria(subject);
  const unstable = explainChange(probe, attempts, context);
  const doubt =
    context.unsound ??
    explainNothing(exchange, attempts.length) ??
    (unstable === null ? null : `unstable: ${unstable}`);
  if (doubt !== null) return { ...doubtful(criteria, doubt), unstable };
  const checks = scoreChecks(subject);
  const verdicts: Verdict[] = [...Object.values(criteria), ...Object.values(checks)];
  const isFailed = verdicts.some(({ verdict }) => verdict === 'fail');
  return { verdict: isFailed ? 'fail' : 'pass', criteria, checks, doubt, unstable };
}

function subjectOf(probe: Probe, exchange: Exchange, context: ScoringContext): Subject {
  const expects = honestDraft(probe, exchange, context) ? 'accept' : probe.expects;
  return { probe, exchange, expects, ...context };
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

/** Why the last exchange tells nothing about the handshake, in words; null if it does. */
function explainNothing(last: Exchange, tries: number): string | null {
  if (tells(last)) return null;
  const answer = describeAnswer(last);
  return isSlowDown(last) ? `${answer}: the server asked to slow down, ${tries} times` : answer;
}

function tells(exchange: Exchange): boolean {
  return !isUnconnected(exchange) && !isSlowDown(exchange);
}

/** The answers of the tries, where they do not all lead to the same verdicts; null where they do. */
function explainChange(probe: Probe, attempts: readonly Exchange[], context: ScoringContext): string | null {
  const telling = attempts
    .filter(
      (exchange, i) => tells(exchange) && (i === attempts.length - 1 || !isSettledLater(probe, exchange)),
    )
    .map((exchange) => ({
      exchange,
      answer: describeAnswer(exchange),
      verdicts: verdictsOf(subjectOf(probe, exchange, context)),
    }));
  if (new Set(telling.map(({ verdicts }) => verdicts)).size < 2) return null;
  const answers: { answer: string; times: number }[] = [];
  for (const { exchange, answer } of telling) {
    const alike = telling.filter((other) => other.answer === answer);
    const isAmbiguous = new Set(alike.map(({ verdicts }) => verdicts)).size > 1;
    const more = isAmbiguous ? describeDifference(exchange, alike) : '';
    const last = answers.at(-1);
    if (last?.answer === `${answer}${more}`) last.times += 1;
    else answers.push({ answer: `${answer}${more}`, times: 1 });
  }
  return answers
    .map(({ answer, times }) => (times === 1 ? answer : `${answer} (${times} times)`))
    .join(', then ');
}

/** What verdicts can rest on beside the status, each as it is told behind the status. */
const furtherFacts: readonly ((exchange: Exchange) => string)[] = [
  describeAccept,
  describeVersionField,
  describeAnnouncement,
  describeEnding,
];

/** Of answers that one status is not enough to tell apart: what this one differs in. */
function describeDifference(exchange: Exchange, alike: readonly { readonly exchange: Exchange }[]): string {
  return furtherFacts
    .filter((describe) => new Set(alike.map((other) => describe(other.exchange))).size > 1)
    .map((describe) => ` ${describe(exchange)}`)
    .join('');
}

function describeAccept(exchange: Exchange): string {
  return isAcceptance(exchange)
    ? 'with the right Sec-WebSocket-Accept'
    : 'without the right Sec-WebSocket-Accept';
}

/** Octets of a field value that are told. */
const maxValueLength = 60;

function describeVersionField({ response }: Exchange): string {
  const values = response === null ? [] : fieldValues(response.fields, 'Sec-WebSocket-Version');
  if (values.length === 0) return 'without Sec-WebSocket-Version';
  const value = values.join(', ');
  const shown =
    value.length > maxValueLength
      ? `"${value.slice(0, maxValueLength)}..." (${value.length} octets)`
      : `"${value}"`;
  return `with Sec-WebSocket-Version ${shown}`;
}

function describeAnnouncement(exchange: Exchange): string {
  return announcesClose(exchange) ? 'with Connection: close' : 'without Connection: close';
}

function describeEnding({ close }: Exchange): string {
  switch (close?.kind) {
    case 'fin':
      return 'and closed (FIN)';
    case 'reset':
      return 'and closed (RST)';
    default:
      return 'and left open';
  }
}

/** A silence that ends when the probe is asked alone; and a close, which refuses what is too large as a response does. */
function isSettledLater({ refusal }: Probe, exchange: Exchange): boolean {
  return exchange.outcome === 'timeout' || (refusal === 'too-large' && endedWithoutResponse(exchange));
}

/** What the criteria say of one exchange, in a form that can be compared. */
function verdictsOf(subject: Subject): string {
  const criteria = scoreCriteria(subject);
  return criterionNames
    .map((name) => criteria[name])
    .map((verdict) => (verdict.verdict === 'fail' ? `fail ${verdict.cause}` : verdict.verdict))
    .join(', ');
}

/** 429 and 503 are about the load, not about the handshake (rfc6585 §4, rfc9110 §15.6.4). */
export function isSlowDown(exchange: Answer): boolean {
  return exchange.response?.status === 429 || exchange.response?.status === 503;
}

/** There was no connection that the handshake could have been sent on. */
export function isUnconnected(exchange: Answer): boolean {
  return exchange.outcome === 'connect-failed' || exchange.outcome === 'tls-failed';
}

/** The connection was ended without a byte: by this handshake, or by whatever else happened to the server just then. */
export function endedWithoutResponse(exchange: Answer): boolean {
  return exchange.outcome === 'closed' || exchange.outcome === 'reset';
}

/** The connection was ended within the head: by the server, or by what lies between. */
export function isHeadCutShort({ outcome, error }: Answer): boolean {
  return outcome === 'malformed' && error?.message === headCutShort;
}

function doubtful(criteria: Scorecard['criteria'], doubt: string): Omit<Scorecard, 'unstable'> {
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
    doubt,
  };
}

function requirementOf({ level, expected, clauses }: Exclude<Verdict, { verdict: 'n/a' }>) {
  return { level, expected, clauses };
}
