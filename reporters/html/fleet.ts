/** Several targets: how often each finding, the behaviours as a heat map, and every target in a list. */

import type { Element } from 'hast';
import { type Family, families } from '../../probes/probe.ts';
import type { TargetSequence } from '../../report/report.ts';
import type { ProbeCount } from '../../scoring/assessment.ts';
import { criteria, criterionNames } from '../../scoring/criteria.ts';
import { levels } from '../../scoring/verdict.ts';
import { escapeBytes } from '../escape.ts';
import type { Behaviour, Outline } from './behaviours.ts';
import { h, levelBadge, scrolling } from './elements.ts';
import { targetName, verdictMark } from './target.ts';

/** @param anchors of the behaviours, in their order */
export function fleetSections(
  targets: TargetSequence,
  behaviours: readonly Behaviour[],
  anchors: readonly string[],
): Element[] {
  return [
    h('section', { id: 'behaviours' }, [
      h('h2', 'Behaviours'),
      h(
        'p',
        'Targets that answer every probe alike share a row. A number is how many probes of the family failed.',
      ),
      heatMap(behaviours, anchors),
    ]),
    h('section', { id: 'findings' }, [h('h2', 'Findings'), findingTable(targets, behaviours, anchors)]),
    h('section', { id: 'targets' }, [h('h2', 'Targets'), targetTable(targets, behaviours, anchors)]),
  ];
}

function heatMap(behaviours: readonly Behaviour[], anchors: readonly string[]): Element {
  const present = families.filter((family) => behaviours.some(({ outline }) => outline.families.has(family)));
  const heads = [
    'behaviour',
    'targets',
    'verdict',
    'gate',
    ...criterionNames.map((name) => criteria[name].heading),
    ...present,
  ];
  const rows = behaviours.map(({ outline, targets }, i) =>
    h('tr', [
      h('th', { scope: 'row' }, h('a', { href: `#${anchors[i]}` }, `#${i + 1}`)),
      h('td', { className: ['number'] }, String(targets.length)),
      h('td', verdictMark(outline)),
      h('td', outline.gate),
      ...criterionNames.map((name) => h('td', { className: ['number'] }, share(outline, name))),
      ...present.map((family) => heatCell(outline, family)),
    ]),
  );
  return scrolling('Behaviours', sortableTable('heat', heads, rows));
}

function share({ scoreboard }: Outline, name: (typeof criterionNames)[number]): string {
  const { passed, failed, inconclusive, percent } = scoreboard[name];
  return percent === null ? '' : `${passed}/${passed + failed + inconclusive}`;
}

const noProbes: ProbeCount = { passed: 0, failed: 0, inconclusive: 0 };

/** Five shades, by the share of probes that failed; the number says the same. */
function heatCell({ families: counts }: Outline, family: Family): Element {
  const { passed, failed, inconclusive: unsure } = counts.get(family) ?? noProbes;
  const sent = passed + failed + unsure;
  const shade = failed === 0 ? 0 : Math.ceil((failed / sent) * 4);
  const words = `${failed} of ${sent} failed${unsure === 0 ? '' : `, ${unsure} inconclusive`}`;
  return h(
    'td',
    { className: ['number', `heat-${shade}`], title: words },
    unsure > 0 ? `${failed}?` : String(failed),
  );
}

function findingTable(
  targets: TargetSequence,
  behaviours: readonly Behaviour[],
  anchors: readonly string[],
): Element {
  const found = new Map<
    string,
    { title: string; level: (typeof levels)[number]; count: number; in: Set<number> }
  >();
  for (const [i, { outline, targets: alike }] of behaviours.entries()) {
    for (const { id, title, level } of outline.findings) {
      const key = `${level} ${id}`;
      const one = found.get(key) ?? { title, level, count: 0, in: new Set() };
      one.count += alike.length;
      one.in.add(i);
      found.set(key, one);
    }
  }
  if (found.size === 0) return h('p', 'None.');
  const rows = [...found]
    .sort(([, a], [, b]) => levels.indexOf(a.level) - levels.indexOf(b.level) || b.count - a.count)
    .map(([key, { title, level, count, in: seen }]) =>
      h('tr', [
        h('td', levelBadge(level)),
        h('th', { scope: 'row' }, [escapeBytes(title), ' ', h('code', key.slice(level.length + 1))]),
        h('td', { className: ['number'] }, String(count)),
        h(
          'td',
          [...seen].flatMap((i, at) => [
            at === 0 ? '' : ', ',
            h('a', { href: `#${anchors[i]}` }, `#${i + 1}`),
          ]),
        ),
      ]),
    );
  return scrolling(
    'Findings',
    sortableTable('findings-table', ['level', 'finding', `of ${targets.length} targets`, 'behaviours'], rows),
  );
}

function targetTable(
  targets: TargetSequence,
  behaviours: readonly Behaviour[],
  anchors: readonly string[],
): Element {
  const behaviourOf = new Map(
    behaviours.flatMap(({ targets: alike }, i) => alike.map((target) => [target, i])),
  );
  const rows = Array.from(targets, (target, i) => {
    const behaviour = behaviourOf.get(i) ?? 0;
    return h('tr', [
      h('td', { className: ['number'] }, String(i + 1)),
      h('th', { scope: 'row' }, targetName(target)),
      h('td', verdictMark(target)),
      h('td', target.gate),
      h('td', h('a', { href: `#${anchors[behaviour]}` }, `#${behaviour + 1}`)),
    ]);
  });
  return scrolling(
    'Targets',
    sortableTable('targets-table', ['no.', 'target', 'verdict', 'gate', 'behaviour'], rows),
  );
}

/** The script adds a filter above the table, and sorts by the heading that is pressed. */
function sortableTable(id: string, heads: readonly string[], rows: readonly Element[]): Element {
  return h('table', { id, className: ['sortable'] }, [
    h(
      'thead',
      h(
        'tr',
        heads.map((title) => h('th', { scope: 'col' }, title)),
      ),
    ),
    h('tbody', [...rows]),
  ]);
}
