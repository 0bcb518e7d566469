/** The attempts of one probe: which of them is judged, and which count beside it. */

import type { Exchange } from '../wire/exchange.ts';
import { isInformative, isTimedOut } from './answer.ts';
import { answerKey } from './answer-key.ts';

/** Attempts alone that tell whether a server answers a handshake in one way. */
export const leastRepeated = 3;

/** No other connection of this client was open beside it, so none of ours can have influenced the answer. */
export function wasAlone({ openConnections }: Exchange): boolean {
  return openConnections === 0;
}

/**
 * The attempts made alone that prove something. A silence does not where the server answered later: it, or this
 * machine, was only slow.
 */
export function loneAttempts(attempts: readonly Exchange[]): Exchange[] {
  const lastAnswered = attempts.findLastIndex((one) => isInformative(one) && !isTimedOut(one));
  return attempts.filter(
    (one, i) => wasAlone(one) && isInformative(one) && !(isTimedOut(one) && i < lastAnswered),
  );
}

/** The connection was watched until the server closed it or its close window was over. */
export function wasWatched({ close }: Exchange): boolean {
  return close?.kind !== 'unwatched';
}

/**
 * The attempts with the one to be judged at the end: the last one that was answered while it was alone; without one,
 * the last. An attempt whose connection was not watched only confirms the answer of one that was left open.
 */
export function judgedLast(attempts: readonly Exchange[]): readonly Exchange[] {
  const watched = attempts.filter(wasWatched);
  const last = watched.at(-1);
  const alone = loneAttempts(attempts);
  const unconfirmed = alone.findLast((exchange) => !(last !== undefined && confirms(exchange, last)));
  const judged = alone.findLast(wasWatched) ?? unconfirmed ?? last;
  if (judged === undefined || judged === attempts.at(-1)) return attempts;
  return [...attempts.filter((exchange) => exchange !== judged), judged];
}

/** Whether an answer given alone is that of an attempt whose connection was left open among others. */
function confirms(lone: Exchange, among: Exchange): boolean {
  return among.close?.kind === 'open' && answerKey(lone) === answerKey(among);
}

/** The attempt to be judged, of one or more. */
export function judgedAttempt(attempts: readonly Exchange[]): Exchange {
  const judged = judgedLast(attempts).at(-1);
  if (judged === undefined) throw new Error('a handshake without an exchange cannot be judged');
  return judged;
}
