/** The supplementary checks of one exchange: each a finding of its own, none part of the criteria's score. */

import {
  fieldValues,
  isSwitchingProtocols,
  listElements,
  type Oddity,
  oddities,
  type Response,
} from '../wire/response.ts';
import { announcesClose } from './answer.ts';
import type { CauseId } from './causes.ts';
import { acceptFault, expectedAccept, switchingFault, unofferedFault } from './server-handshake.ts';
import type { Subject } from './subject.ts';
import { fail, pass, type Requirement, type Verdict } from './verdict.ts';

/** All that there is to say of one check of a response: its id is its key in the table. */
interface Check {
  readonly title: string;
  /** The cause of every failure of it. */
  readonly cause: CauseId;
  readonly applies: (subject: Subject, response: Response) => boolean;
  readonly judge: (subject: Subject, response: Response) => Judgement;
}

interface Judgement extends Requirement {
  /** What is wrong, in words; null if nothing is. */
  readonly fault: string | null;
  /** What there is if nothing is wrong, in words. */
  readonly right: string;
}

export type CheckName =
  | 'acceptKey'
  | 'switchingFields'
  | 'offeredOnly'
  | 'upgradeField'
  | 'announcedClose'
  | 'responseFraming';

/** In the order in which they are reported. */
export const checks: Readonly<Record<CheckName, Check>> = {
  acceptKey: {
    title: 'right Sec-WebSocket-Accept',
    cause: 'accept-key',
    applies: isExpectedSwitch,
    judge: ({ exchange }, response) => {
      const accept = `Sec-WebSocket-Accept: ${expectedAccept(exchange)}`;
      return {
        level: 'MUST',
        expected: accept,
        clauses: ['server-handshake'],
        fault: acceptFault(exchange, response),
        right: accept,
      };
    },
  },
  switchingFields: {
    title: 'Upgrade and Connection on the 101',
    cause: 'switching-fields',
    applies: isExpectedSwitch,
    judge: (_, response) => ({
      level: 'MUST',
      expected: 'Upgrade: websocket, Connection: Upgrade',
      clauses: ['server-handshake'],
      fault: switchingFault(response),
      right: 'both present',
    }),
  },
  offeredOnly: {
    title: 'no subprotocol or extension that was not offered',
    cause: 'not-offered',
    applies: isExpectedSwitch,
    judge: ({ exchange }, response) => ({
      level: 'MUST',
      expected: 'no subprotocol and no extension but those offered',
      clauses: ['server-handshake'],
      fault: unofferedFault(exchange, response),
      right: 'none',
    }),
  },
  upgradeField: {
    title: 'Upgrade field on the 426',
    cause: 'upgrade-field',
    applies: (_, response) => response.status === 426,
    judge: (_, response) => ({
      level: 'MUST',
      expected: 'Upgrade, and upgrade in Connection',
      clauses: ['upgrade-on-426'],
      fault: upgradeFault(response),
      right: 'both present',
    }),
  },
  announcedClose: {
    title: 'closed the connection as announced',
    cause: 'announced-close',
    applies: ({ exchange }) => announcesClose(exchange),
    judge: ({ exchange }) => ({
      level: 'MUST',
      expected: 'the close that Connection: close announced',
      clauses: ['close-means-close'],
      fault: exchange.close?.kind === 'open' ? 'still open after the close window' : null,
      right: 'closed',
    }),
  },
  responseFraming: {
    title: 'well-formed response',
    cause: 'response-framing',
    applies: () => true,
    judge: ({ exchange }, response) => {
      // A reset can discard bytes that the server did send but that were not yet delivered.
      const faults = response.oddities.filter(
        (oddity) => oddity !== 'body-short' || exchange.close?.kind !== 'reset',
      );
      return {
        level: faults.every((oddity) => toleratedOddities[oddity]) ? 'SHOULD' : 'MUST',
        expected: 'a response that follows the grammar of HTTP/1.1',
        clauses: ['message-syntax', 'message-framing'],
        fault: faults.length === 0 ? null : faults.map((oddity) => oddities[oddity]).join('; '),
        right: 'well-formed',
      };
    },
  },
};

export const checkNames = Object.keys(checks) as readonly CheckName[];

export const checkTitles = Object.fromEntries(
  checkNames.map((name) => [name, checks[name].title]),
) as Readonly<Record<CheckName, string>>;

/** Recipients read past some (rfc9112 §2.2, §4); the others make them disagree about what the response is. */
const toleratedOddities: Readonly<Record<Oddity, boolean>> = {
  'leading-empty-line': true,
  'status-line': true,
  'http-version': true,
  'bare-lf': true,
  'control-octet': false,
  'no-colon': false,
  'field-name': false,
  'space-before-colon': false,
  'obs-fold': true,
  'content-length': false,
  'length-and-coding': false,
  chunk: false,
  'body-short': false,
  'bytes-after': false,
};

export function scoreChecks(subject: Subject): Partial<Record<CheckName, Verdict>> {
  const { response } = subject.exchange;
  if (response === null) return {};
  return Object.fromEntries(
    checkNames
      .filter((name) => checks[name].applies(subject, response))
      .map((name) => [name, verdictOf(checks[name], subject, response)]),
  );
}

function verdictOf({ judge, cause }: Check, subject: Subject, response: Response): Verdict {
  const { fault, right, ...requirement } = judge(subject, response);
  return fault === null ? pass(requirement, right) : fail(requirement, fault, cause);
}

/** The fields of a 101 that should not have come at all are not worth a second finding. */
function isExpectedSwitch({ expects }: Subject, response: Response): boolean {
  return isSwitchingProtocols(response) && expects !== 'reject';
}

function upgradeFault({ fields }: Response): string | null {
  if (fieldValues(fields, 'Upgrade').length === 0) return 'no Upgrade field';
  const options = listElements(fieldValues(fields, 'Connection')).map((option) => option.toLowerCase());
  return options.includes('upgrade') ? null : 'no upgrade in Connection';
}
