/** One exchange, byte by byte, as lines that are safe to show. */

import { type StoredBytes, storedBytes } from '../report/byte-runs.ts';
import type { ExchangeRecord } from '../report/exchange-record.ts';
import { escapeBytes, escapeLines } from './escape.ts';

const maxLines = 40;

export interface TranscriptLine {
  /** `>` sent, `<` received, `=` any other event. */
  readonly mark: '>' | '<' | '=';
  readonly text: string;
}

/** @param maxLineLength bytes of a line that are shown */
export function exchangeTranscript(
  { request, response, close, release, error, timings }: ExchangeRecord,
  maxLineLength: number,
): TranscriptLine[] {
  const shown = (bytes: StoredBytes): string[] => escapeLines(storedBytes(bytes), maxLineLength, maxLines);
  const events = [
    ...(error === null ? [] : [escapeBytes(`${error.code}: ${error.message}`)]),
    ...(response?.truncated === true ? ['more bytes were received than are kept'] : []),
    describeEnd(close, timings.connectMs !== null),
    ...(release === undefined ? [] : [describeRelease(release)]),
  ];
  return [
    ...shown(request).map((text) => ({ mark: '>', text }) as const),
    ...(response === null ? [] : shown(response)).map((text) => ({ mark: '<', text }) as const),
    ...events.map((text) => ({ mark: '=', text }) as const),
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
      return `client sent Close ${after}`;
    case 'unwatched':
      return `closed by the client ${after}, once the answer was known`;
    case 'open':
      return `left open by the server: silent for ${close.afterMs} ms`;
  }
}

function describeRelease({ kind, afterMs }: NonNullable<ExchangeRecord['release']>): string {
  switch (kind) {
    case 'fin':
      return `client sent FIN; closed by the server (FIN) ${afterMs} ms later`;
    case 'reset':
      return `client sent FIN; closed by the server (RST) ${afterMs} ms later`;
    case 'open':
      return `client sent FIN; not closed by the server in ${afterMs} ms`;
  }
}
