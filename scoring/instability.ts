/** Whether the attempts of one probe agree, and how they differ where they do not. */

import type { Probe } from '../probes/probe.ts';
import type { Exchange } from '../wire/exchange.ts';
import { fieldValues } from '../wire/response.ts';
import { announcesClose, describeAnswer, endedWithoutResponse, isInformative, isTimedOut } from './answer.ts';
import { leastRepeated, wasAlone } from './attempts.ts';
import { isClosedInTime } from './close-window.ts';
import { criterionNames, scoreCriteria } from './criteria.ts';
import { isAcceptance } from './server-handshake.ts';
import { type ScoringContext, subjectOf } from './subject.ts';
import type { Verdict } from './verdict.ts';
import { misspeltLists } from './version-list.ts';

/** The answers of the attempts that count, where they do not all lead to the same verdicts; null where they do. */
export function explainInstability(
  probe: Probe,
  attempts: readonly Exchange[],
  context: ScoringContext,
): string | null {
  const alone = context.onlyAlone === true ? attempts.filter(wasAlone) : [];
  const counted = alone.length > 0 ? alone : attempts;
  const closedAlone = counted.filter((exchange) => wasAlone(exchange) && isClosedInTime(exchange));
  // A FIN that is lost, twice even, comes when the window is over: what came in time three times alone is believed.
  const isLostFin = (exchange: Exchange): boolean =>
    closedAlone.length >= leastRepeated && !wasAlone(exchange) && exchange.close?.kind === 'open';
  return explainDifference(
    probe,
    counted.map((exchange) => (isLostFin(exchange) ? unwatched(exchange) : exchange)),
    context,
  );
}

function unwatched(exchange: Exchange): Exchange {
  return exchange.close === null
    ? exchange
    : { ...exchange, close: { ...exchange.close, kind: 'unwatched' } };
}

/** The answers of these exchanges, where they do not all lead to the same verdicts; null where they do. */
export function explainDifference(
  probe: Probe,
  exchanges: readonly Exchange[],
  context: ScoringContext,
): string | null {
  const informative = exchanges
    .filter(
      (exchange, i) =>
        isInformative(exchange) && (i === exchanges.length - 1 || !isSettledLater(probe, exchange)),
    )
    .map((exchange) => {
      const verdicts = scoreCriteria(subjectOf(probe, exchange, context));
      return {
        exchange,
        answer: describeAnswer(exchange),
        verdicts: answerCriteria.map((name) => withCause(verdicts[name])).join(', '),
        // How long it was watched decides on the cause of a failure, not on whether it is one.
        ending: verdicts.socketClosed.verdict,
      };
    });
  const answersDiffer = new Set(informative.map(({ verdicts }) => verdicts)).size > 1;
  // Of one that was not watched, the answer can be compared all the same.
  const endings = informative.flatMap(({ ending }) => (ending === 'inconclusive' ? [] : [ending]));
  if (!answersDiffer && new Set(endings).size < 2) return null;
  const answers: { answer: string; times: number }[] = [];
  for (const { exchange, answer } of informative) {
    const alike = informative.filter((other) => other.answer === answer);
    const isAmbiguous = new Set(alike.map(({ verdicts, ending }) => `${verdicts} ${ending}`)).size > 1;
    const more = isAmbiguous ? describeDifference(exchange, alike) : '';
    const last = answers.at(-1);
    if (last?.answer === `${answer}${more}`) last.times += 1;
    else answers.push({ answer: `${answer}${more}`, times: 1 });
  }
  return answers
    .map(({ answer, times }) => (times === 1 ? answer : `${answer} (${times} times)`))
    .join(', then ');
}

/** A time-out that ends when the probe is sent alone; and a close, which refuses what is too large as a response does. */
function isSettledLater({ refusal }: Probe, exchange: Exchange): boolean {
  return isTimedOut(exchange) || (refusal === 'unreadable' && endedWithoutResponse(exchange));
}

const answerCriteria = criterionNames.filter((name) => name !== 'socketClosed');

function withCause(verdict: Verdict): string {
  return verdict.verdict === 'fail' ? `fail ${verdict.cause}` : verdict.verdict;
}

/** What verdicts can depend on besides the status, each in words that follow the status. */
const furtherFacts: readonly ((exchange: Exchange) => string)[] = [
  describeAccept,
  describeVersionField,
  describeAnnouncement,
  describeEnding,
];

/** How this answer differs from others with the same status. */
function describeDifference(exchange: Exchange, alike: readonly { readonly exchange: Exchange }[]): string {
  return furtherFacts
    .filter((describe) => new Set(alike.map((other) => describe(other.exchange))).size > 1)
    .map((describe) => ` ${describe(exchange)}`)
    .join('');
}

function describeAccept(exchange: Exchange): string {
  return isAcceptance(exchange)
    ? 'with the correct Sec-WebSocket-Accept'
    : 'without the correct Sec-WebSocket-Accept';
}

/** Bytes of a field value that are quoted. */
const maxValueLength = 60;

function describeVersionField({ response }: Exchange): string {
  const values = response === null ? [] : fieldValues(response.fields, 'Sec-WebSocket-Version');
  if (values.length === 0) {
    const [misspelt] = response === null ? [] : misspeltLists(response);
    return `without Sec-WebSocket-Version${misspelt === undefined ? '' : `, but with ${misspelt}`}`;
  }
  const value = values.join(', ');
  const shown =
    value.length > maxValueLength
      ? `"${value.slice(0, maxValueLength)}..." (${value.length} bytes)`
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
    case 'unwatched':
      return 'and ended by the client';
    case 'open':
    case 'client':
    case undefined:
      return 'and left open';
  }
}
