/** The comparison as a page: the worst first. */

import type { Element } from 'hast';
import { escapeBytes, escapeShort, escapeUnicode } from '../reporters/escape.ts';
import { facts, h, levelBadge, type Mark, markWith, scrolling, wire } from '../reporters/html/elements.ts';
import { pageOf } from '../reporters/html/page.ts';
import { shortProbeList } from '../reporters/probe-list.ts';
import type { FindingSide, ProbeOnly, Side, TargetComparison, TargetSide } from './comparison.ts';
import type { Format } from './format.ts';
import { type ChangeGroup, groupChanges, judgementOf, titleOf } from './groups.ts';
import {
  changeOfVersions,
  changeTitles,
  countProbes,
  hasDetails,
  kindTitles,
  matchOf,
  originOf,
  resultOf,
  scoreOf,
} from './labels.ts';

const marks = {
  worse: 'fail',
  unclear: 'inconclusive',
  better: 'pass',
  other: 'n/a',
  same: 'pass',
} as const satisfies Record<TargetComparison['kind'], Mark>;

/** Bytes of a text from the wire that are shown. */
const maxText = 200;

export const toHtmlPage: Format = (comparison, page) => {
  const { before, after, notes, kind, targets, summary } = comparison;
  const result = resultOf(comparison);
  return pageOf(page, `${result} · handshake13 diff`, [
    h('header', [
      h('h1', ['Sec-WebSocket-Version: ', markWith(marks[kind], result)]),
      facts([
        ['before', sideText(before)],
        ['after', sideText(after)],
        ...notes.map((note) => ['note', escapeUnicode(note)] as const),
      ]),
    ]),
    scrolling(
      'Verdicts that changed',
      h('table', [
        h('caption', 'Verdicts that changed'),
        h(
          'thead',
          h(
            'tr',
            ['worse', 'not comparable', 'better', 'other'].map((title) => h('th', { scope: 'col' }, title)),
          ),
        ),
        h(
          'tbody',
          h(
            'tr',
            [summary.worse, summary.unclear, summary.better, summary.other].map((count) =>
              h('td', { className: ['number'] }, String(count)),
            ),
          ),
        ),
      ]),
    ),
    ...targets.map(targetPart),
  ]);
};

function sideText(side: Side): string {
  return `${escapeBytes(side.file)} (${escapeBytes(originOf(side))})`;
}

function targetPart(target: TargetComparison, i: number): Element {
  const { before, after, kind } = target;
  const side = after ?? before;
  if (side === null) throw new Error('a comparison of no target');
  const title = h('h2', [
    markWith(marks[kind], kindTitles[kind]),
    ' ',
    ...(side.label === null ? [] : [h('strong', escapeUnicode(side.label)), ' ']),
    h('code', escapeUnicode(side.url)),
  ]);
  return h('section', { id: `target-${i + 1}` }, [title, ...(hasDetails(target) ? details(target) : [])]);
}

function details(target: TargetComparison): Element[] {
  const { before, after, notCompared, changes } = target;
  const match = matchOf(target);
  const notes = [
    ...(match === null ? [] : [match.join(' ')]),
    ...(notCompared === null ? [] : [escapeBytes(notCompared)]),
  ].map((note) => h('p', { className: ['caveats'] }, note));
  if (before === null || after === null) {
    const side = after ?? before;
    const where = before === null ? 'Only in AFTER' : 'Only in BEFORE';
    return [...notes, h('p', side === null ? where : `${where}: ${side.verdict}, score ${scoreOf(side)}`)];
  }
  return [
    ...notes,
    sides(before, after),
    ...groupChanges(changes).flatMap((group, index) => groupPart(group, index, target)),
    ...onlyPart(target),
    ...findingPart('New findings', target.findings.appeared),
    ...findingPart('Findings gone', target.findings.disappeared),
  ];
}

function sides(before: TargetSide, after: TargetSide): Element {
  const versions = (['advertised', 'accepted'] as const).flatMap((list) => {
    const change = changeOfVersions(before, after, list, '→');
    return change === null ? [] : [[`${list} versions`, change] as const];
  });
  return scrolling(
    `Before and after: ${after.url}`,
    h('table', [
      h(
        'thead',
        h(
          'tr',
          ['of the target', 'before', 'after'].map((title) => h('th', { scope: 'col' }, title)),
        ),
      ),
      h('tbody', [
        row('verdict', before.verdict, after.verdict),
        row('score', scoreOf(before), scoreOf(after)),
        ...versions.map(([name, change]) =>
          h('tr', [h('th', { scope: 'row' }, name), h('td', { colSpan: 2 }, change)]),
        ),
      ]),
    ]),
  );
}

function row(name: string, before: string, after: string): Element {
  return h('tr', [h('th', { scope: 'row' }, name), h('td', before), h('td', after)]);
}

function groupPart(group: ChangeGroup, index: number, { probes, after: side }: TargetComparison): Element[] {
  const who =
    group.probes.length === 0
      ? 'the target as a whole'
      : `${countProbes(group.probes.length)}: ${shortProbeList(group.probes, probes.both)}`;
  const rows = group.changes.map((change) => {
    const { before, after } = change;
    const said = (verdict: typeof before): Element => {
      const text = verdict.verdict === 'n/a' ? '' : escapeShort(verdict.actual, maxText);
      return h('td', [judgementOf(verdict), ...(text === '' ? [] : [': ', h('code', text)])]);
    };
    return h('tr', [h('th', { scope: 'row' }, titleOf(change)), said(before), said(after)]);
  });
  return [
    h('h3', [
      markWith(marks[group.kind], changeTitles[group.kind]),
      ' ',
      ...(group.level === null ? [] : [levelBadge(group.level), ' ']),
      who,
    ]),
    scrolling(
      `${changeTitles[group.kind]}, ${index + 1}: ${side?.url ?? ''}`,
      h('table', [
        h(
          'thead',
          h(
            'tr',
            ['criterion', 'before', 'after'].map((title) => h('th', { scope: 'col' }, title)),
          ),
        ),
        h('tbody', rows),
      ]),
    ),
  ];
}

function onlyPart({ probes: { onlyBefore, onlyAfter } }: TargetComparison): Element[] {
  const part = (title: string, probes: readonly ProbeOnly[]): Element[] => {
    const ids = probes.map(({ id }) => id);
    return ids.length === 0
      ? []
      : [h('p', [`${title}: ${countProbes(ids.length)}: `, wire(shortProbeList(ids, ids))])];
  };
  return [...part('Only in AFTER', onlyAfter), ...part('Only in BEFORE', onlyBefore)];
}

function findingPart(title: string, findings: readonly FindingSide[]): Element[] {
  if (findings.length === 0) return [];
  return [
    h('h3', title),
    h(
      'ul',
      findings.map((finding) =>
        h('li', [levelBadge(finding.level), ' ', escapeBytes(finding.title), ' ', h('code', finding.id)]),
      ),
    ),
  ];
}
