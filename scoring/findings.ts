/** Findings: failures that share a cause, said once, in words a person can act on. */

import type { Probe } from '../probes/probe.ts';
import type { ClauseId } from '../spec/clauses.ts';
import type { Exchange } from '../wire/exchange.ts';
import { isSwitchingProtocols } from '../wire/response.ts';
import { type Cause, type CauseId, causes, upgradeRequired } from './causes.ts';
import { faultsOf } from './checks.ts';
import { whichClientsFail } from './client-failures.ts';
import { diagnoseAcceptance, diagnoseRefusal } from './diagnosis.ts';
import type { AnswerPattern, Diagnosis } from './diagnosis-rules.ts';
import { exampleProbe } from './example-probe.ts';
import type { Fault } from './fault.ts';
import type { KnownFailure } from './known-failure.ts';
import type { Scorecard } from './scorecard.ts';
import { isAcceptance } from './server-handshake.ts';
import { countsAsFailure, type Failed, type FailOn, type Level, levels, type Verdict } from './verdict.ts';
import { advertisedList, describeListFault, type ListFault, type ListHonesty } from './versions.ts';

export interface Finding {
  /** Stable: the cause, the diagnosis, or the cause with what sets it apart. */
  readonly id: string;
  /** The strictest level among the failures. */
  readonly level: Level;
  readonly title: string;
  /** What the server seems to do; null where the pattern does not show it. */
  readonly cause: string | null;
  /** What is wrong, and what goes wrong because of it. */
  readonly impact: string;
  readonly fix: string;
  /** What the first failure, that of the example, asked for, and what it got instead. */
  readonly expected: string;
  readonly actual: string;
  /** Ids of the probes that show it, in the order of the catalogue. */
  readonly probes: readonly string[];
  readonly clauses: readonly ClauseId[];
  /**
   * Every verdict that failed, by its probe (null: the target as a whole) and its criterion or check; those of the
   * plainest probe first, which is the example.
   */
  readonly failures: readonly { readonly probe: string | null; readonly criterion: string }[];
  /** Why it is tolerated: every failure in it is known. Empty for what is new. */
  readonly known: readonly KnownFailure[];
  /** What the baseline says of failures in it that are no longer tolerated. */
  readonly expired: readonly KnownFailure[];
}

/** Whether a finding is new, and not known from a baseline. */
export function isNew({ known }: Pick<Finding, 'known'>): boolean {
  return known.length === 0;
}

/** Whether a finding fails the gate. */
export function countsAgainst(finding: Pick<Finding, 'known' | 'level'>, failOn: FailOn): boolean {
  return isNew(finding) && countsAsFailure(finding.level, failOn);
}

/** A probe with what came of it. */
export interface ScoredProbe {
  readonly probe: Probe;
  readonly exchange: Exchange;
  readonly scorecard: Scorecard;
}

interface Group {
  readonly id: string;
  readonly wording: Omit<Cause, 'diagnosis'> & { readonly diagnosis?: string };
  /** What `%s` in the wording stands for, in order. */
  readonly seen: readonly string[];
  readonly failures: Failure[];
}

interface Failure {
  /** Null: the target as a whole. */
  readonly probe: string | null;
  readonly criterion: string;
  readonly failed: Failed;
  /** What exactly is wrong, where its check says so. */
  readonly faults?: readonly Fault[];
  /** Whether an unhandled exception in the server would look so. */
  readonly mayBeException: boolean;
}

/**
 * Groups every failure of a target by its cause; the most serious and most frequent first. Those of one cause that are
 * known make a finding of their own, behind all that is new.
 */
export function findFaults(scored: readonly ScoredProbe[], listHonesty: ListHonesty): Finding[] {
  const groups = new Map<string, Group>();
  // How a server takes a strain says nothing about how it reads versions.
  const unstrained = scored.filter(({ probe }) => probe.tier !== 'stress');
  const explanations = explain(unstrained);
  const hiddenDrafts = scored
    .filter((one) => isHiddenDraft(one, explanations))
    .map(({ probe }) => String(probe.version))
    .join(', ');
  // Where nothing is answered, plain HTTP is no case of its own.
  const leavesRefusalsUnanswered = unstrained.some(
    ({ probe, scorecard: { criteria } }) => !isPlainHttp(probe) && isUnanswered(criteria.status),
  );
  // Without an Upgrade it is plain HTTP and nothing else: where it is answered, another one is not left for its path.
  const answersPlainRequest = scored.some(
    ({ probe, exchange }) => probe.id === 'handshake/upgrade-missing' && exchange.response !== null,
  );
  for (const one of scored) {
    const { probe, scorecard } = one;
    for (const [criterion, verdict] of Object.entries({ ...scorecard.criteria, ...scorecard.checks })) {
      if (verdict.verdict !== 'fail') continue;
      const group =
        isUnanswered(verdict) && isPlainHttp(probe) && !leavesRefusalsUnanswered && !answersPlainRequest
          ? groupOf('plain-http-unanswered', verdict)
          : groupFor(one, verdict, explanations.get(probe.id), hiddenDrafts);
      const existing = groups.get(group.id) ?? group;
      groups.set(group.id, existing);
      existing.failures.push({
        probe: probe.id,
        criterion,
        failed: verdict,
        faults: faultsOf(criterion, one.exchange),
        mayBeException: mayBeException(one, verdict),
      });
    }
  }
  addListHonesty(groups, listHonesty, unstrained);
  agreeOn426(groups);
  joinForgottenCloses(groups);
  return [...groups.values()]
    .flatMap(splitKnown)
    .map(toFinding)
    .sort(
      (a, b) =>
        Number(isNew(b)) - Number(isNew(a)) ||
        levels.indexOf(a.level) - levels.indexOf(b.level) ||
        b.probes.length - a.probes.length,
    );
}

/** What is new in a group, and what is known. */
function splitKnown(group: Group): Group[] {
  const isKnown = ({ failed }: Failure): boolean => failed.known !== undefined;
  return [group.failures.filter((failure) => !isKnown(failure)), group.failures.filter(isKnown)]
    .filter((failures) => failures.length > 0)
    .map((failures) => ({ ...group, failures }));
}

/** Finds, for every probe that was wrongly accepted or refused, what the pattern says of the server's parser. */
function explain(scored: readonly ScoredProbe[]): Map<string, Diagnosis> {
  const failedFor = (cause: CauseId): ScoredProbe[] =>
    scored.filter(
      ({ scorecard: { criteria } }) => criteria.status.verdict === 'fail' && criteria.status.cause === cause,
    );
  const accepted = failedFor('accepted');
  const ids = (probes: readonly ScoredProbe[]): string[] => probes.map(({ probe }) => probe.id);
  // A server that answers right handshakes with a wrong Sec-WebSocket-Accept too says nothing by it elsewhere.
  const answersKeys = !scored.some(
    ({ probe, exchange }) =>
      probe.expects === 'accept' &&
      // There the accept value of the untrimmed key is a fault of its own.
      probe.id !== 'valid/key-padded' &&
      isSwitchingProtocols(exchange.response) &&
      !isAcceptance(exchange),
  );
  const answers: AnswerPattern = {
    // A draft that was rightly accepted was not refused.
    sent: new Set(
      ids(
        scored.filter(
          ({ probe, scorecard }) =>
            scorecard.verdict !== 'inconclusive' &&
            !(
              probe.family === 'draft' &&
              scorecard.criteria.status.verdict === 'pass' &&
              scorecard.criteria.status.expected === '101'
            ),
        ),
      ),
    ),
    accepted: new Set(ids(accepted)),
    acceptedWithoutKey: new Set(
      answersKeys ? ids(accepted.filter(({ exchange }) => !isAcceptance(exchange))) : [],
    ),
    acceptedWithKey: new Set(ids(accepted.filter(({ exchange }) => isAcceptance(exchange)))),
    refused: new Set(ids(failedFor('refused'))),
  };
  const explanations = new Map<string, Diagnosis>();
  const diagnosed = [...diagnoseAcceptance(answers), ...diagnoseRefusal(answers)];
  for (const [diagnosis, explained] of diagnosed) {
    if (diagnosis !== null) for (const id of explained) explanations.set(id, diagnosis);
  }
  return explanations;
}

/** A draft's version that was accepted, is in no list, and that no pattern explains. */
function isHiddenDraft(
  { probe: { id, family }, exchange, scorecard }: ScoredProbe,
  explanations: ReadonlyMap<string, Diagnosis>,
): boolean {
  return (
    family === 'draft' &&
    scorecard.criteria.status.verdict === 'fail' &&
    // A 101 without the correct Sec-WebSocket-Accept accepts no version, whether or not a list names it.
    isAcceptance(exchange) &&
    !explanations.has(id)
  );
}

function groupFor(
  one: ScoredProbe,
  failed: Failed,
  diagnosis: Diagnosis | undefined,
  hiddenDrafts: string,
): Group {
  const { probe, exchange } = one;
  const { cause } = failed;
  if (probe.tier === 'stress') return stressGroup(one);
  if (cause === 'accepted' || cause === 'refused') {
    if (diagnosis !== undefined) return { id: diagnosis.id, wording: diagnosis, seen: [], failures: [] };
    if (probe.family === 'draft' && isAcceptance(exchange)) {
      return {
        id: 'accepted-unadvertised',
        wording: causes['accepted-unadvertised'],
        seen: [hiddenDrafts],
        failures: [],
      };
    }
    // Nothing ties it to others: the probe itself knows best what to say.
    const unusable =
      probe.version !== undefined && !isAcceptance(exchange)
        ? ' The 101 lacks the correct Sec-WebSocket-Accept, so no client can use it.'
        : '';
    const wording = { ...causes[cause], detail: `${probe.varies} ${probe.why}${unusable}`, fix: probe.fix };
    const title =
      cause === 'accepted'
        ? `Accepts a handshake with ${probe.title}`
        : `Refuses a valid handshake with ${probe.title}`;
    return { id: `${cause}-${probe.id}`, wording: { ...wording, title }, seen: [], failures: [] };
  }
  return groupOf(cause, failed);
}

/** All that failed on a stress probe is one finding: what became of the server, and otherwise what it answered. */
function stressGroup({ probe, scorecard: { checks } }: ScoredProbe): Group {
  const { withstands } = checks;
  const cause = withstands?.verdict === 'fail' ? withstands.cause : 'stress-answer';
  const { title, detail, ...wording }: Cause = causes[cause];
  return {
    id: `${cause}-${probe.id}`,
    wording: {
      ...wording,
      title: `${title}: ${probe.title}`,
      detail: `${probe.varies} ${detail} ${probe.why}`,
      fix: probe.fix,
      clauses: probe.clauses,
    },
    seen: [],
    failures: [],
  };
}

function groupOf(cause: CauseId, failed: Failed): Group {
  const id = cause === 'refusal-status' ? `${cause}-${failed.actual}` : cause;
  const seen = [failed.actual, failed.expected];
  return { id, wording: id === status426 ? upgradeRequired : causes[cause], seen, failures: [] };
}

const status426 = 'refusal-status-426';

/** One repair, one advice: where 400 is asked for, nothing else advises to complete the 426. */
function agreeOn426(groups: Map<string, Group>): void {
  const incomplete = groups.get('upgrade-field');
  if (incomplete === undefined || !groups.has(status426)) return;
  const { fix } = upgradeRequired;
  groups.set(incomplete.id, {
    ...incomplete,
    wording: { ...incomplete.wording, fix },
    failures: incomplete.failures.map((failure) => ({
      ...failure,
      ...(failure.faults !== undefined && { faults: failure.faults.map((fault) => ({ ...fault, fix })) }),
    })),
  });
}

/** Only the example of a forgotten close was watched for long; the others were still open when it was not yet known. */
function joinForgottenCloses(groups: Map<string, Group>): void {
  const forgotten = groups.get('announced-close');
  const late = groups.get('late-close');
  if (forgotten === undefined || late === undefined) return;
  forgotten.failures.push(...late.failures);
  groups.delete(late.id);
}

/** The request is also one that a server without WebSocket may answer, be it as HTTP/0.9. */
function isPlainHttp({ refusal }: Probe): boolean {
  return refusal === 'plain-http' || refusal === 'http-0.9';
}

function isUnanswered(verdict: Verdict): boolean {
  return verdict.verdict === 'fail' && (verdict.cause === 'no-response' || verdict.cause === 'unanswered');
}

/**
 * A 500, or the end of the connection without a response. Not the codes by which a gateway speaks of the server behind
 * it, nor silence on an open connection; and not where ending the connection is a defence: against a head that is not
 * HTTP, or one that is too long to be read.
 */
function mayBeException({ probe, exchange }: ScoredProbe, { cause }: Failed): boolean {
  if (cause !== 'no-response' && !(cause === 'refusal-status' && exchange.response?.status === 500))
    return false;
  return (
    probe.refusal === undefined && exchange.request.length < usualHeadLimit && !hasMalformedHead(exchange)
  );
}

/** Bytes of a request head that every server reads. */
const usualHeadLimit = 8192;

/** A name that is not a token, or a control character in a value (rfc9110 §5.1, §5.5). */
function hasMalformedHead({ sentFields }: Exchange): boolean {
  return sentFields.some(
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
    ([name, value]) => !/^[!#$%&'*+.^`|~\w-]+$/.test(name) || /[\0-\x08\n-\x1f\x7f]/.test(value),
  );
}

/** A guess, and only where all failures allow it. */
function guessException(failures: readonly Failure[]): string | null {
  if (!failures.every((failure) => failure.mayBeException)) return null;
  return failures[0]?.failed.cause === 'no-response'
    ? 'Possibly an unhandled exception: the connection ends where a response was due.'
    : 'Possibly an unhandled exception: a 500 is the usual answer to one.';
}

/** Adds what is wrong with the lists as a whole: to a finding that says so already, or as one of its own. */
function addListHonesty(
  groups: Map<string, Group>,
  { verdict, faults }: ListHonesty,
  scored: readonly ScoredProbe[],
): void {
  if (verdict.verdict !== 'fail') return;
  for (const fault of faults) {
    const failure = {
      probe: null,
      criterion: 'listHonesty',
      failed: { ...verdict, level: fault.level, actual: describeListFault(fault) },
      mayBeException: false,
    };
    const explaining = explainingGroup(groups, fault, faults);
    if (explaining !== null) {
      explaining.failures.push(failure);
      // The versions of a sweep are among those of the fault, and not of the probes.
      if (explaining.id === fault.cause) groups.set(explaining.id, withFault(explaining, fault));
      continue;
    }
    const examples = fault.cause === 'lists-differ' ? oneOfEachList(scored) : [];
    const failures = [failure, ...examples.map((probe) => ({ ...failure, probe }))];
    groups.set(
      fault.cause,
      withFault({ id: fault.cause, wording: causes[fault.cause], seen: [], failures }, fault),
    );
  }
  // One list that always names a version which is refused: the probe of that version shows it too.
  const advertisedRefused = groups.get('advertised-refused');
  const namesRefused = groups.get('list-names-refused');
  if (advertisedRefused !== undefined && namesRefused !== undefined) {
    advertisedRefused.failures.push(...namesRefused.failures);
    groups.delete(namesRefused.id);
  }
}

function withFault(group: Group, { seen, because }: ListFault): Group {
  const wording = because === null ? group.wording : { ...group.wording, diagnosis: because };
  return { ...group, wording, seen: [seen] };
}

/** For every list that some refusal carried, the first probe that was refused with it. */
function oneOfEachList(scored: readonly ScoredProbe[]): string[] {
  const examples = new Map<string, string>();
  for (const { probe, exchange } of scored) {
    const list = advertisedList(exchange);
    if (list !== null && !examples.has(list)) examples.set(list, probe.id);
  }
  return [...examples.values()];
}

function explainingGroup(
  groups: Map<string, Group>,
  { cause, seen }: ListFault,
  faults: readonly ListFault[],
): Group | null {
  const group = (id: CauseId): Group | null => groups.get(id) ?? null;
  switch (cause) {
    case 'accepted-unadvertised':
      if (seen === '13') return group('list-without-13') ?? group('list-malformed');
      return (
        [...groups.values()].find(
          ({ failures }) =>
            failures.some(
              ({ probe, failed }) =>
                failed.cause === 'accepted' && /^(draft|unsupported)\//.test(probe ?? ''),
            ),
          // What is written so that it cannot be read is not advertised.
        ) ?? group('list-malformed')
      );
    case 'refused-otherwise':
      return null;
    case 'advertised-refused':
    case 'lists-differ':
      // Lists that change with the version that was refused echo it.
      return faults.some((other) => other.cause === 'lists-differ') ? group('list-names-refused') : null;
  }
}

function toFinding({ id, wording, seen, failures }: Group): Finding {
  const reasons = (of: 'known' | 'expired'): KnownFailure[] =>
    withoutRepeats(failures.flatMap(({ failed }) => failed[of] ?? []));
  const level =
    levels.find((candidate) => failures.some(({ failed }) => failed.level === candidate)) ?? 'MAY';
  const fill = (text: string): string =>
    seen.reduce((filled, value) => filled.replace('%s', () => value), text);
  const faults = failures.flatMap((failure) => failure.faults ?? []);
  // Each mistake is named once, with what mends just that; a title holds only one.
  const said = (of: 'title' | 'fix'): string[] => [...new Set(faults.map((fault) => fault[of]))];
  const details = faults.length === 0 ? [{ ...wording, detail: fill(wording.detail) }] : faults;
  const [title, ...otherTitles] = said('title');
  const ordered = exampleFirst(failures);
  const example = ordered[0]?.failed;
  return {
    id,
    level,
    title: title !== undefined && otherTitles.length === 0 ? title : fill(wording.title),
    cause: wording.diagnosis ?? guessException(failures),
    impact: [...new Set(details.flatMap(detailOf))].join(' '),
    fix: said('fix').join(' ') || wording.fix,
    expected: example?.expected ?? '',
    actual: example?.actual ?? '',
    probes: [...new Set(failures.map(({ probe }) => probe))].filter((probe) => probe !== null),
    clauses: [
      ...new Set([
        ...(faults.length === 0 ? wording.clauses : faults.flatMap((fault) => fault.clauses)),
        ...(example?.clauses ?? []),
      ]),
    ],
    failures: withoutRepeats(
      // Probes that only illustrate what is wrong with the target as a whole have not failed.
      ordered.map(({ probe, criterion }) => ({
        probe: criterion === 'listHonesty' ? null : probe,
        criterion,
      })),
    ),
    known: reasons('known'),
    expired: reasons('expired'),
  };
}

/**
 * Ids of the probes whose exchanges show a finding: its example, or two of those that show it together where the target
 * as a whole is at fault.
 */
export function examplesOf({
  failures: [first],
  probes,
}: Pick<Finding, 'failures' | 'probes'>): readonly string[] {
  const example = first?.probe ?? null;
  return example === null ? probes.slice(0, 2) : [example];
}

/** The failures of the probe that is the example come first, unless the target as a whole is at fault. */
function exampleFirst(failures: readonly Failure[]): readonly Failure[] {
  if (failures[0]?.probe === null) return failures;
  const example = exampleProbe(failures.flatMap(({ probe }) => probe ?? []));
  const isOfExample = ({ probe }: Failure): boolean => probe === example;
  return [...failures.filter(isOfExample), ...failures.filter((failure) => !isOfExample(failure))];
}

/** What is wrong, and which clients fail on it. */
function detailOf({ detail, clients }: Pick<Cause, 'detail' | 'clients'>): string[] {
  return clients === undefined ? [detail] : [detail, whichClientsFail(clients)];
}

function withoutRepeats<T extends object>(values: readonly T[]): T[] {
  return [...new Map(values.map((value) => [JSON.stringify(value), value])).values()];
}
