/** Whether a server closed a connection in time, late, or not at all as far as can be told. */

import type { Exchange } from '../wire/exchange.ts';
import { wasAlone } from './attempts.ts';

/** Milliseconds. rfc9112 §9.6 sets no deadline for an announced close, and a lost FIN takes a second to be repeated. */
export const leastForgottenMs = 5000;

/** The server ended the connection, and not only after the close window. */
export function isClosedInTime({ close }: Exchange): boolean {
  return (close?.kind === 'fin' || close?.kind === 'reset') && !close.isLate;
}

/** The connection was watched alone for so long that a close which is only late would have been seen. */
export function isCloseForgotten(exchange: Exchange): boolean {
  const { close } = exchange;
  return close?.kind === 'open' && wasAlone(exchange) && close.afterMs >= leastForgottenMs;
}

/** How the connection was found when the close window was over, in words. */
export function describeLateClose({ close }: Exchange): string {
  if (close?.kind === 'unwatched') {
    return `not closed in ${close.afterMs} ms; another connection was still open after the same answer and the whole close window`;
  }
  return close?.isLate === true && close.kind !== 'open'
    ? 'closed after the close window'
    : 'still open after the close window';
}
