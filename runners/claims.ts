/** What can be asserted about a target: each claim is tested by an audit. */

import { selectProbes } from '../audit/plan/probe-selection.ts';
import { catalogue, findProbe, type ProbeId } from '../probes/catalogue.ts';
import { controlId } from '../probes/control.ts';
import type { Probe } from '../probes/probe.ts';
import { readExchange, recordedRequest } from '../report/exchange-record.ts';
import type { TargetReport } from '../report/report.ts';
import { escapeBytes, escapeShort } from '../reporters/escape.ts';
import { requestDifference } from '../reporters/request-difference.ts';
import { targetName } from '../reporters/target-name.ts';
import { describeAnswer, isInformative, isSwitched } from '../scoring/answer.ts';
import type { ProfileName } from '../scoring/profiles.ts';
import { isAcceptance } from '../scoring/server-handshake.ts';
import type { Exchange } from '../wire/exchange.ts';
import { UsageError } from '../wire/usage-error.ts';
import { type AuditedTarget, auditTarget, type HandshakeTarget } from './audited-target.ts';
import { describeFinding, findingsAbout, findingTitle } from './failed-findings.ts';
import { HandshakeFailure } from './handshake-failure.ts';

/** A claim about a target, and what an audit found. */
export interface Claim {
  readonly holds: boolean;
  readonly target: TargetReport;
  /** What is claimed, after "to". */
  readonly claimed: string;
  /** What was found, as a sentence without its full stop. */
  readonly found: string;
  /** Paragraphs that explain it. */
  readonly details: readonly string[];
  /** What a runner can compare. */
  readonly expected: unknown;
  readonly actual: unknown;
}

/** Bytes of a line that are shown. */
const maxLineLength = 100;

/** What decides whether a handshake is accepted. */
const aboutAcceptance: readonly string[] = ['status', 'acceptKey'];

/** The message of an assertion that fails. @param negated whether the claim was asserted to be false */
export function claimMessage({ target, claimed, found, details }: Claim, negated: boolean): string {
  const headline = `expected ${targetName(target)} ${negated ? 'not ' : ''}to ${claimed}, but ${found}`;
  return [headline, ...details].join('\n\n');
}

/** That the server answers the probe with a 101 and the correct Sec-WebSocket-Accept. */
export async function accepts(given: HandshakeTarget, id: ProbeId): Promise<Claim> {
  const { exchange, ...claim } = await answerTo(given, id);
  return { ...claim, holds: isAcceptance(exchange), claimed: `accept ${id}`, expected: '101' };
}

/** That the server refuses the probe: with any status except 101, or without a response. */
export async function refuses(given: HandshakeTarget, id: ProbeId): Promise<Claim> {
  const { exchange, ...claim } = await answerTo(given, id);
  return { ...claim, holds: !isSwitched(exchange), claimed: `refuse ${id}`, expected: 'a refusal' };
}

/** That refusals of unsupported versions list these versions, in any order, and no others. */
export async function advertises(given: HandshakeTarget, versions: readonly number[]): Promise<Claim> {
  const { target } = await auditTarget(given, { probe: ['unsupported/*', 'draft/*'] });
  if (target.probes.every(({ verdict }) => verdict === 'inconclusive')) throw couldNotTell(target);
  const expected = inOrder(versions);
  const actual = inOrder(target.versions.advertised);
  return {
    holds: expected.join() === actual.join(),
    target,
    claimed: `advertise ${describeList(expected)}`,
    found: `it advertises ${describeList(actual)}`,
    details: [],
    expected,
    actual,
  };
}

function inOrder(versions: readonly number[]): number[] {
  return [...new Set(versions)].sort((a, b) => a - b);
}

function describeList(versions: readonly number[]): string {
  return versions.length === 0 ? 'no version' : versions.join(', ');
}

/** That nothing fails that the profile asks for, at whatever level. */
export async function conformsTo(given: HandshakeTarget, profile: ProfileName): Promise<Claim> {
  const { target } = await auditTarget(given, { profile });
  const { findings, verdict } = target;
  if (verdict === 'inconclusive') throw couldNotTell(target);
  return {
    holds: verdict === 'conformant',
    target,
    claimed: `conform to the profile ${profile}`,
    found: findings.length === 0 ? 'no probe failed' : `it has ${count(findings.length, 'finding')}`,
    details: findings.map((finding) => describeFinding(finding, target, ['impact'])),
    expected: [],
    actual: findings.map((finding) => `${findingTitle(finding)} (${count(finding.probes.length, 'probe')})`),
  };
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

interface ProbeAnswer extends Pick<Claim, 'target' | 'found' | 'details' | 'actual'> {
  readonly exchange: Exchange;
}

/** What the server answers to a probe. @throws HandshakeFailure where that proves nothing */
async function answerTo(given: HandshakeTarget, id: string): Promise<ProbeAnswer> {
  const { tier } = probeCalled(id);
  const audited = await auditTarget(given, { probe: [id], stress: tier === 'stress' });
  const { report, target } = audited;
  const probe = target.probes.find((one) => one.id === id);
  if (probe === undefined) throw couldNotTell(target);
  const exchange = readExchange(probe.exchange, report.maxHead);
  // A refused control ends the audit and leaves everything else undecided, but not itself.
  const isLast = id === controlId && target.lastControl === null;
  const isDecided = isLast && exchange.response !== null && isInformative(exchange);
  if (!isDecided && (probe.doubt ?? target.reason) !== null) throw couldNotTell(target, probe.doubt);
  const answer = escapeBytes(describeAnswer(exchange));
  const wrongKey = isSwitched(exchange) && !isAcceptance(exchange);
  const actual = wrongKey ? `${answer} without the correct Sec-WebSocket-Accept` : answer;
  return { exchange, target, found: `the answer was ${actual}`, details: detailsOf(audited, id), actual };
}

/** The findings about the answer, or what was sent. */
function detailsOf({ report, target }: AuditedTarget, id: string): string[] {
  const findings = findingsAbout(target, id, report.failOn).filter(({ failures }) =>
    failures.some(({ criterion }) => aboutAcceptance.includes(criterion)),
  );
  if (findings.length > 0) return findings.map((finding) => describeFinding(finding, target));
  const probe = target.probes.find((one) => one.id === id);
  const [control] = target.probes;
  if (probe === undefined || control === undefined) return [];
  const sent = requestDifference(recordedRequest(probe.exchange), recordedRequest(control.exchange));
  return [sent.map((line) => `sent      ${escapeShort(line, maxLineLength)}`).join('\n')];
}

/** @throws UsageError for what is not the id of a probe */
function probeCalled(id: string): Probe {
  const probe = findProbe(id);
  if (probe !== undefined) return probe;
  // It says what may have been meant.
  selectProbes(catalogue, [id], [], { tier: 'all', stress: true });
  throw new UsageError(`${id} is not the id of one probe; "handshake13 list" shows them all`);
}

function couldNotTell(target: TargetReport, doubt: string | null = null): HandshakeFailure {
  const why = escapeBytes(doubt ?? target.reason ?? 'the audit was interrupted');
  return new HandshakeFailure(`could not tell anything about ${targetName(target)}: ${why}`);
}
