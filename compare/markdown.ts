/** The comparison in Markdown, as a comment on a pull request. It is a syntax tree until it is written, so it is always escaped. */

import type { PhrasingContent, RootContent } from 'mdast';
import { escapeBytes, escapeShort, escapeUnicode } from '../reporters/escape.ts';
import {
  bold,
  code as codeOf,
  heading,
  list,
  paragraph,
  render,
  table,
} from '../reporters/markdown/nodes.ts';
import { shortProbeList } from '../reporters/probe-list.ts';
import type { Verdict } from '../scoring/verdict.ts';
import type { FindingSide, ProbeOnly, TargetComparison, TargetSide } from './comparison.ts';
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

const maxText = 100;
const arrow = '→';

export const toMarkdownComment: Format = (comparison) => {
  const { before, after, notes, targets } = comparison;
  return render([
    heading(2, 'Sec-WebSocket-Version'),
    paragraph(bold(resultOf(comparison))),
    bullets([
      [text('BEFORE: '), code(before.file), text(`, ${originOf(before)}`)],
      [text('AFTER: '), code(after.file), text(`, ${originOf(after)}`)],
      ...notes.map((note) => [text(note)]),
    ]),
    tableOf(['target', 'change', 'verdict', 'score'], targets.map(targetRow)),
    ...targets.filter(hasDetails).flatMap(targetDetails),
  ]);
};

function text(value: string): PhrasingContent {
  return { type: 'text', value: escapeBytes(value) };
}

/** Untrusted text: as code it cannot be a link, a mention or emphasis. */
function code(value: string): PhrasingContent {
  return codeOf(escapeShort(value, maxText));
}

type Cell = readonly PhrasingContent[];

function bullets(items: readonly Cell[]): RootContent {
  return list(items.map((item) => paragraph(item)));
}

function tableOf(headings: readonly string[], rows: readonly (readonly Cell[])[]): RootContent {
  return table([headings.map((title) => [text(title)]), ...rows]);
}

function nameOf({ url, label }: TargetSide): PhrasingContent[] {
  return label === null ? [code(url)] : [codeOf(escapeUnicode(label)), text(' '), code(url)];
}

/** `was → is`, or once if both are the same. */
function change(was: string, is: string): PhrasingContent {
  return { type: 'text', value: was === is ? is : `${was} ${arrow} ${is}` };
}

function targetRow({ before, after, kind }: TargetComparison): Cell[] {
  const side = after ?? before;
  if (side === null) return [];
  return [
    nameOf(side),
    [text(kindTitles[kind])],
    [change(before?.verdict ?? 'absent', after?.verdict ?? 'absent')],
    [change(before === null ? 'none' : scoreOf(before), after === null ? 'none' : scoreOf(after))],
  ];
}

function targetDetails(target: TargetComparison): RootContent[] {
  const { before, after, notCompared, changes, findings, probes } = target;
  const side = after ?? before;
  if (side === null) return [];
  const match = matchOf(target);
  const failed = probes.onlyAfter.filter(({ verdict }) => verdict === 'fail');
  const passed = probes.onlyAfter.filter(({ verdict }) => verdict !== 'fail');
  const facts: Cell[] = [
    ...(match === null ? [] : [[text(`${match[0]} `), code(match[1])]]),
    ...(notCompared === null ? [] : [[code(notCompared)]]),
    ...versionFacts(before, after),
    ...findings.appeared.map((finding) => findingFact('new finding', finding)),
    ...findings.disappeared.map((finding) => findingFact('finding gone', finding)),
    ...probeFact('not in BEFORE, and failed', failed),
    ...probeFact('not in BEFORE', passed),
    ...probeFact('not in AFTER', probes.onlyBefore),
  ];
  const rows = groupChanges(changes).flatMap((group) => groupRows(group, probes.both));
  return [
    heading(3, `${kindTitles[target.kind]}: `, nameOf(side)),
    ...(rows.length === 0 ? [] : [tableOf(['change', 'probes', 'criterion', 'before', 'after'], rows)]),
    ...(facts.length === 0 ? [] : [bullets(facts)]),
  ];
}

function versionFacts(before: TargetSide | null, after: TargetSide | null): Cell[] {
  if (before === null || after === null) return [];
  return (['advertised', 'accepted'] as const).flatMap((list) => {
    const changed = changeOfVersions(before, after, list, arrow);
    return changed === null ? [] : [[{ type: 'text', value: `versions ${list}: ${changed}` } as const]];
  });
}

function findingFact(label: string, { id, level, title }: FindingSide): Cell {
  return [text(`${label}: [${level}] ${title} (`), code(id), text(')')];
}

function probeFact(label: string, probes: readonly ProbeOnly[]): Cell[] {
  if (probes.length === 0) return [];
  const ids = probes.map(({ id }) => id);
  return [[text(`${label}: ${countProbes(ids.length)}, `), code(shortProbeList(ids, ids))]];
}

function groupRows({ kind, level, probes, changes }: ChangeGroup, compared: readonly string[]): Cell[][] {
  const title = level === null ? changeTitles[kind] : `${changeTitles[kind]} [${level}]`;
  const who: Cell =
    probes.length === 0
      ? [text('the target as a whole')]
      : [text(`${probes.length}: `), codeOf(shortProbeList(probes, compared))];
  return changes.map((one, i) => [
    i === 0 ? [text(title)] : [],
    i === 0 ? who : [],
    [text(titleOf(one))],
    judged(one.before, kind !== 'other'),
    judged(one.after, kind !== 'other'),
  ]);
}

function judged(verdict: Verdict, withActual: boolean): Cell {
  const said = text(judgementOf(verdict));
  return verdict.verdict === 'n/a' || !withActual ? [said] : [said, text(': '), code(verdict.actual)];
}
