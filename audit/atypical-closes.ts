/**
 * Finds refusals whose connection ended otherwise than this server usually ends them. The network may be the cause, so
 * these probes are retried.
 */

import type { Exchange } from '../wire/exchange.ts';
import { isSwitchingProtocols } from '../wire/response.ts';

/** An ending is typical of the server if at least this many answers of a kind, and more than half of them, have it. */
const minTypical = 3;

/** Whether the server accepted, or closed the connection after a complete response: no network device does either. */
export function isClosedByServer(exchange: Exchange): boolean {
  if (isSwitchingProtocols(exchange.response)) return true;
  return isAnswer(exchange) && exchange.close?.kind === 'fin' && !isBodyShort(exchange);
}

/** The exchanges whose connection was reset, cut short or left open while others of their kind were not. */
export function findAtypicalCloses(exchanges: readonly Exchange[]): ReadonlySet<Exchange> {
  const all = exchanges.map((exchange) => ({
    exchange,
    kind: answerKindOf(exchange),
    ending: closeOf(exchange),
  }));
  const atypical = all.filter(({ exchange, kind, ending }) => {
    if (!isAnswer(exchange) || isClosedByServer(exchange)) return false;
    const ofKind = all.filter((other) => other.kind === kind);
    const alike = ofKind.filter((other) => other.ending === ending);
    return alike.length < minTypical || alike.length * 2 <= ofKind.length;
  });
  return new Set(atypical.map(({ exchange }) => exchange));
}

/** Whether the server sent bytes, whatever they are. */
function isAnswer({ outcome }: Exchange): boolean {
  return outcome === 'response' || outcome === 'malformed';
}

/** Equal for answers that the same code of the server probably made: status line and field names agree. */
function answerKindOf({ outcome, response }: Exchange): string {
  return [outcome, response?.statusLine, ...(response?.fields ?? []).map(([name]) => name)].join('\n');
}

function closeOf(exchange: Exchange): string {
  return `${exchange.close?.kind} ${isBodyShort(exchange)}`;
}

function isBodyShort({ response }: Exchange): boolean {
  return response?.oddities.includes('body-short') === true;
}
