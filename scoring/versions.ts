/** Which versions a target advertises and which it accepts, and whether the two agree (rfc6455 §4.4). */

import type { Answer, Exchange } from '../wire/exchange.ts';
import { fieldValues, isSwitchingProtocols, type Response } from '../wire/response.ts';
import { isInformative } from './answer.ts';
import type { CauseId } from './causes.ts';
import type { CheckDescription } from './check-description.ts';
import { isAcceptance } from './server-handshake.ts';
import { fail, type Level, notApplicable, pass, type Requirement, type Verdict } from './verdict.ts';
import { readVersionList } from './version-list.ts';
import { describeVersions, explainAccepted, explainSeparated } from './version-range.ts';

/** An exchange in which one legal version was asked for in an otherwise right handshake. */
export interface VersionRequest {
  readonly version: number;
  readonly exchange: Exchange;
}

export interface Versions {
  /** The union of all version lists seen, in the order in which they first appeared. */
  readonly advertised: readonly number[];
  /** Every version that was answered 101 with the correct Sec-WebSocket-Accept, the control's first. */
  readonly accepted: readonly number[];
}

/** The union of the version lists of all refusals. */
export function advertisedVersions(exchanges: Iterable<Answer>): number[] {
  return [...new Set([...versionLists(exchanges)].flat())];
}

export function acceptedVersions(requests: readonly VersionRequest[]): number[] {
  return [
    ...new Set(requests.filter(({ exchange }) => isAcceptance(exchange)).map(({ version }) => version)),
  ];
}

function* versionLists(exchanges: Iterable<Answer>): Iterable<readonly number[]> {
  for (const { response } of exchanges) {
    // A field on a 101 is a fault of its own, and no list of what else could be asked for.
    if (response === null || isSwitchingProtocols(response)) continue;
    const versions = listedVersions(response);
    if (versions.length > 0) yield versions;
  }
}

/** Read once of each response: the lists of all of them are asked for several times in a run, and may be long. */
const listed = new WeakMap<Response, readonly number[]>();

function listedVersions(response: Response): readonly number[] {
  const cached = listed.get(response);
  if (cached !== undefined) return cached;
  const versions = readVersionList(response)?.versions ?? [];
  listed.set(response, versions);
  return versions;
}

/** The versions that a refusal lists, in ascending order, however it wrote them; null where it lists none. */
export function advertisedList(answer: Answer): string | null {
  const [versions] = versionLists([answer]);
  return versions === undefined ? null : inOrder(versions);
}

function inOrder(versions: readonly number[]): string {
  return versions.toSorted((a, b) => a - b).join(', ');
}

/** The handshakes of the drafts before this one differ, so a refusal of today's handshake does not refuse them. */
export const firstAskable = 7;

/** How a refusal is called that carries the list. */
const withList = 'with a list';

/** What can be wrong with the lists of a target as a whole. */
export type ListFaultCause = Extract<
  CauseId,
  'advertised-refused' | 'accepted-unadvertised' | 'lists-differ' | 'refused-otherwise'
>;

export interface ListFault {
  readonly cause: ListFaultCause;
  readonly level: Level;
  /** What is wrong, before what is seen. */
  readonly said: string;
  /** The versions, or the lists, that show it. */
  readonly seen: string;
  /** What the server seems to do, where the versions of a sweep show it. */
  readonly because: string | null;
}

export const listHonesty: CheckDescription = {
  title: 'one list, of exactly the versions that are accepted',
  says: 'Every version that a refusal of the target advertises is accepted, every accepted version is advertised, and all refusals carry the same list. It is judged once per target, from all its responses.',
};

export interface ListHonesty {
  readonly verdict: Verdict;
  /** Everything that is wrong; the verdict names the first one as its cause. */
  readonly faults: readonly ListFault[];
}

/**
 * Judges `listHonesty`: every advertised version is accepted, every accepted one is advertised, and all refusals
 * of the run carry the same list. Without any list there is nothing to be honest about: that it is missing is said
 * by the versionList criterion.
 *
 * @param exchanges every exchange of the run
 * @param requests those of them that asked for a legal version and for nothing strange beside it
 * @param swept those of the requests that a sweep of all versions added
 */
export function judgeListHonesty(
  exchanges: readonly Exchange[],
  requests: readonly VersionRequest[],
  swept: readonly VersionRequest[] = [],
): ListHonesty {
  const lists = [...versionLists(exchanges)];
  if (lists.length === 0) return { verdict: notApplicable, faults: [] };
  const advertised = [...new Set(lists.flat())];
  const accepted = acceptedVersions(requests);
  const refused = advertised.filter(
    (version) =>
      version >= firstAskable &&
      !accepted.includes(version) &&
      requests.some((request) => request.version === version && isRefusal(request.exchange)),
  );
  const hidden = accepted.filter((version) => !advertised.includes(version));
  const distinct = distinctLists(exchanges);
  const faults: ListFault[] = [];
  if (refused.length > 0) {
    faults.push({
      cause: 'advertised-refused',
      level: 'MUST',
      seen: refused.join(', '),
      because: null,
      said: 'advertised but refused',
    });
  }
  if (hidden.length > 0) {
    faults.push({
      cause: 'accepted-unadvertised',
      level: 'MUST',
      seen: describeVersions(hidden),
      because: explainAccepted(hidden, settledVersions(requests, advertised)),
      said: 'accepted but not advertised',
    });
  }
  if (distinct.length > 1) {
    faults.push({
      cause: 'lists-differ',
      // Only a refusal of a version has to carry the list: beside one of something else, a difference is no breach.
      level: distinctLists(requests.map(({ exchange }) => exchange)).length > 1 ? 'MUST' : 'SHOULD',
      seen: distinct.map((list) => `"${list}"`).join(' and '),
      because: null,
      said: 'different lists',
    });
  }
  const otherwise = findRefusedOtherwise(requests, swept);
  if (otherwise !== null) faults.push(otherwise);
  const requirement: Requirement = {
    level: faults.every(({ level }) => level === 'SHOULD') && faults.length > 0 ? 'SHOULD' : 'MUST',
    expected: 'one list in every refusal: exactly the versions that are accepted',
    clauses: ['refuse-unknown-version', 'several-versions'],
  };
  const [first] = faults;
  if (first === undefined) {
    const unproven = advertised.filter((version) => !accepted.includes(version));
    const seen = [];
    if (accepted.length > 0) seen.push(`advertised and accepted: ${accepted.join(', ')}`);
    if (unproven.length > 0) seen.push(`advertised, neither accepted nor refused: ${unproven.join(', ')}`);
    return { verdict: pass(requirement, seen.join('; ')), faults };
  }
  const actual = faults.map(describeListFault).join('; ');
  return { verdict: fail(requirement, actual, first.cause), faults };
}

function distinctLists(exchanges: Iterable<Answer>): string[] {
  return [...new Set([...versionLists(exchanges)].map(inOrder))];
}

export function describeListFault({ said, seen }: ListFault): string {
  return `${said}: ${seen}`;
}

/** Versions that were accepted or refused, other than those of the lists and the one that every handshake asks for. */
function settledVersions(requests: readonly VersionRequest[], advertised: readonly number[]): number[] {
  return requests
    .filter(({ exchange }) => isRefusal(exchange) || isAcceptance(exchange))
    .map(({ version }) => version)
    .filter((version) => version !== 13 && !advertised.includes(version));
}

/** How a version was refused, in words; null where it was not. */
function refusalOf({ exchange }: VersionRequest): string | null {
  if (!isRefusal(exchange)) return null;
  const { response } = exchange;
  if (response === null) return 'no response';
  return fieldValues(response.fields, 'Sec-WebSocket-Version').length > 0
    ? withList
    : `${response.status}, no list`;
}

/** Versions that a sweep found refused without the list, or without a response, while others are refused with it. */
function findRefusedOtherwise(
  requests: readonly VersionRequest[],
  swept: readonly VersionRequest[],
): ListFault | null {
  const refusals = new Map(requests.map((request) => [request.version, refusalOf(request)]));
  if (![...refusals.values()].includes(withList)) return null;
  const versionsOf = new Map<string, number[]>();
  for (const { version } of swept) {
    const refusal = refusals.get(version) ?? null;
    if (refusal === null || refusal === withList) continue;
    versionsOf.set(refusal, [...(versionsOf.get(refusal) ?? []), version]);
  }
  if (versionsOf.size === 0) return null;
  const refused = [...refusals].filter(([, refusal]) => refusal !== null);
  const others = refused.filter(([, refusal]) => refusal !== withList).map(([version]) => version);
  return {
    cause: 'refused-otherwise',
    level: 'MUST',
    seen: [...versionsOf]
      .map(([refusal, versions]) => `${describeVersions(versions)} (${refusal})`)
      .join('; '),
    because: explainSeparated(
      others,
      refused.map(([version]) => version),
    ),
    said: 'refused unlike other versions',
  };
}

/** A 101 with a wrong Sec-WebSocket-Accept is a fault, but no refusal; a failed connection is neither. */
function isRefusal(exchange: Exchange): boolean {
  return isInformative(exchange) && !isSwitchingProtocols(exchange.response);
}
