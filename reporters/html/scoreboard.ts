/** The scoreboard: the four criteria as bars with their numbers. */

import type { Element } from 'hast';
import type { TargetReport } from '../../report/report.ts';
import { criteria, criterionNames } from '../../scoring/criteria.ts';
import { h } from './elements.ts';

/** Pixels. */
const [width, height] = [200, 14];

/** A table, so that the numbers are read where there is neither style nor image. */
export function scoreboard({ scoreboard: scores }: Pick<TargetReport, 'scoreboard'>): Element {
  const rows = criterionNames.flatMap((name) => {
    const { passed, failed, inconclusive } = scores[name];
    const all = passed + failed + inconclusive;
    if (all === 0) return [];
    return [
      h('tr', [
        h('th', { scope: 'row' }, criteria[name].shortTitle),
        h('td', bar(passed, inconclusive, all)),
        h('td', { className: ['number'] }, `${passed}/${all}`),
        h('td', [
          failed === 0 ? '' : `${failed} failed`,
          failed > 0 && inconclusive > 0 ? ', ' : '',
          inconclusive === 0 ? '' : `${inconclusive} inconclusive`,
        ]),
      ]),
    ];
  });
  return h('table', { className: ['scoreboard'] }, [
    h('caption', { className: ['hidden'] }, 'How many probes passed each criterion'),
    h('thead', { className: ['hidden'] }, [
      h(
        'tr',
        ['criterion', 'share', 'passed', 'others'].map((title) => h('th', { scope: 'col' }, title)),
      ),
    ]),
    h('tbody', rows),
  ]);
}

/** Rounded down, so that only a criterion that all passed has a full bar. */
function bar(passed: number, inconclusive: number, all: number): Element {
  const filled = Math.floor((passed / all) * width);
  const unclear = Math.floor((inconclusive / all) * width);
  return h(
    'svg',
    { width, height, viewBox: `0 0 ${width} ${height}`, ariaHidden: 'true', focusable: 'false' },
    [
      h('rect', { className: ['bar-fail'], x: 0, y: 0, width, height, fill: '#a8320c' }),
      h('rect', { className: ['bar-unclear'], x: filled, y: 0, width: unclear, height, fill: '#7a5200' }),
      h('rect', { className: ['bar-pass'], x: 0, y: 0, width: filled, height, fill: '#0a6b50' }),
    ],
  );
}
