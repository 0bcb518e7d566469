/** The comparison for the terminal: the worst first. */

import { escapeBytes, escapeShort, escapeUnicode } from '../reporters/escape.ts';
import { shortProbeList } from '../reporters/probe-list.ts';
import { createStyle, type Style } from '../reporters/terminal/style.ts';
import type { Verdict } from '../scoring/verdict.ts';
import type {
  Comparison,
  FindingSide,
  ProbeOnly,
  Side,
  TargetComparison,
  TargetSide,
  VerdictChange,
} from './comparison.ts';
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
} as const satisfies Record<TargetComparison['kind'], Verdict['verdict']>;

/** Bytes of a text from the wire that are shown. */
const maxText = 100;

export const toTerminal: Format = (comparison, page) => {
  const style = createStyle(page);
  const { paint } = style;
  const { before, after, notes, targets } = comparison;
  const lines = [
    ...sideLines('before', before, style),
    ...sideLines('after', after, style),
    ...notes.flatMap((note) => style.paragraph(`${paint.yellow('note')}    `, escapeUnicode(note))),
    ...targets.flatMap((target) => ['', ...targetLines(target, style)]),
    '',
    ...resultParagraph(comparison, style),
  ];
  return `${lines.join('\n')}\n`;
};

/** The last line alone: for a comparison that is written to files. */
export const toResultLine: Format = (comparison, page) =>
  `${resultParagraph(comparison, createStyle(page)).join('\n')}\n`;

/** Only what changed: for somebody who has the report before in sight. */
export const toChanges: Format = ({ targets }, page) => {
  const style = createStyle(page);
  const changed = targets.filter(hasDetails);
  const lines =
    changed.length === 0 ? [style.paint.dim('no change')] : changed.flatMap((one) => targetLines(one, style));
  return `${lines.join('\n')}\n`;
};

function resultParagraph(comparison: Comparison, style: Style): string[] {
  const { paint, glyph } = style;
  return style.paragraph(`${glyph(marks[comparison.kind])} `, paint.bold(resultOf(comparison)));
}

function sideLines(name: string, side: Side, style: Style): string[] {
  return style.paragraph(
    style.paint.dim(name.padEnd(8)),
    `${escapeBytes(side.file)} ${style.glyphs.separator} ${escapeBytes(originOf(side))}`,
  );
}

function targetLines(target: TargetComparison, style: Style): string[] {
  const { paint, glyph } = style;
  const { before, after, kind } = target;
  const side = after ?? before;
  if (side === null) return [];
  const name = side.label === null ? '' : `${paint.bold(style.prose(side.label))} `;
  const say = (label: string, text: string): string[] =>
    style.paragraph(`  ${paint.dim(label.padEnd(10))} `, text);
  const lines = [`${glyph(marks[kind])} ${paint.bold(kindTitles[kind])} ${name}${paint.underline(side.url)}`];
  if (!hasDetails(target)) return lines;
  const match = matchOf(target);
  if (match !== null) lines.push(...say('note', match.join(' ')));
  if (before === null || after === null) {
    const where = before === null ? 'AFTER only' : 'BEFORE only';
    return [...lines, ...say('in', `${where}: ${describeSide(side)}`)];
  }
  if (target.notCompared !== null) lines.push(...say('note', escapeBytes(target.notCompared)));
  return [
    ...lines,
    ...resultLines(before, after, say, style),
    ...groupChanges(target.changes).flatMap((group) => ['', ...groupLines(group, target, style)]),
    ...onlyLines(target, say),
    ...findingLines(target, style),
  ];
}

type Say = (label: string, text: string) => string[];

function describeSide(side: TargetSide): string {
  return [
    side.verdict,
    `score ${scoreOf(side)}`,
    ...(side.reason === null ? [] : [escapeBytes(side.reason)]),
  ].join(', ');
}

function resultLines(
  before: TargetSide,
  after: TargetSide,
  say: Say,
  { glyphs: { arrow } }: Style,
): string[] {
  const [was, is] = [scoreOf(before), scoreOf(after)];
  const versions = (['advertised', 'accepted'] as const).flatMap((list) => {
    const change = changeOfVersions(before, after, list, arrow);
    return change === null ? [] : say(list, change);
  });
  return [
    ...say(
      'verdict',
      before.verdict === after.verdict ? after.verdict : `${before.verdict} ${arrow} ${after.verdict}`,
    ),
    ...say('score', was === is ? is : `${was} ${arrow} ${is}`),
    ...versions,
  ];
}

function groupLines(group: ChangeGroup, { probes }: TargetComparison, style: Style): string[] {
  const { paint, glyph, glyphs, level } = style;
  const who =
    group.probes.length === 0
      ? 'the target as a whole'
      : `${countProbes(group.probes.length)}: ${shortProbeList(group.probes, probes.both)}`;
  const title = `${glyph(marks[group.kind])} ${paint.bold(changeTitles[group.kind])}`;
  const strictest = group.level === null ? '' : ` ${level(group.level)}`;
  return [
    ...style.paragraph(`  ${title}${strictest} ${glyphs.separator} `, who),
    ...group.changes.flatMap((change) => changeLines(change, style)),
  ];
}

function changeLines(change: VerdictChange, style: Style): string[] {
  const { paint, glyphs } = style;
  const { before, after } = change;
  const say = (label: string, text: string): string[] =>
    style.paragraph(`      ${paint.dim(label.padEnd(9))} `, escapeShort(text, maxText));
  const [was, is] = [judgementOf(before), judgementOf(after)];
  const lines = style.paragraph('    ', `${titleOf(change)}: ${was} ${glyphs.arrow} ${is}`);
  if (change.kind === 'other') return lines;
  if (before.verdict !== 'n/a') lines.push(...say('before', before.actual));
  if (after.verdict !== 'n/a') lines.push(...say('after', after.actual));
  const expected = [after, before].find((verdict) => verdict.verdict === 'fail');
  if (expected !== undefined && expected.verdict === 'fail')
    lines.push(...say('expected', expected.expected));
  return lines;
}

function onlyLines({ probes: { onlyBefore, onlyAfter } }: TargetComparison, say: Say): string[] {
  const ids = (probes: readonly ProbeOnly[]): string[] => probes.map(({ id }) => id);
  const count = (label: string, probes: readonly ProbeOnly[]): string[] =>
    probes.length === 0
      ? []
      : say(label, `${countProbes(probes.length)}: ${shortProbeList(ids(probes), ids(probes))}`);
  const lines = [
    ...count(
      'not in BEFORE, and failed',
      onlyAfter.filter(({ verdict }) => verdict === 'fail'),
    ),
    ...count(
      'not in BEFORE',
      onlyAfter.filter(({ verdict }) => verdict !== 'fail'),
    ),
    ...count('not in AFTER', onlyBefore),
  ];
  return lines.length === 0 ? [] : ['', ...lines];
}

function findingLines({ findings: { appeared, disappeared } }: TargetComparison, style: Style): string[] {
  const { paint, level } = style;
  const list = (label: string, findings: readonly FindingSide[]): string[] =>
    findings.flatMap((finding) =>
      style.paragraph(
        `  ${paint.dim(label)} ${level(finding.level)} `,
        `${escapeBytes(finding.title)} (${finding.id})`,
      ),
    );
  const lines = [...list('new finding ', appeared), ...list('finding gone', disappeared)];
  return lines.length === 0 ? [] : ['', ...lines];
}
