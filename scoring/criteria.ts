/** The four criteria: returned 400, included the version list, omitted the header on success, closed the socket. */

import type { Expectation, Probe } from '../probes/probe.ts';
import type { ClauseId } from '../spec/clauses.ts';
import type { Exchange } from '../wire/exchange.ts';
import { fieldValues, listElements } from '../wire/response.ts';
import type { CauseId } from './causes.ts';
import type { Profile } from './profiles.ts';
import { fail, type Level, notApplicable, pass, type Requirement, type Verdict } from './verdict.ts';
import { isWellFormed, readVersionList } from './version-list.ts';

/** In the order of the report's columns. */
export const criterionTitles = {
  status: 'returned 400',
  versionList: 'included the version list',
  headerOmitted: 'omitted the header on success',
  socketClosed: 'closed the socket',
} as const;

export type CriterionName = keyof typeof criterionTitles;

export const criterionNames = Object.keys(criterionTitles) as readonly CriterionName[];

/** What is judged: one exchange, against what its probe expects. */
export interface Subject {
  readonly probe: Probe;
  readonly exchange: Exchange;
  /** The probe's expectation, or `accept` for a draft that the server honestly offers. */
  readonly expects: Expectation;
  readonly profile: Profile;
  /** Versions that the target accepts from a client of that version. */
  readonly accepted: ReadonlySet<number>;
}

export function scoreCriteria(subject: Subject): Record<CriterionName, Verdict> {
  return {
    status: scoreStatus(subject),
    versionList: isJudgedRefusal(subject) ? scoreVersionList(subject) : notApplicable,
    headerOmitted: scoreHeaderOmitted(subject),
    socketClosed: isJudgedRefusal(subject) ? scoreSocketClosed(subject) : notApplicable,
  };
}

/** The status of the response, or in words what came instead of one. */
export function describeAnswer({ outcome, response, error }: Exchange): string {
  if (response !== null) return String(response.status);
  const why = error?.message ?? outcome;
  switch (outcome) {
    case 'closed':
      return 'no response: the connection was closed';
    case 'reset':
      return 'no response: the connection was reset';
    case 'timeout':
      return 'no response in time';
    case 'malformed':
      return `no HTTP response: ${why}`;
    default:
      return `no connection: ${why}`;
  }
}

function scoreStatus({ probe, exchange, expects, profile }: Subject): Verdict {
  const actual = describeAnswer(exchange);
  const status = exchange.response?.status;
  if (expects === 'either') return notApplicable;
  if (expects === 'accept') {
    const requirement: Requirement = { level: 'MUST', expected: '101', clauses: probe.clauses };
    return status === 101 ? pass(requirement, actual) : fail(requirement, actual, 'refused');
  }
  const judge = (expected: string, isRight: boolean, level: Level = 'MUST'): Verdict => {
    const requirement: Requirement = { level, expected, clauses: probe.clauses };
    if (isRight && status !== 101) return pass(requirement, actual);
    return fail(requirement, actual, refusalFault(exchange));
  };
  if (probe.refusal === 'plain-http') return judge('any response but 101', status !== undefined);
  if (probe.refusal === 'too-large') {
    const isClosed = exchange.outcome === 'closed' || exchange.outcome === 'reset';
    return judge('4xx, or the close', isClosed || isClientError(status));
  }
  const isRight = status !== undefined && profile.isRefusalStatus(status);
  // Another 4xx refuses all the same (rfc6455 §4.2.2 names 426 itself): short of the profile, not of the RFC.
  return judge(profile.refusalStatus, isRight, !isRight && isClientError(status) ? 'SHOULD' : 'MUST');
}

function isClientError(status: number | undefined): boolean {
  return status !== undefined && status >= 400 && status < 500;
}

/** What is wrong where something other than a proper refusal came. */
function refusalFault({ outcome, response }: Exchange): CauseId {
  if (response === null) return outcome === 'malformed' ? 'not-http' : 'no-response';
  return response.status === 101 ? 'accepted' : 'refusal-status';
}

/** Whether the probe should have been refused in a way that list and close can be asked of. */
function isJudgedRefusal({ probe, exchange, expects }: Subject): boolean {
  if (expects !== 'reject') return false;
  const status = exchange.response?.status;
  if (status === 101) return true;
  // An answer as plain HTTP says nothing about versions; nor does one to a field too long to be read.
  if (probe.refusal === 'plain-http') return status === 400 || status === 426;
  if (probe.refusal === 'too-large') return status === 400;
  return true;
}

/** Elements of a list that are told of; there are no more than 256 versions, and few servers know more than three. */
const maxShown = 32;

function scoreVersionList({ probe, exchange, profile, accepted }: Subject): Verdict {
  const isUnknownVersion = probe.version !== undefined;
  const level = isUnknownVersion ? profile.listOnUnknownVersion : profile.listOnOtherRefusal;
  const clauses: ClauseId[] = isUnknownVersion
    ? ['refuse-unknown-version', 'version-grammar', 'list-on-400']
    : ['list-on-400', 'version-grammar'];
  const requirement: Requirement = { level, expected: 'Sec-WebSocket-Version with 13', clauses };
  const { response } = exchange;
  const list = response === null || response.status === 101 ? null : readVersionList(response);
  if (list === null) {
    if (level === 'MAY') return notApplicable;
    const cause = response === null || response.status === 101 ? refusalFault(exchange) : 'list-absent';
    return fail(requirement, 'no Sec-WebSocket-Version', cause);
  }
  // A list that may be left out must still be right where it stands.
  const strict: Requirement = { ...requirement, level: level === 'MAY' ? 'SHOULD' : level };
  const shown = list.elements.slice(0, maxShown).join(', ');
  const more = list.elements.length - maxShown;
  const actual = `Sec-WebSocket-Version: ${shown}${more > 0 ? `, and ${more} more` : ''}`;
  if (!isWellFormed(list)) return fail(strict, actual, 'list-malformed');
  const refusedVersion = probe.version;
  // A draft's version may be refused only because the probe, unlike a client of that draft, is today's handshake.
  if (
    refusedVersion !== undefined &&
    list.versions.includes(refusedVersion) &&
    !accepted.has(refusedVersion)
  ) {
    return fail(
      { ...strict, expected: `a list without ${refusedVersion}, which was just refused` },
      actual,
      'list-names-refused',
    );
  }
  if (!list.versions.includes(13)) return fail(strict, actual, 'list-without-13');
  return pass(strict, actual);
}

function scoreHeaderOmitted({ exchange, expects }: Subject): Verdict {
  // Without a 101 there is no success on which the header could be omitted; the status says so already.
  if (expects !== 'accept' || exchange.response?.status !== 101) return notApplicable;
  const requirement: Requirement = {
    level: 'SHOULD',
    expected: 'no Sec-WebSocket-Version',
    clauses: ['silent-on-success'],
  };
  const values = fieldValues(exchange.response.fields, 'Sec-WebSocket-Version');
  if (values.length === 0) return pass(requirement, 'no Sec-WebSocket-Version');
  return fail(requirement, `Sec-WebSocket-Version: ${values.join(', ')}`, 'version-on-success');
}

function scoreSocketClosed({ exchange, profile }: Subject): Verdict {
  const isAnnounced = announcesClose(exchange);
  if (profile.close.when === 'announced' && !isAnnounced) return notApplicable;
  const requirement: Requirement = {
    level: profile.close.level,
    expected: 'the connection closed by the server',
    clauses: isAnnounced ? ['close-on-unsafe', 'close-means-close'] : ['close-on-unsafe'],
  };
  if (exchange.response?.status === 101)
    return fail(requirement, 'left open for WebSocket frames', 'accepted');
  switch (exchange.close?.kind) {
    case 'fin':
      return pass(requirement, 'closed (FIN)');
    case 'reset':
      return pass(requirement, 'closed (RST)');
    default: {
      const cause = isAnnounced ? 'announced-close' : 'stays-open';
      return fail(
        requirement,
        'still open after the close window',
        exchange.outcome === 'timeout' ? 'no-response' : cause,
      );
    }
  }
}

/** Whether the response says that its connection will be closed (rfc9112 §9.6). */
export function announcesClose({ response }: Exchange): boolean {
  if (response === null || response.status === 101) return false;
  return listElements(fieldValues(response.fields, 'Connection')).some(
    (option) => option.toLowerCase() === 'close',
  );
}
