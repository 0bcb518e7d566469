/** After which answers a server leaves connections open: a connection with one of them need not be watched for long. */

import type { Probe } from '../probes/probe.ts';
import type { Exchange } from '../wire/exchange.ts';
import { answerKey } from './answer-key.ts';
import { wasAlone, wasWatched } from './attempts.ts';
import { isClosedInTime } from './close-window.ts';

/** What was sent for one probe. */
interface Attempts {
  readonly probe: Probe;
  readonly attempts: readonly Exchange[];
}

/**
 * The answers, as `answerKey` has them, after which connections were left open: of those that were watched while
 * nothing else was open, there is one at least, and none was closed in its window.
 */
export function findLeftOpen(all: readonly Attempts[]): ReadonlySet<string> {
  const watched = all
    .filter(({ probe }) => probe.tier !== 'stress')
    .flatMap(({ attempts }) => attempts)
    .filter((exchange) => wasAlone(exchange) && wasWatched(exchange));
  const closed = new Set(watched.filter(isClosedInTime).map(answerKey));
  const open = watched.filter(({ close }) => close?.kind === 'open').map(answerKey);
  return new Set(open.filter((answer) => !closed.has(answer)));
}

/** Nothing else was open, the server did not close the connection, and it leaves others with the same answer open. */
export function isLeftOpen(exchange: Exchange, leftOpen: ReadonlySet<string>): boolean {
  return !isClosedInTime(exchange) && wasAlone(exchange) && leftOpen.has(answerKey(exchange));
}
