/**
 * When each refusal was closed, and how: a strip of points on a logarithmic scale, and the same in words. A bar shows how
 * long was waited for a close where none came.
 */

import type { Element } from 'hast';
import type { TargetReport } from '../../report/report.ts';
import { h, scrolling } from './elements.ts';

/** Pixels. */
const [width, rowHeight, left, right] = [640, 26, 130, 40];

const rows = {
  fin: 'closed, FIN',
  reset: 'closed, RST',
  open: 'not closed',
} as const;

type Row = keyof typeof rows;

/** Null where no refusal was watched to its end. */
export function closeStrip({ probes }: TargetReport, anchor: string): Element | null {
  const ends = probes.flatMap(({ id, expects, exchange: { close, response } }) =>
    expects === 'reject' && response?.status !== 101 && close !== null && close.kind in rows
      ? [{ id, kind: close.kind as Row, ms: close.afterMs }]
      : [],
  );
  if (ends.length === 0) return null;
  const longest = Math.max(1, ...ends.map(({ ms }) => ms));
  const windows = ends.filter(({ kind }) => kind === 'open').map(({ ms }) => ms);
  const x = (ms: number): number =>
    Math.round(left + (Math.log1p(ms) / Math.log1p(longest)) * (width - left - right));
  const names = Object.keys(rows) as Row[];
  const height = rowHeight * (names.length + 1);
  const ticks = [0, 1, 10, 100, 1000, 10_000].filter((ms) => ms <= longest);
  const words = names
    .map((kind) => {
      const times = ends.filter((end) => end.kind === kind).map(({ ms }) => ms);
      return times.length === 0
        ? ''
        : `${times.length} ${rows[kind]} ${kind === 'open' ? 'within' : 'after'} ${range(times)} ms`;
    })
    .filter((text) => text !== '')
    .join('; ');
  return h('figure', [
    scrolling(
      `When refusals of ${anchor} were closed`,
      h('svg', { width, height, viewBox: `0 0 ${width} ${height}`, role: 'img', ariaLabel: words }, [
        ...ticks.flatMap((ms) => [
          h('line', {
            className: ['axis'],
            x1: x(ms),
            y1: 0,
            x2: x(ms),
            y2: height - rowHeight,
            stroke: '#d0d7de',
          }),
          h(
            'text',
            {
              className: ['label'],
              x: x(ms),
              y: height - 8,
              'text-anchor': 'middle',
              'font-size': 12,
              fill: '#57606a',
            },
            `${ms} ms`,
          ),
        ]),
        ...names.map((kind, row) =>
          h(
            'text',
            { className: ['label'], x: 0, y: row * rowHeight + 17, 'font-size': 12, fill: '#57606a' },
            rows[kind],
          ),
        ),
        ...(windows.length === 0 ? [] : [windowBar(x(0), x(Math.max(...windows)), names.indexOf('open'))]),
        ...ends.map(({ id, kind, ms }) =>
          h(
            'circle',
            {
              className: [kind === 'open' ? 'bar-fail' : 'bar-pass'],
              cx: x(ms),
              cy: names.indexOf(kind) * rowHeight + 13,
              r: 4,
              fill: kind === 'open' ? '#a8320c' : '#0a6b50',
              'fill-opacity': '0.6',
            },
            h('title', `${id}: ${rows[kind]} ${kind === 'open' ? 'within' : 'after'} ${ms} ms`),
          ),
        ),
      ]),
    ),
    h('figcaption', `Refusals: ${words}.`),
  ]);
}

function range(times: readonly number[]): string {
  const [least, most] = [Math.min(...times), Math.max(...times)];
  return least === most ? String(least) : `${least} to ${most}`;
}

/** The time in which a close was waited for. */
function windowBar(from: number, to: number, row: number): Element {
  return h(
    'rect',
    {
      className: ['window'],
      x: from,
      y: row * rowHeight + 10,
      width: to - from,
      height: 6,
      fill: '#d0d7de',
    },
    h('title', 'waited for a close'),
  );
}
