/** When each refusal was closed, and how: a strip of points on a logarithmic scale, and the same in words. */

import type { Element } from 'hast';
import type { TargetReport } from '../../report/report.ts';
import { h, scrolling } from './elements.ts';

/** Pixels. */
const [width, rowHeight, left, right] = [640, 26, 130, 40];

const rows = {
  fin: 'closed, FIN',
  reset: 'closed, RST',
  open: 'left open',
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
        : `${times.length} ${rows[kind]} after ${Math.min(...times)} to ${Math.max(...times)} ms`;
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
            h('title', `${id}: ${rows[kind]} after ${ms} ms`),
          ),
        ),
      ]),
    ),
    h('figcaption', `Refusals: ${words}.`),
  ]);
}
