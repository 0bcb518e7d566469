/** One connection of a client, byte by byte, as lines that are safe to show. */

import type { ConnectionRecord, FrameRecord } from '../../report/client/connection-record.ts';
import { escapeBytes, escapeLines } from '../escape.ts';

const maxLines = 40;

export interface ClientTranscriptLine {
  /** `<` from the client, `>` from our side, `=` any other event. */
  readonly mark: '>' | '<' | '=';
  readonly text: string;
}

/** @param maxLineLength bytes of a line that are shown */
export function connectionTranscript(
  connection: ConnectionRecord,
  maxLineLength: number,
): ClientTranscriptLine[] {
  const shown = (base64: string): string[] =>
    escapeLines(Buffer.from(base64, 'base64'), maxLineLength, maxLines);
  return [
    ...shown(connection.received).map((text) => ({ mark: '<', text }) as const),
    ...shown(connection.sent).map((text) => ({ mark: '>', text }) as const),
    ...eventsOf(connection).map((text) => ({ mark: '=', text }) as const),
  ];
}

function eventsOf({
  malformed,
  frames,
  frameCount,
  clientEnd,
  serverEnd,
  pingedMs,
}: ConnectionRecord): string[] {
  const ends = [
    ...(serverEnd === null ? [] : [{ ...serverEnd, side: 'our side' }]),
    ...(clientEnd === null ? [] : [{ ...clientEnd, side: 'the client' }]),
  ].sort((a, b) => a.atMs - b.atMs);
  return [
    ...(malformed === null ? [] : [`not a request: ${malformed}`]),
    ...(pingedMs === null ? [] : [`Ping sent after ${pingedMs} ms`]),
    ...frames.map(describeFrame),
    ...(frameCount > frames.length ? [`${frameCount - frames.length} more frames`] : []),
    ...ends.map(
      ({ how, atMs, side }) => `ended by ${side} (${how === 'fin' ? 'FIN' : 'RST'}) after ${atMs} ms`,
    ),
    ...(clientEnd === null ? ['not ended by the client'] : []),
  ];
}

const names: Readonly<Record<number, string>> = {
  0: 'continuation',
  1: 'text',
  2: 'binary data',
  8: 'Close',
  9: 'Ping',
  10: 'Pong',
};

function describeFrame({ atMs, opcode, length, payload, isMasked, isEarly }: FrameRecord): string {
  const bytes = Buffer.from(payload, 'base64');
  const name = names[opcode] ?? `opcode ${opcode}`;
  const content =
    opcode === 8
      ? bytes.length >= 2
        ? ` with ${bytes.readUInt16BE(0)}`
        : ' without a code'
      : length === 0
        ? ''
        : ` "${bytes.toString('latin1', 0, 40)}"`;
  const notes = [...(isMasked ? [] : ['not masked']), ...(isEarly ? ['before the answer'] : [])];
  return escapeBytes(
    `${name}${content} after ${atMs} ms${notes.length === 0 ? '' : ` (${notes.join(', ')})`}`,
  );
}
