/** One target in a summary: its row in the table, and its findings. */

import type { PhrasingContent, RootContent } from 'mdast';
import type { ReportedFinding, TargetReport } from '../../report/report.ts';
import type { KnownFailure } from '../../scoring/known-failure.ts';
import { levels } from '../../scoring/verdict.ts';
import { escapeBytes, escapeShort } from '../escape.ts';
import { knownFailurePieces } from '../known-failure-text.ts';
import type { ReproduceCommand } from '../reporter.ts';
import { countKnownFailures, describeVerdict, knownFindings, newFindings } from '../run-verdict.ts';
import { targetNotes } from '../target-notes.ts';
import { findingBlocks, findingTitle, fromUser, fromWire } from './finding.ts';
import { bold, code, heading, inline, list, paragraph } from './nodes.ts';

/** Bytes of an address that are shown. */
const maxNameLength = 200;

const glyphs = { conformant: '✓', passed: '✓', nonconformant: '✗', inconclusive: '?' } as const;

/** Verdict, gate, target, score, findings, and the reason for the verdict: the worst finding, if any. */
export function rowOf(target: TargetReport): PhrasingContent[][] {
  const { verdict, score, reason, unexpectedPasses } = target;
  const [worst] = newFindings(target);
  const otherwise = unexpectedPasses.length > 0 ? 'a known failure no longer fails' : '';
  const first = worst === undefined ? fromWire(reason ?? otherwise) : findingTitle(worst);
  return [
    inline([`${glyphs[verdict]} ${describeVerdict(target)}`]),
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

/** Blocks, the most important first; none if the row in the table says it all. */
export function sectionsOf(target: TargetReport, reproduceCommand: ReproduceCommand): RootContent[][] {
  const findings = newFindings(target).map((finding, i) => [
    heading(4, `${i + 1}. [${finding.level}] `, fromWire(finding.title)),
    ...findingBlocks(finding, target, reproduceCommand),
  ]);
  const baseline = [
    ...itemsUnder('Unexpected passes', target.unexpectedPasses.map(unexpectedPass)),
    ...itemsUnder(
      `${countKnownFailures(target)} (in baseline, not counted)`,
      knownFindings(target).map(knownFailure),
    ),
  ];
  const notes = [
    ...(target.reason === null ? [] : [paragraph(bold(target.verdict), ': ', fromWire(target.reason))]),
    ...targetNotes(target).map((warning) => paragraph(bold('warning'), ': ', fromWire(warning))),
  ];
  const blocks = [...findings, ...baseline];
  if (blocks.length === 0 && notes.length === 0) return [];
  const proxy = target.proxy === null ? [] : [paragraph(bold('proxy'), ': ', code(target.proxy))];
  return [
    [heading(3, `${glyphs[target.verdict]} `, nameNodes(target)), ...proxy, ...notes, ...(blocks[0] ?? [])],
    ...blocks.slice(1),
  ];
}

function nameNodes({ url, label }: TargetReport): PhrasingContent[] {
  const address = code(escapeShort(url, maxNameLength));
  return label === null ? [address] : [...fromUser(label), ...inline([' ', address])];
}

function countOf(target: TargetReport): string {
  const found = newFindings(target);
  const counts = [
    ...levels.map((level) => [found.filter((finding) => finding.level === level).length, level] as const),
    [knownFindings(target).length, 'known'] as const,
    [target.unexpectedPasses.length, 'unexpected to pass'] as const,
  ];
  return counts
    .filter(([count]) => count > 0)
    .map(([count, what]) => `${count} ${what}`)
    .join(', ');
}

function itemsUnder(title: string, items: readonly PhrasingContent[][]): RootContent[][] {
  return items.length === 0 ? [] : [[heading(4, title), list(items.map((item) => paragraph(item)))]];
}

function knownFailure(finding: ReportedFinding): PhrasingContent[] {
  const reasons = finding.known.flatMap((known, i) => [
    ...inline([i === 0 ? ': ' : '; ']),
    ...knownFailureNodes(known),
  ]);
  return [...findingTitle(finding), ...reasons];
}

function unexpectedPass({
  probe,
  criterion,
  ...known
}: TargetReport['unexpectedPasses'][number]): PhrasingContent[] {
  return [
    ...inline([code(escapeBytes(probe ?? 'target')), ' ', code(escapeBytes(criterion)), ': ']),
    ...knownFailureNodes(known),
  ];
}

function knownFailureNodes(known: KnownFailure): PhrasingContent[] {
  return knownFailurePieces(known, fromUser, (words) => inline([words])).flat();
}
