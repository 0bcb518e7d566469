/** The criteria: returned 400, included the version list, omitted the header on success, closed the socket. */

import type { ClauseId } from '../spec/clauses.ts';
import type { Exchange } from '../wire/exchange.ts';
import { fieldValues, isSwitchingProtocols } from '../wire/response.ts';
import { announcesClose, describeAnswer, endedWithoutResponse, isHeadCutShort } from './answer.ts';
import type { CauseId } from './causes.ts';
import { describeLateClose, isClosedInTime, isCloseForgotten } from './close-window.ts';
import { isLeftOpen } from './left-open.ts';
import type { Profile } from './profiles.ts';
import { sendsCloseFrame } from './server-frames.ts';
import { expectedAccept, switchesElsewhere } from './server-handshake.ts';
import { isCloseDue, type Subject } from './subject.ts';
import {
  fail,
  inconclusive,
  type Level,
  notApplicable,
  pass,
  type Requirement,
  type Verdict,
} from './verdict.ts';
import { isWellFormed, misspeltLists, readVersionList, type VersionList } from './version-list.ts';
import { firstAskable } from './versions.ts';

/** All that there is to say of one criterion: its id is its key in the table. */
interface Criterion {
  readonly title: string;
  /** The title in a scoreboard, at most 18 characters. */
  readonly shortTitle: string;
  /** The heading of its column in a table: one short word. */
  readonly heading: string;
  /** What it asks for, in a sentence or two. */
  readonly says: string;
  /** How strictly a profile asks for it, in words. */
  readonly levelIn: (profile: Profile) => string;
  readonly applies: (subject: Subject) => boolean;
  /** Judges a subject to which it applies. */
  readonly judge: (subject: Subject) => Verdict;
}

export type CriterionName = 'status' | 'versionList' | 'headerOmitted' | 'socketClosed';

/** In the order of the report's columns. */
export const criteria: Readonly<Record<CriterionName, Criterion>> = {
  status: {
    title: 'returned 400',
    shortTitle: 'returned 400',
    heading: 'status',
    says: 'A handshake that has to be refused gets a response with a status code that the profile counts as a refusal, and a valid handshake gets a 101. Some probes are plain HTTP requests too: any response except 101 refuses them.',
    levelIn: ({ refusalStatus }) =>
      `MUST: a 101 to a valid handshake, and a refusal (${refusalStatus}) of every other${refusalStatus === '4xx' ? '' : '; SHOULD: that status code instead of another 4xx'}`,
    applies: ({ expects }) => expects !== 'either',
    judge: judgeStatus,
  },
  versionList: {
    title: 'included the version list',
    shortTitle: 'version list',
    heading: 'list',
    says: 'A refusal carries Sec-WebSocket-Version with the versions that the server supports: 13 among them, each a number from 0 to 255, and not the version that was just refused.',
    levelIn: ({ listOnUnknownVersion, listOnOtherRefusal }) =>
      `${listOnUnknownVersion} on a version that is not understood; ${listOnOtherRefusal === 'MAY' ? 'optional on any other refusal, but checked if present' : `${listOnOtherRefusal} on any other refusal`}`,
    // A list that may be left out must still be right where there is one.
    applies: (subject) =>
      isJudgedRefusal(subject) && (listLevel(subject) !== 'MAY' || refusalList(subject) !== null),
    judge: judgeVersionList,
  },
  headerOmitted: {
    title: 'omitted the header on success',
    shortTitle: 'omitted on success',
    heading: 'omit',
    says: 'A 101 to a valid handshake carries no Sec-WebSocket-Version: the server understood the version and has nothing to say about it.',
    levelIn: ({ headerOmitted }) =>
      headerOmitted === 'MAY' ? 'not judged: no clause of an RFC forbids the field there' : headerOmitted,
    // Without a 101 there is no success on which the header could be omitted; the status says so already.
    applies: ({ expects, exchange, profile }) =>
      expects === 'accept' && isSwitchingProtocols(exchange.response) && profile.headerOmitted !== 'MAY',
    judge: judgeHeaderOmitted,
  },
  socketClosed: {
    title: 'closed the socket',
    shortTitle: 'closed the socket',
    heading: 'close',
    says: 'After a refusal the server ends the connection itself, by FIN or RST, within the close window. The tool closes nothing before that window is over.',
    levelIn: ({ close: { when, level } }) =>
      when === 'always' ? `${level}, on every refusal` : `${level}, where Connection: close announced it`,
    applies: (subject) => isJudgedRefusal(subject) && isCloseDue(subject),
    judge: judgeSocketClosed,
  },
};

export const criterionNames = Object.keys(criteria) as readonly CriterionName[];

/** One value for each criterion, in the order of the table. */
export function forEachCriterion<T>(make: (name: CriterionName) => T): Record<CriterionName, T> {
  return Object.fromEntries(criterionNames.map((name) => [name, make(name)])) as Record<CriterionName, T>;
}

export const criterionTitles = forEachCriterion((name) => criteria[name].title);

export function scoreCriteria(subject: Subject): Record<CriterionName, Verdict> {
  return forEachCriterion((name) => {
    const { applies, judge } = criteria[name];
    return applies(subject) ? judge(subject) : notApplicable;
  });
}

function judgeStatus({ probe, exchange, expects, profile }: Subject): Verdict {
  const actual = `${describeAnswer(exchange)}${answersKey(exchange) ? ', and the correct Sec-WebSocket-Accept follows' : ''}`;
  const status = exchange.response?.status;
  const isAccepted = isSwitchingProtocols(exchange.response);
  if (expects === 'accept') {
    const level = probe.level ?? 'MUST';
    const requirement: Requirement = { level, expected: '101', clauses: probe.clauses };
    return isAccepted ? pass(requirement, actual) : fail(requirement, actual, 'refused');
  }
  const judge = (expected: string, isRight: boolean, faultLevel: Level = 'MUST'): Verdict => {
    // Where accepting it breaks a SHOULD only, answering with no refusal at all still breaks a MUST.
    const level = isAccepted || isRight ? (probe.level ?? 'MUST') : faultLevel;
    const requirement: Requirement = { level, expected, clauses: probe.clauses };
    if (isRight && !isAccepted) return pass(requirement, actual);
    return fail(requirement, actual, refusalFault(exchange));
  };
  switch (probe.refusal ?? 'common') {
    case 'plain-http':
      return switchesElsewhere(exchange)
        ? pass({ level: 'MUST', expected: 'no 101 to WebSocket', clauses: probe.clauses }, actual)
        : judge('any response except 101', status !== undefined);
    case 'judged-elsewhere':
      return notApplicable;
    case 'unreadable':
      return judge('4xx, or the close', endedWithoutResponse(exchange) || isClientError(status));
    case 'http-0.9':
      return judge(
        'any response except 101, a body without a head, or the close',
        status !== undefined ||
          (isHeadless(exchange) && !answersKey(exchange)) ||
          endedWithoutResponse(exchange),
      );
    case 'common': {
      const isRight = status !== undefined && profile.isRefusalStatus(status);
      // Another 4xx is a refusal too (rfc6455 §4.2.2 names 426 itself): it violates the profile, not the RFC.
      return judge(profile.refusalStatus, isRight, isClientError(status) ? 'SHOULD' : 'MUST');
    }
  }
}

function isClientError(status: number | undefined): boolean {
  return status !== undefined && status >= 400 && status < 500;
}

/** What is wrong where something other than a proper refusal came. */
function refusalFault(exchange: Exchange): CauseId {
  const { outcome, response } = exchange;
  if (isHeadCutShort(exchange)) return 'head-unfinished';
  if (response !== null) return isSwitchingProtocols(response) ? 'accepted' : 'refusal-status';
  if (answersKey(exchange)) return 'accepted';
  if (outcome === 'malformed') return isHeadless(exchange) ? 'not-http' : 'head-too-large';
  return outcome === 'timeout' ? 'unanswered' : 'no-response';
}

/** Bytes that are no response hold the accept value of the key: a 101 whose status line is garbled, and no refusal. */
function answersKey(exchange: Exchange): boolean {
  return exchange.outcome === 'malformed' && exchange.received.includes(expectedAccept(exchange));
}

/** Bytes came that begin no head, not even one that breaks off or is too long to be read. */
function isHeadless(exchange: Exchange): boolean {
  const begin = exchange.received.toString('latin1', 0, 64);
  return exchange.outcome === 'malformed' && !isHeadCutShort(exchange) && !/^\s*HTTP\/\d/i.test(begin);
}

/** Whether the probe should have been refused in a way that requires a list and a close. */
function isJudgedRefusal({ probe, exchange, expects }: Subject): boolean {
  if (expects !== 'reject' || probe.refusal === 'judged-elsewhere' || probe.refusal === 'unreadable')
    return false;
  if (isSwitchingProtocols(exchange.response)) return !switchesElsewhere(exchange);
  const status = exchange.response?.status;
  switch (probe.refusal ?? 'common') {
    // An answer as plain HTTP says nothing about versions.
    case 'plain-http':
    case 'http-0.9':
      return status === 400 || status === 426;
    case 'common':
      return true;
  }
}

/** Elements of a list that are quoted; there are no more than 256 versions, and few servers know more than three. */
const maxShown = 32;

function listLevel({ probe, profile }: Subject): Level {
  return probe.version === undefined ? profile.listOnOtherRefusal : profile.listOnUnknownVersion;
}

/** The version list of a refusal; null where there is none, or no refusal. */
function refusalList({ exchange: { response } }: Subject): VersionList | null {
  return response === null || isSwitchingProtocols(response) ? null : readVersionList(response);
}

function judgeVersionList(subject: Subject): Verdict {
  const { probe, exchange, accepted } = subject;
  const refusedVersion = probe.version;
  const level = listLevel(subject);
  const clauses: ClauseId[] =
    refusedVersion === undefined
      ? ['list-on-400', 'version-grammar']
      : ['refuse-unknown-version', 'version-grammar', 'list-on-400'];
  const requirement: Requirement = {
    level: level === 'MAY' ? 'SHOULD' : level,
    expected: 'Sec-WebSocket-Version with 13',
    clauses,
  };
  const list = refusalList(subject);
  if (list === null) {
    const { response } = exchange;
    if (response === null || isSwitchingProtocols(response)) {
      // A 101, or a head that breaks off, may hold the field and is no refusal with a list all the same.
      return fail(requirement, 'no refusal with a version list', refusalFault(exchange));
    }
    const [misspelt] = misspeltLists(response);
    return misspelt === undefined
      ? fail(requirement, 'no Sec-WebSocket-Version', 'list-absent')
      : fail(requirement, `no Sec-WebSocket-Version, but ${misspelt}`, 'list-misspelt');
  }
  const shown = list.elements.slice(0, maxShown).join(', ');
  const more = list.elements.length - maxShown;
  const actual = `Sec-WebSocket-Version: ${shown}${more > 0 ? `, and ${more} more` : ''}`;
  if (!isWellFormed(list)) return fail(requirement, actual, 'list-malformed');
  // A draft's version may be refused only because the probe, unlike a client of that draft, is today's handshake.
  if (
    refusedVersion !== undefined &&
    refusedVersion >= firstAskable &&
    list.versions.includes(refusedVersion) &&
    !accepted.has(refusedVersion)
  ) {
    return fail(
      { ...requirement, expected: `a list without ${refusedVersion}, which was just refused` },
      actual,
      'list-names-refused',
    );
  }
  if (!list.versions.includes(13)) return fail(requirement, actual, 'list-without-13');
  return pass(requirement, actual);
}

function judgeHeaderOmitted({ exchange: { response }, profile }: Subject): Verdict {
  const requirement: Requirement = {
    level: profile.headerOmitted,
    expected: 'no Sec-WebSocket-Version',
    clauses: ['silent-on-success'],
  };
  const values = fieldValues(response?.fields ?? [], 'Sec-WebSocket-Version');
  if (values.length === 0) return pass(requirement, 'no Sec-WebSocket-Version');
  return fail(requirement, `Sec-WebSocket-Version: ${values.join(', ')}`, 'version-on-success');
}

function judgeSocketClosed({ exchange, profile, leftOpen }: Subject): Verdict {
  const isAnnounced = announcesClose(exchange);
  const isForgotten = isCloseForgotten(exchange);
  const requirement: Requirement = {
    // No MUST rests on a close that may be only late.
    level: isClosedInTime(exchange) || isForgotten ? profile.close.level : 'SHOULD',
    expected: 'the connection closed by the server',
    clauses: isAnnounced ? ['close-on-unsafe', 'close-means-close'] : ['close-on-unsafe'],
  };
  if (isSwitchingProtocols(exchange.response)) {
    return fail(requirement, describeSwitched(exchange), 'accepted');
  }
  const kind = exchange.close?.kind;
  switch (kind) {
    case 'fin':
    case 'reset':
      if (isClosedInTime(exchange))
        return pass(requirement, kind === 'fin' ? 'closed (FIN)' : 'closed (RST)');
      return fail(requirement, describeLateClose(exchange), isAnnounced ? 'late-close' : 'stays-open');
    case 'unwatched':
      return isLeftOpen(exchange, leftOpen)
        ? fail(requirement, describeLateClose(exchange), isAnnounced ? 'late-close' : 'stays-open')
        : inconclusive(requirement, 'the connection was not watched for its close');
    case 'open':
    case 'client':
    case undefined: {
      const cause = !isAnnounced ? 'stays-open' : isForgotten ? 'announced-close' : 'late-close';
      return fail(
        requirement,
        describeLateClose(exchange),
        exchange.outcome === 'timeout' || isHeadCutShort(exchange) ? refusalFault(exchange) : cause,
      );
    }
  }
}

/** What became of the connection after a 101, in words. */
function describeSwitched(exchange: Exchange): string {
  switch (exchange.close?.kind) {
    case 'fin':
      return 'switched to WebSocket, then closed (FIN)';
    case 'reset':
      return 'switched to WebSocket, then closed (RST)';
    case 'open':
    case 'client':
    case 'unwatched':
    case undefined:
      return sendsCloseFrame(exchange)
        ? 'switched to WebSocket, then closed with a Close frame'
        : 'left open for WebSocket frames';
  }
}
