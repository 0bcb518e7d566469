/** One exchange: what was sent and received side by side, when, and the bytes in hexadecimal. */

import type { Element, ElementContent } from 'hast';
import { type StoredBytes, storedBytes } from '../../report/byte-runs.ts';
import type { ExchangeRecord } from '../../report/exchange-record.ts';
import { escapeCiCommands } from '../ci-commands.ts';
import { exchangeTranscript, type TranscriptLine } from '../exchange-transcript.ts';
import { type Content, h } from './elements.ts';

/** Bytes of a line, and of a message in hexadecimal, that are shown. */
const [maxLineLength, maxHexBytes] = [300, 1024];

/** Pixels of the time line. */
const [lineWidth, lineHeight] = [260, 34];

export interface ExchangeView {
  /** Lines to mark, without their line ends: those that decide. */
  readonly marked: readonly string[];
  readonly withHex: boolean;
}

export function exchangeView(exchange: ExchangeRecord, { marked, withHex }: ExchangeView): Element {
  const lines = exchangeTranscript(exchange, maxLineLength);
  const side = (title: string, mark: TranscriptLine['mark'], none: string): Element => {
    const own = lines.filter((line) => line.mark === mark);
    return h('div', { className: ['side'] }, [
      h('p', { className: ['side-title'] }, title),
      h(
        'pre',
        { tabIndex: 0 },
        own.length === 0 ? none : own.flatMap(({ text }) => [markedLine(text, marked), '\n']),
      ),
    ]);
  };
  return h('div', { className: ['exchange'] }, [
    h('div', { className: ['sides'] }, [side('sent', '>', 'nothing'), side('received', '<', 'nothing')]),
    h(
      'ul',
      { className: ['ends'] },
      lines.filter(({ mark }) => mark === '=').map(({ text }) => h('li', text)),
    ),
    timeLine(exchange),
    withHex ? hexView(exchange) : null,
  ]);
}

/** The transcript shows line ends; those that decide are given without. */
function markedLine(text: string, marked: readonly string[]): ElementContent {
  const content = text.replace(/(\\r)?\\n$/, '');
  return marked.includes(content) ? h('mark', text) : h('span', text);
}

/** Connected, first byte, last byte and the end, on a logarithmic scale: most of it happens in the first milliseconds. */
function timeLine({ timings, close }: ExchangeRecord): Element | null {
  const { connectMs, firstByteMs, responseMs } = timings;
  if (connectMs === null) return null;
  const sent = connectMs;
  const at = (ms: number | null): number[] => (ms === null ? [] : [sent + ms]);
  const [lastByte = sent] = at(responseMs ?? firstByteMs);
  const events: [name: string, ms: number][] = [
    ['connected', connectMs],
    ...at(firstByteMs).map((ms): [string, number] => ['first byte', ms]),
    ...at(responseMs).map((ms): [string, number] => ['last byte', ms]),
    ...(close === null ? [] : [[endName(close.kind), lastByte + close.afterMs] satisfies [string, number]]),
  ];
  const total = Math.max(1, ...events.map(([, ms]) => ms));
  const x = (ms: number): number => Math.round(8 + (Math.log1p(ms) / Math.log1p(total)) * (lineWidth - 16));
  const words = events.map(([name, ms]) => `${name} at ${round(ms)} ms`).join(', ');
  return h('p', { className: ['timeline'] }, [
    h(
      'svg',
      {
        width: lineWidth,
        height: lineHeight,
        viewBox: `0 0 ${lineWidth} ${lineHeight}`,
        role: 'img',
        ariaLabel: words,
      },
      [
        h('line', { className: ['axis'], x1: 8, y1: 17, x2: lineWidth - 8, y2: 17, stroke: '#57606a' }),
        ...events.map(([name, ms], i) =>
          h('circle', {
            className: [i === events.length - 1 && close !== null ? 'end' : 'event'],
            cx: x(ms),
            cy: 17,
            r: name === 'connected' ? 3 : 5,
            fill: i === events.length - 1 && close !== null ? '#a8320c' : '#0757a8',
          }),
        ),
      ],
    ),
    h('small', words),
  ]);
}

function endName(kind: NonNullable<ExchangeRecord['close']>['kind']): string {
  switch (kind) {
    case 'fin':
      return 'closed by the server (FIN)';
    case 'reset':
      return 'closed by the server (RST)';
    case 'client':
      return 'Close frame from the client';
    case 'unwatched':
      return 'closed by the client';
    case 'open':
      return 'end of the close window, still open';
  }
}

function round(ms: number): number {
  return ms >= 10 ? Math.round(ms) : Math.round(ms * 10) / 10;
}

function hexView({ request, response }: ExchangeRecord): Element {
  const part = (title: string, bytes: StoredBytes): Content[] => [
    h('p', { className: ['side-title'] }, title),
    h('pre', { tabIndex: 0 }, hexDump(storedBytes(bytes))),
  ];
  return h('details', { className: ['hex'] }, [
    h('summary', 'bytes in hexadecimal'),
    ...part('sent', request),
    ...(response === null ? [] : part('received', response)),
  ]);
}

/** Offset, sixteen bytes, and the printable ones among them. */
function hexDump(bytes: Buffer): string {
  const shown = bytes.subarray(0, maxHexBytes);
  const lines = Array.from({ length: Math.ceil(shown.length / 16) }, (_, i) => {
    const row = shown.subarray(i * 16, i * 16 + 16);
    const hex = [...row].map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
    const text = escapeCiCommands(row.toString('latin1').replaceAll(/[^\x20-\x7e]/g, '.'));
    return `${(i * 16).toString(16).padStart(4, '0')}  ${hex.padEnd(47)}  ${text}`;
  });
  const more = bytes.length - shown.length;
  return [...lines, ...(more > 0 ? [`${more} more bytes`] : [])].join('\n');
}
