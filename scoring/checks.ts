/** The supplementary checks of one exchange: each a finding of its own, none part of the criteria's score. */

import type { ClauseId } from '../spec/clauses.ts';
import type { Exchange } from '../wire/exchange.ts';
import { fieldValues, isSwitchingProtocols, listElements, type Response } from '../wire/response.ts';
import { acceptFaults } from './accept-fault.ts';
import { announcesClose } from './answer.ts';
import { wasWatched } from './attempts.ts';
import { behindRefusalFaults, describeSecond } from './behind-refusal.ts';
import type { CauseId } from './causes.ts';
import type { CheckDescription } from './check-description.ts';
import { clientFailures, listed } from './client-failures.ts';
import { describeLateClose, isClosedInTime, isCloseForgotten } from './close-window.ts';
import type { Fault } from './fault.ts';
import { framingFaults } from './framing-faults.ts';
import { isLeftOpen } from './left-open.ts';
import { describeCloseFrame, frameFaults } from './server-frames.ts';
import { expectedAccept, switchesElsewhere } from './server-handshake.ts';
import { isCloseDue, type Subject } from './subject.ts';
import {
  bodyFaults,
  leavesOfferUnanswered,
  offerFaults,
  repetitionFaults,
  switchingFaults,
  switchingVersionFaults,
} from './switching-faults.ts';
import { fail, levels, pass, type Requirement, type Verdict } from './verdict.ts';
import { judgeWithstanding } from './withstanding.ts';

/** All that there is to say of one check of a response: its id is its key in the table. */
interface Check extends CheckDescription {
  /** The cause of every failure of it, where its judgement names no other. */
  readonly cause: CauseId;
  readonly applies: (subject: Subject, response: Response) => boolean;
  readonly judge: (subject: Subject, response: Response) => Judgement;
}

interface Judgement extends Requirement {
  /** What is wrong, in words; null if nothing is. */
  readonly fault: string | null;
  /** What there is if nothing is wrong, in words. */
  readonly right: string;
  readonly cause?: CauseId;
}

type ResponseCheckName =
  | 'acceptKey'
  | 'switchingFields'
  | 'switchingVersion'
  | 'noBody'
  | 'onceOnly'
  | 'offeredOnly'
  | 'firstFrame'
  | 'keepsConnection'
  | 'upgradeField'
  | 'announcedClose'
  | 'endsWithRefusal'
  | 'releasesSocket'
  | 'responseFraming';

/** Of a stress probe only `withstands` is checked, and of no other. */
export type CheckName = ResponseCheckName | 'withstands';

/** In the order in which they are reported. */
export const checks: Readonly<Record<ResponseCheckName, Check>> = {
  acceptKey: {
    title: 'correct Sec-WebSocket-Accept',
    says: 'Sec-WebSocket-Accept on a 101 is the base64 of the SHA-1 of the key that was sent and the GUID of RFC 6455, once.',
    cause: 'accept-key',
    applies: isExpectedSwitch,
    judge: ({ exchange }, response) => {
      const accept = `Sec-WebSocket-Accept: ${expectedAccept(exchange)}`;
      return {
        level: 'MUST',
        expected: accept,
        clauses: ['server-handshake'],
        ...judged(acceptFaults(exchange, response)),
        right: accept,
      };
    },
  },
  switchingFields: {
    title: 'Upgrade and Connection on the 101',
    says: 'A 101 has Upgrade with websocket and Connection with the token Upgrade.',
    cause: 'switching-fields',
    applies: isExpectedSwitch,
    judge: (_, response) => ({
      level: 'MUST',
      expected: 'Upgrade: websocket, Connection: Upgrade',
      clauses: ['server-handshake'],
      ...judged(switchingFaults(response)),
      right: 'both present',
    }),
  },
  switchingVersion: {
    title: 'HTTP/1.1 on the 101',
    says: 'The status line of a 101 says HTTP/1.1: HTTP/1.0 knows no Upgrade, and some clients fail on it.',
    cause: 'old-version-on-101',
    applies: isExpectedSwitch,
    judge: (_, response) => ({
      level: 'SHOULD',
      expected: 'HTTP/1.1',
      clauses: ['server-handshake'],
      ...judged(switchingVersionFaults(response)),
      right: 'not HTTP/1.0',
    }),
  },
  noBody: {
    title: 'no Content-Length or Transfer-Encoding on the 101',
    says: 'A 101 has neither Content-Length nor Transfer-Encoding.',
    cause: 'body-on-101',
    applies: isExpectedSwitch,
    judge: (_, response) => ({
      level: 'MUST',
      expected: 'neither Content-Length nor Transfer-Encoding',
      clauses: ['no-body-on-101'],
      ...judged(bodyFaults(response)),
      right: 'neither',
    }),
  },
  onceOnly: {
    title: 'no field of the handshake more than once',
    says: 'Sec-WebSocket-Protocol and Sec-WebSocket-Extensions come at most once on a 101.',
    cause: 'repeated-on-101',
    applies: isExpectedSwitch,
    judge: (_, response) => ({
      level: 'MUST',
      expected: 'Sec-WebSocket-Protocol and Sec-WebSocket-Extensions at most once',
      clauses: ['once-in-response'],
      ...judged(repetitionFaults(response)),
      right: 'none repeated',
    }),
  },
  offeredOnly: {
    title: 'no subprotocol or extension that was not offered',
    says: 'A 101 names no subprotocol and no extension that the client did not offer.',
    cause: 'not-offered',
    applies: isExpectedSwitch,
    judge: ({ exchange }, response) => ({
      level: 'MUST',
      expected: 'no subprotocol and no extension except those offered',
      clauses: ['server-handshake'],
      ...answeredOffer(exchange, response),
      ...judged(offerFaults(exchange, response)),
    }),
  },
  firstFrame: {
    title: 'only frames after the 101',
    says: 'Bytes that arrive together with the 101 are frames of a server: complete, not masked, with no reserved bit or opcode.',
    cause: 'first-frame',
    applies: isExpectedSwitch,
    judge: ({ exchange }, response) => ({
      level: 'MUST',
      expected: 'only a server frame together with the 101',
      clauses: ['server-frames'],
      ...judged(frameFaults(exchange, response)),
      // Whether a legal frame comes with the 101 or a moment later is chance.
      right: 'nothing else',
    }),
  },
  keepsConnection: {
    title: 'kept the connection after the 101',
    says: 'After the 101 to the control the connection stays open for 30 ms, or the server ends it with a Close frame.',
    cause: 'ends-after-101',
    // Whether the server ends the connection shows only where the client does not do so at once.
    applies: (subject, response) =>
      isExpectedSwitch(subject, response) && subject.exchange.idleMs !== undefined,
    judge: ({ exchange, lastControl }) => {
      const kept = keptConnection(exchange);
      const isJudged = isSwitchingProtocols(lastControl?.response) && lastControl?.idleMs !== undefined;
      const last = isJudged ? keptConnection(lastControl).fault : null;
      return {
        level: 'SHOULD',
        expected: 'a connection that stays open, or is closed with a Close frame',
        clauses: ['closing-handshake'],
        ...kept,
        ...(kept.fault === null && last !== null && { fault: `of the last control: ${last}` }),
      };
    },
  },
  upgradeField: {
    title: 'Upgrade field on the 426',
    says: 'A 426 carries Upgrade, and upgrade among the tokens of Connection.',
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
    says: 'A response with Connection: close is followed by the close.',
    cause: 'announced-close',
    // A connection on which another response came has its own check.
    applies: ({ exchange, leftOpen }) =>
      announcesClose(exchange) &&
      (exchange.second ?? null) === null &&
      (wasWatched(exchange) || isLeftOpen(exchange, leftOpen)),
    judge: ({ exchange }) => {
      const isInTime = isClosedInTime(exchange);
      const isForgotten = isCloseForgotten(exchange);
      return {
        // The clause sets no deadline: what may be only late is no more than a SHOULD.
        level: isInTime || isForgotten ? 'MUST' : 'SHOULD',
        expected: 'the close that Connection: close announced',
        clauses: ['close-means-close'],
        fault: isInTime ? null : describeLateClose(exchange),
        right: 'closed',
        ...(!isForgotten && { cause: 'late-close' as const }),
      };
    },
  },
  endsWithRefusal: {
    title: 'answered no handshake after the refusal',
    says: 'A second handshake on a connection whose first handshake was refused gets no 101, and no response at all where Connection: close came with the refusal.',
    cause: 'answers-behind-refusal',
    applies: (subject, response) =>
      subject.exchange.second !== undefined && !isSwitchingProtocols(response) && isCloseDue(subject),
    judge: ({ exchange }) => ({
      ...(announcesClose(exchange)
        ? {
            level: 'MUST',
            expected: 'no response after the one with Connection: close',
            clauses: ['close-means-close'],
          }
        : { level: 'SHOULD', expected: 'no 101 after the refusal', clauses: ['close-on-unsafe'] }),
      ...judged(behindRefusalFaults(exchange)),
      right: describeSecond(exchange),
    }),
  },
  releasesSocket: {
    title: 'ended the connection when the client had',
    says: 'When the client ends its side of the connection after a refusal, the server ends its side too.',
    cause: 'socket-not-released',
    applies: ({ exchange }) => exchange.release !== undefined,
    judge: ({ exchange }) => ({
      level: 'SHOULD',
      expected: 'the end of the connection after the client ended its side',
      clauses: ['closure-signal'],
      fault: exchange.release?.kind === 'open' ? 'not closed in time after the FIN of the client' : null,
      right: exchange.release?.kind === 'reset' ? 'closed (RST)' : 'closed (FIN)',
    }),
  },
  responseFraming: {
    title: 'well-formed response',
    says: 'Every response follows the grammar of HTTP/1.1: the status line, the fields, their line endings, and the length of the body.',
    cause: 'response-framing',
    applies: () => true,
    judge: ({ exchange }, response) => ({
      level: 'MUST',
      expected: 'a response that follows the grammar of HTTP/1.1',
      clauses: ['message-syntax', 'message-framing'],
      ...judged(framingFaults(exchange, response)),
      right: 'well-formed',
    }),
  },
};

const responseCheckNames = Object.keys(checks) as readonly ResponseCheckName[];

export const checkDescriptions: Readonly<Record<CheckName, CheckDescription>> = {
  ...checks,
  withstands: {
    title: 'answered the stress probe, and accepts handshakes afterwards',
    says: 'A stress probe is answered in time, and the control that follows it is accepted. It is the only check on a stress probe.',
  },
};

export const checkNames = Object.keys(checkDescriptions) as readonly CheckName[];

/** The faults behind a failure, where its check can say more than that something is wrong. */
const faultsByCheck: Readonly<
  Partial<Record<CheckName, (exchange: Exchange, response: Response) => readonly Fault[]>>
> = {
  acceptKey: acceptFaults,
  switchingFields: (_, response) => switchingFaults(response),
  switchingVersion: (_, response) => switchingVersionFaults(response),
  noBody: (_, response) => bodyFaults(response),
  onceOnly: (_, response) => repetitionFaults(response),
  offeredOnly: offerFaults,
  firstFrame: frameFaults,
  endsWithRefusal: behindRefusalFaults,
  responseFraming: framingFaults,
};

/** Every fault that a criterion or a check failed for; none where there is nothing more to say. */
export function faultsOf(criterion: string, exchange: Exchange): readonly Fault[] {
  return exchange.response === null
    ? []
    : (faultsByCheck[criterion as CheckName]?.(exchange, exchange.response) ?? []);
}

export function scoreChecks(subject: Subject): Partial<Record<CheckName, Verdict>> {
  if (subject.probe.tier === 'stress') {
    const withstands = judgeWithstanding(subject);
    return withstands === null ? {} : { withstands };
  }
  const { response } = subject.exchange;
  if (response === null) return {};
  return Object.fromEntries(
    responseCheckNames
      .filter((name) => checks[name].applies(subject, response))
      .map((name) => [name, verdictOf(checks[name], subject, response)]),
  );
}

function verdictOf({ judge, cause }: Check, subject: Subject, response: Response): Verdict {
  const { fault, right, cause: ownCause, ...requirement } = judge(subject, response);
  return fault === null ? pass(requirement, right) : fail(requirement, fault, ownCause ?? cause);
}

/** What several faults are together: on the strictest of their levels, by all of their clauses. */
function judged(
  faults: readonly Fault[],
): { fault: string | null } & Partial<Pick<Judgement, 'level' | 'clauses'>> {
  if (faults.length === 0) return { fault: null };
  const clauses: readonly ClauseId[] = [...new Set(faults.flatMap((fault) => fault.clauses))];
  const level = levels.find((candidate) => faults.some((fault) => fault.level === candidate)) ?? 'MUST';
  return { fault: faults.map(({ actual }) => actual).join('; '), level, clauses };
}

/** A server may leave an offer unanswered, and some clients then fail the connection: that is only noted. */
function answeredOffer(
  exchange: Exchange,
  response: Response,
): Pick<Judgement, 'right'> & Partial<Judgement> {
  return leavesOfferUnanswered(exchange, response)
    ? {
        right: `none; no subprotocol was chosen of those offered, on which these clients fail: ${listed(clientFailures['offer-unanswered'].failing)}`,
        clauses: ['server-handshake', 'offer-answered'],
      }
    : { right: 'none' };
}

/** The fields of a 101 that should not have come at all are not worth a second finding. */
function isExpectedSwitch({ expects, exchange }: Subject, response: Response): boolean {
  return isSwitchingProtocols(response) && expects !== 'reject' && !switchesElsewhere(exchange);
}

/** A server may close a connection at any time, with a Close frame that says why. */
function keptConnection(exchange: Exchange): Pick<Judgement, 'fault' | 'right'> {
  const closeFrame = describeCloseFrame(exchange);
  const { kind } = exchange.close ?? {};
  const isEnded = kind === 'fin' || kind === 'reset';
  return {
    fault:
      isEnded && closeFrame === null
        ? `ended (${kind === 'fin' ? 'FIN' : 'RST'}) immediately after the 101, without a Close frame`
        : null,
    right:
      closeFrame === null
        ? 'still open'
        : `${closeFrame}; the server may ask for credentials, an origin or a subprotocol`,
  };
}

function upgradeFault({ fields }: Response): string | null {
  if (fieldValues(fields, 'Upgrade').length === 0) return 'no Upgrade field';
  const options = listElements(fieldValues(fields, 'Connection')).map((option) => option.toLowerCase());
  return options.includes('upgrade') ? null : 'no upgrade in Connection';
}
