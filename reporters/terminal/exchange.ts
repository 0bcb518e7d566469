/** One exchange, octet by octet, as `-v` shows it. */

import type { ExchangeRecord } from '../../audit/record.ts';
import { visible, visibleLines } from '../visible.ts';
import type { Style } from './style.ts';

const maxLines = 40;

/** Sent lines marked `>`, received ones `<`, what happened otherwise `=`. */
export function exchangeLines(
  { request, response, close, error, timings }: ExchangeRecord,
  { paint, columns }: Style,
): string[] {
  const width = Math.max(40, columns - 10);
  const sent = visibleLines(Buffer.from(request.base64, 'base64'), width, maxLines);
  const received =
    response === null ? [] : visibleLines(Buffer.from(response.base64, 'base64'), width, maxLines);
  const happened = [
    ...(error === null ? [] : [visible(`${error.code}: ${error.message}`)]),
    ...(response?.truncated === true ? ['more was received than is kept'] : []),
    describeEnd(close, timings.connectMs !== null),
  ];
  return [
    ...sent.map((line) => `    ${paint.dim('>')} ${line}`),
    ...received.map((line) => `    ${paint.dim('<')} ${line}`),
    ...happened.map((line) => `    ${paint.dim('=')} ${paint.dim(line)}`),
  ];
}

function describeEnd(close: ExchangeRecord['close'], wasConnected: boolean): string {
  if (close === null) return wasConnected ? 'the connection failed' : 'no connection';
  const after = `after ${close.afterMs} ms`;
  switch (close.kind) {
    case 'fin':
      return `closed by the server (FIN) ${after}`;
    case 'reset':
      return `closed by the server (RST) ${after}`;
    case 'client':
      return `closed by us with a Close frame, ${after}`;
    case 'open':
      return `left open by the server: silent for ${close.afterMs} ms`;
  }
}
