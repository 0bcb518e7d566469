/**
 * How the connections behind the refusals ended, and which of them ended otherwise than this server ends them: that may
 * have been the network, and is asked for again.
 */

import type { Exchange } from '../wire/exchange.ts';
import { isSwitchingProtocols } from '../wire/response.ts';

/** Answers of one kind, and of them more than half, make an ending the server's own. */
const minTypical = 3;

/** The server accepted, or closed the connection after all that it had to say: what lies between does not do that. */
export function isClosedByServer(exchange: Exchange): boolean {
  if (isSwitchingProtocols(exchange.response)) return true;
  return isAnswer(exchange) && exchange.close?.kind === 'fin' && !isBodyShort(exchange);
}

/** The exchanges whose connection was reset, cut short or left open, and the others of their kind were not. */
export function findAtypicalCloses(exchanges: readonly Exchange[]): ReadonlySet<Exchange> {
  const all = exchanges.map((exchange) => ({
    exchange,
    kind: answerKindOf(exchange),
    ending: closeOf(exchange),
  }));
  const strange = all.filter(({ exchange, kind, ending }) => {
    if (!isAnswer(exchange) || isClosedByServer(exchange)) return false;
    const ofKind = all.filter((other) => other.kind === kind);
    const alike = ofKind.filter((other) => other.ending === ending);
    return alike.length < minTypical || alike.length * 2 <= ofKind.length;
  });
  return new Set(strange.map(({ exchange }) => exchange));
}

/** Octets that the server meant to send, and no silence. */
function isAnswer({ outcome }: Exchange): boolean {
  return outcome === 'response' || outcome === 'malformed';
}

/** The same code of the server made them, as far as can be seen: the status line and the names of the fields agree. */
function answerKindOf({ outcome, response }: Exchange): string {
  return [outcome, response?.statusLine, ...(response?.fields ?? []).map(([name]) => name)].join('\n');
}

function closeOf(exchange: Exchange): string {
  return `${exchange.close?.kind} ${isBodyShort(exchange)}`;
}

function isBodyShort({ response }: Exchange): boolean {
  return response?.oddities.includes('body-short') === true;
}
