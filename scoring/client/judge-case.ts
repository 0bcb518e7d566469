/** The verdict of one case, from what the client did. */

import type { Case, Outcome } from '../../cases/case.ts';
import type { CaseId } from '../../cases/catalogue.ts';
import type { ClientClauseId } from '../../spec/client-clauses.ts';
import { fieldValues } from '../../wire/response.ts';
import type { Level } from '../verdict.ts';
import { type ClientCause, type ClientCauseId, causeOfCase, clientCauses } from './client-causes.ts';
import type { ClientProfileName } from './client-profiles.ts';
import { type Conduct, conductOf, hasPong, seconds } from './conduct.ts';
import type { CaseObservation } from './observation.ts';
import { type RefusalFault, refusalConduct } from './refusal.ts';

/** `observed`: both are valid, and `actual` says what the client did. */
export type CaseVerdictName = 'pass' | 'fail' | 'observed' | 'inconclusive';

export interface CaseVerdict {
  readonly verdict: CaseVerdictName;
  /** What was asked for, and what the client did, in words. */
  readonly expected: string;
  readonly actual: string;
  readonly clauses: readonly ClientClauseId[];
  /** What else is worth knowing, in words. */
  readonly notes: readonly string[];
  /** What kind of fault it is, and how strictly it is asked for; null unless it fails. */
  readonly cause: ClientCauseId | null;
  readonly level: Level | null;
}

/** What the control says about the client. */
export interface ControlConduct {
  readonly isOpened: boolean;
  /** It answered the Ping; without that, no other case is asked for it. */
  readonly isReading: boolean;
  /** Its process ended by itself. */
  readonly endsByItself: boolean;
  /** When its handshake had come, in milliseconds since it was started. */
  readonly askedMs: number;
}

export interface CaseJudgement {
  readonly profile: ClientProfileName;
  /** Null for the control itself. */
  readonly control: ControlConduct | null;
  /** What the attempt before this one came to; null for the first. */
  readonly before: CaseObservation | null;
}

export function controlConduct(observation: CaseObservation): ControlConduct {
  const { kind, isReading } = conductOf({ afterwards: 'ping' }, observation);
  return {
    isOpened: kind === 'opened',
    isReading,
    endsByItself: observation.process !== null && observation.process.endedMs !== null,
    askedMs: askedAt(observation) ?? 0,
  };
}

function askedAt({ connections }: CaseObservation): number | null {
  return connections.flatMap(({ requests }) => requests)[0]?.atMs ?? null;
}

/** Whether the handshake came so much later than that of the control that the machine was busier than then. */
export function isSlow(observation: CaseObservation, { askedMs }: ControlConduct): boolean {
  return (askedAt(observation) ?? observation.watchedMs) > 2 * askedMs + 500;
}

const wanted: Readonly<Record<Outcome, string>> = {
  open: 'the client opens the connection',
  fail: 'the client fails the connection',
  free: 'nothing: it is only observed',
};

export function judgeCase(one: Case, observation: CaseObservation, judgement: CaseJudgement): CaseVerdict {
  const conduct = conductOf(one, observation);
  const expects = expectationOf(one, observation, judgement.profile);
  const verdict = (
    name: CaseVerdictName,
    actual = conduct.words,
    cause: ClientCauseId | null = null,
  ): CaseVerdict => ({
    verdict: name,
    expected: wanted[expects],
    actual,
    clauses: one.clauses,
    notes: conduct.notes,
    cause,
    level: cause === null ? null : levelOf(cause),
  });
  if (conduct.kind === 'absent') return verdict('inconclusive');
  const refusal = one.group === 'refuse' ? refusalConduct(one, observation, judgement.profile) : null;
  if (refusal?.fault != null) return { ...verdict('fail'), ...failedRefusal(refusal.fault) };
  if (refusal?.isUnsure === true)
    return verdict(
      'inconclusive',
      `${refusal.words}, but this process stood still for ${seconds(observation.standstillMs)}`,
    );
  switch (expects) {
    case 'free':
      return verdict('observed', refusal?.words ?? conduct.words);
    case 'open':
      return judgeOpening(one, observation, conduct, judgement, verdict);
    case 'fail':
      return judgeFailing(one, conduct, judgement, verdict);
  }
}

function failedRefusal({ cause, expected, actual, clauses, level }: RefusalFault): Partial<CaseVerdict> {
  return { cause, expected, actual, clauses, level: level ?? levelOf(cause) };
}

function levelOf(cause: ClientCauseId): Level {
  const entry: ClientCause = clientCauses[cause];
  return entry.level ?? 'MUST';
}

/** Browsers have to fail where others may do as they like. */
function expectationOf(
  { id, expects }: Case,
  { connections }: CaseObservation,
  profile: ClientProfileName,
): Outcome {
  if (profile !== 'browser' || id !== 'sub-asked-none') return expects;
  const isAsked = connections.some(({ requests }) =>
    requests.some(({ fields }) => fieldValues(fields, 'Sec-WebSocket-Protocol').length > 0),
  );
  return isAsked ? 'fail' : expects;
}

type MakeVerdict = (name: CaseVerdictName, actual?: string, cause?: ClientCauseId | null) => CaseVerdict;

/** Wants the Pong, not data alone: a client can report that it is open, and then be unable to read. */
function judgeOpening(
  { id, answer, pings = [] }: Case,
  observation: CaseObservation,
  { kind, isReading, words }: Conduct,
  { control }: CaseJudgement,
  verdict: MakeVerdict,
): CaseVerdict {
  const { connections } = observation;
  const cause = causeOfCase[id as CaseId] ?? 'refuses-field-order';
  if (kind !== 'opened') {
    const late =
      control === null
        ? null
        : (describeLateAnswer(answer, connections) ?? describeLateRequest(observation, control));
    if (late !== null) return verdict('inconclusive', `${words}, but ${late}`);
    return control === null ? verdict('inconclusive') : verdict('fail', words, cause);
  }
  const unanswered = pings.filter((ping) => !connections.some((one) => hasPong(one, ping)));
  if (control?.isReading === true && (!isReading || unanswered.length > 0))
    return verdict(
      'fail',
      isReading ? `${words}, but none to the Ping of the answer` : `${words}, but no Pong`,
      cause,
    );
  // One that comes with the head is never too late for a client that answers any.
  if (control?.isReading === false && unanswered.length > 0 && hasHadTimeToPong(observation))
    return verdict('fail', `${words}, but no Pong`, 'ignores-ping');
  return verdict('pass');
}

/** Milliseconds beyond its own pauses in which our side has answered, unless this machine is too busy. */
const answerMs = 1000;

/**
 * Says where our own side took longer than the case asks for: a client that gives up then has not failed the case. Null
 * where one of the connections was answered in time, or ended by the client before it was due.
 */
function describeLateAnswer(
  answer: Case['answer'],
  connections: CaseObservation['connections'],
): string | null {
  const due = answer.reduce((sum, step) => sum + ('pause' in step ? step.pause : 0), 0) + answerMs;
  const taken = connections.flatMap(({ requests, answeredMs, clientEnd }) => {
    const askedMs = requests.at(-1)?.atMs;
    const endMs = answeredMs ?? clientEnd?.atMs;
    return askedMs === undefined || endMs === undefined ? [] : [endMs - askedMs];
  });
  const least = Math.min(...taken);
  return taken.length > 0 && least > due ? `our answer took more than ${seconds(due)}` : null;
}

/**
 * Says where the handshake came so late that a client with a time limit of its own may have given up. Null where the
 * client was about as fast as in the control.
 */
function describeLateRequest(observation: CaseObservation, { askedMs }: ControlConduct): string | null {
  const ms = askedAt(observation);
  if (ms === null || ms <= 3 * askedMs + 1_000) return null;
  return `its handshake came only after ${seconds(ms)}, that of the control after ${seconds(askedMs)}`;
}

/** Milliseconds in which an open connection has answered a Ping. */
const pongMs = 250;

function hasHadTimeToPong({ connections, watchedMs }: CaseObservation): boolean {
  return connections.some(
    ({ pingedMs, clientEnd }) => pingedMs !== null && (clientEnd?.atMs ?? watchedMs) - pingedMs >= pongMs,
  );
}

function judgeFailing(
  one: Case,
  { kind, words }: Conduct,
  { control, before }: CaseJudgement,
  verdict: MakeVerdict,
): CaseVerdict {
  switch (kind) {
    case 'opened':
      return verdict('fail', words, causeOfCase[one.id as CaseId] ?? 'takes-no-answer');
    case 'failed':
      return verdict('pass');
    case 'waiting':
    case 'absent':
      return before !== null && conductOf(one, before).kind === kind && control?.endsByItself === true
        ? verdict('fail', words, 'leaves-connection-open')
        : verdict('inconclusive');
  }
}

/** Whether one attempt is enough: a proof is one, and that there is none is not. */
export function isSettled({ expects }: Case, { verdict, cause }: CaseVerdict): boolean {
  if (verdict === 'inconclusive' || cause === 'leaves-connection-open') return false;
  return verdict !== 'fail' || expects !== 'open';
}
