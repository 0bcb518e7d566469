/** One exchange, octet by octet, as lines that are safe to show. */

import type { ExchangeRecord } from '../report/exchange-record.ts';
import { escapeBytes, escapeLines } from './escape.ts';

const maxLines = 40;

export interface TranscriptLine {
  /** `>` sent, `<` received, `=` what happened otherwise. */
  readonly mark: '>' | '<' | '=';
  readonly text: string;
}

/** @param maxLineLength octets of a line that are shown */
export function exchangeTranscript(
  { request, response, close, error, timings }: ExchangeRecord,
  maxLineLength: number,
): TranscriptLine[] {
  const shown = (base64: string): string[] =>
    escapeLines(Buffer.from(base64, 'base64'), maxLineLength, maxLines);
  const happened = [
    ...(error === null ? [] : [escapeBytes(`${error.code}: ${error.message}`)]),
    ...(response?.truncated === true ? ['more was received than is kept'] : []),
    describeEnd(close, timings.connectMs !== null),
  ];
  return [
    ...shown(request.base64).map((text) => ({ mark: '>', text }) as const),
    ...(response === null ? [] : shown(response.base64)).map((text) => ({ mark: '<', text }) as const),
    ...happened.map((text) => ({ mark: '=', text }) as const),
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
