/** One target in a summary: its row in the table, and its findings. */

import type { PhrasingContent, RootContent } from 'mdast';
import type { ReportedFinding, TargetReport } from '../../report/report.ts';
import type { KnownFailure, UnexpectedPass } from '../../scoring/known-failure.ts';
import { levels } from '../../scoring/verdict.ts';
import { escapeShort } from '../escape.ts';
import { describeUnexpectedPass, knownFailurePieces, unexpectedPassFix } from '../known-failure-text.ts';
import type { ReproduceCommand } from '../reporter.ts';
import {
  countKnownFailures,
  describeScores,
  describeVerdict,
  knownFindings,
  newFindings,
  resultMark,
} from '../run-verdict.ts';
import { targetNotes } from '../target-notes.ts';
import {
  escapeUser,
  findingBlocks,
  findingTitle,
  fromUser,
  fromWire,
  shortFindingBlocks,
} from './finding.ts';
import { bold, code, detailsStart, heading, inline, list, paragraph, prose } from './nodes.ts';
import type { Section } from './room.ts';

/** Bytes of an address that are shown. */
const maxNameLength = 200;

export const glyphs = { pass: '✓', fail: '✗', inconclusive: '?' } as const;

/** Verdict, gate, target, score, findings, and the reason for the verdict: the worst finding, if any. */
export function rowOf(target: TargetReport): PhrasingContent[][] {
  const { score, reason, unexpectedPasses } = target;
  const [worst] = newFindings(target);
  const [pass] = unexpectedPasses;
  const otherwise = pass === undefined ? [] : fromUser(describeUnexpectedPass(pass));
  const first = worst !== undefined ? findingTitle(worst) : reason !== null ? fromWire(reason) : otherwise;
  return [
    inline([`${glyphs[resultMark(target)]} ${describeVerdict(target)}`]),
    inline([target.gate]),
    nameNodes(target),
    inline([score.percent === null ? '' : `${score.percent}%`]),
    inline([countOf(target)]),
    first,
  ];
}

export const tableHead: PhrasingContent[][] = [
  'verdict',
  'gate',
  'target',
  'score',
  'findings',
  'reason',
].map((title) => inline([title]));

/**
 * What is the same at several targets is written once, at the first of them.
 *
 * @param targets in the order in which they are shown; those of which the row in the table says it all have no section
 */
export function* sectionsOf(
  targets: Iterable<TargetReport>,
  reproduceCommand: ReproduceCommand,
): Generator<Section> {
  const explained = new Map<string, NamedTarget>();
  const section = (target: TargetReport, blocks: Section['blocks'], isOpen: boolean): Section => ({
    start: detailsStart(
      isOpen || targetNotes(target).length > 0,
      glyphs[resultMark(target)],
      plainName(target),
      countOf(target) || describeVerdict(target),
    ),
    blocks,
  });
  /** The one before, held back: an only section is open. */
  let before: { readonly target: TargetReport; readonly blocks: RootContent[][] } | null = null;
  let isOnly = true;
  for (const target of targets) {
    const blocks = blocksOf(target, explained, reproduceCommand);
    if (blocks.length === 0) continue;
    if (before !== null) {
      isOnly = false;
      yield section(before.target, before.blocks, false);
    }
    before = { target, blocks };
  }
  if (before !== null) yield section(before.target, before.blocks, isOnly);
}

function blocksOf(
  target: TargetReport,
  explained: Map<string, NamedTarget>,
  reproduceCommand: ReproduceCommand,
): RootContent[][] {
  const notes = [
    ...(target.proxy === null ? [] : [paragraph(bold('proxy'), ': ', code(target.proxy))]),
    ...(target.reason === null ? [] : [paragraph(bold(target.verdict), ': ', fromWire(target.reason))]),
    ...targetNotes(target).map((warning) => paragraph(bold('warning'), ': ', fromWire(warning))),
  ];
  const findings = newFindings(target).map((finding, i) => {
    const { id, cause, impact, fix } = finding;
    const key = JSON.stringify([id, cause, impact, fix]);
    const first = explained.get(key);
    if (first === undefined) explained.set(key, { url: target.url, label: target.label });
    return [
      heading(3, `${i + 1}. [${finding.level}] `, fromWire(finding.title)),
      ...(first === undefined
        ? findingBlocks(finding, target, reproduceCommand)
        : shortFindingBlocks(finding, target, reproduceCommand, nameNodes(first))),
    ];
  });
  const blocks = [
    ...findings,
    ...itemsUnder('Unexpected passes', target.unexpectedPasses.map(unexpectedPassNodes)),
    ...itemsUnder(
      `${countKnownFailures(target)} (in baseline, not counted)`,
      knownFindings(target).map(knownFailure),
    ),
  ];
  // The reason alone is in the table.
  if (blocks.length === 0 && targetNotes(target).length === 0) return [];
  const [first = [], ...others] = [...(notes.length === 0 ? [] : [notes]), ...blocks];
  const scores = target.score.percent === null ? [] : [paragraph(prose(describeScores(target)))];
  return [[...scores, ...first], ...others];
}

/** What names a target in the texts. */
type NamedTarget = Pick<TargetReport, 'url' | 'label'>;

function plainName({ url, label }: NamedTarget): string {
  const address = escapeShort(url, maxNameLength);
  return label === null ? address : `${escapeUser(label)} ${address}`;
}

function nameNodes({ url, label }: NamedTarget): PhrasingContent[] {
  const address = code(escapeShort(url, maxNameLength));
  return label === null ? [address] : [...fromUser(label), ...inline([' ', address])];
}

function countOf(target: TargetReport): string {
  const found = newFindings(target);
  const { length } = target.unexpectedPasses;
  const counts = [
    ...levels.map((level) => [found.filter((finding) => finding.level === level).length, level] as const),
    [knownFindings(target).length, 'known'] as const,
    [length, length === 1 ? 'unexpected pass' : 'unexpected passes'] as const,
  ];
  return counts
    .filter(([count]) => count > 0)
    .map(([count, what]) => `${count} ${what}`)
    .join(', ');
}

export function itemsUnder(title: string, items: readonly PhrasingContent[][]): RootContent[][] {
  return items.length === 0 ? [] : [[heading(3, title), list(items.map((item) => paragraph(item)))]];
}

function knownFailure(finding: ReportedFinding): PhrasingContent[] {
  const reasons = finding.known.flatMap((known, i) => [
    ...inline([i === 0 ? ': ' : '; ']),
    ...knownFailureNodes(known),
  ]);
  return [...findingTitle(finding), ...reasons];
}

export function unexpectedPassNodes(pass: UnexpectedPass): PhrasingContent[] {
  return [
    ...fromUser(`${describeUnexpectedPass(pass)}; ${unexpectedPassFix}; known failure: `),
    ...knownFailureNodes(pass),
  ];
}

export function knownFailureNodes(known: KnownFailure): PhrasingContent[] {
  return knownFailurePieces(known, fromUser, (words) => inline([words])).flat();
}
