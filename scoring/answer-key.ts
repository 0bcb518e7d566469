/** Which answers are the same: in everything that a verdict can depend on except the end of the connection. */

import type { Exchange } from '../wire/exchange.ts';
import { fieldValues, isSwitchingProtocols } from '../wire/response.ts';
import { announcesClose } from './answer.ts';
import { isAcceptance } from './server-handshake.ts';

/** Equal for the same answers. */
export function answerKey(exchange: Exchange): string {
  const { outcome, response } = exchange;
  return JSON.stringify([
    outcome,
    response?.status,
    fieldValues(response?.fields ?? [], 'Sec-WebSocket-Version'),
    announcesClose(exchange),
    isSwitchingProtocols(response) && isAcceptance(exchange),
  ]);
}
