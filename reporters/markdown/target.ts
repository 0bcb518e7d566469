/** One target in a summary: its row in the table, and its findings. */

import type { PhrasingContent, RootContent } from 'mdast';
import type { TargetReport } from '../../report/report.ts';
import type { Finding } from '../../scoring/findings.ts';
import type { KnownFailure } from '../../scoring/known-failure.ts';
import { levels } from '../../scoring/verdict.ts';
import { escapeBytes, escapeShort, escapeUnicode } from '../escape.ts';
import { evidenceOf } from '../finding-evidence.ts';
import { describeExpiredFailure, knownFailurePieces } from '../known-failure-text.ts';
import type { ReproduceCommand } from '../reporter.ts';
import { countKnownFailures, describeVerdict, knownFindings, newFindings } from '../run-verdict.ts';
import { targetNotes } from '../target-notes.ts';
import { bold, code, heading, inline, list, paragraph, prose } from './nodes.ts';

/** Bytes of a text that are shown: a summary is for reading, the JSON report has all bytes. */
const maxTextLength = 500;
const maxNameLength = 200;

const glyphs = { conformant: '✓', passed: '✓', nonconformant: '✗', inconclusive: '?' } as const;

/** Verdict, gate, target, score, findings, and the reason for the verdict: the worst finding, if any. */
export function rowOf(target: TargetReport): PhrasingContent[][] {
  const { verdict, score, reason, unexpectedPasses } = target;
  const [worst] = newFindings(target);
  const otherwise = unexpectedPasses.length > 0 ? 'a known failure no longer fails' : '';
  const first = worst === undefined ? fromWire(reason ?? otherwise) : titleNodes(worst);
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
    ...findingBody(finding, target, reproduceCommand),
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

function findingBody(
  finding: Finding,
  target: TargetReport,
  reproduceCommand: ReproduceCommand,
): RootContent[] {
  const { sent, example, probes, clauses } = evidenceOf(finding, target);
  const links = clauses.flatMap(({ source, url }, i) =>
    inline([i === 0 ? '' : '; ', { type: 'link', url, children: inline([source]) }]),
  );
  const item = (name: string, parts: readonly PhrasingContent[]) => paragraph(bold(name), ' ', parts);
  const body: RootContent[] = [
    list([
      ...(sent.length === 0
        ? []
        : [item('sent', inline(sent.flatMap((line, i) => [i === 0 ? '' : ' ', code(line)])))]),
      item('expected', fromWire(finding.expected)),
      item('got', fromWire(finding.actual)),
      ...(finding.cause === null ? [] : [item('cause', prose(finding.cause))]),
      ...finding.expired.map((expired) =>
        item('expired', prose(describeExpiredFailure(expired, escapeUser))),
      ),
      item('impact', fromWire(finding.impact)),
      item('fix', prose(finding.fix)),
      item('clause', links),
      ...(example === null ? [] : [item('probes', [code(probes)])]),
    ]),
  ];
  if (example !== null) {
    body.push({ type: 'code', lang: 'sh', value: escapeUnicode(reproduceCommand(target, example)) });
  }
  return body;
}

function itemsUnder(title: string, items: readonly PhrasingContent[][]): RootContent[][] {
  return items.length === 0 ? [] : [[heading(4, title), list(items.map((item) => paragraph(item)))]];
}

function knownFailure(finding: Finding): PhrasingContent[] {
  const reasons = finding.known.flatMap((known, i) => [
    ...inline([i === 0 ? ': ' : '; ']),
    ...knownFailureNodes(known),
  ]);
  return [...titleNodes(finding), ...reasons];
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

/** `[MUST] Accepts …`, the badge in bold. */
function titleNodes({ level, title }: Finding): PhrasingContent[] {
  return [bold(`[${level}]`), ...fromWire(` ${title}`)];
}

function fromWire(text: string): PhrasingContent[] {
  return prose(escapeShort(text, maxTextLength));
}

function fromUser(text: string): PhrasingContent[] {
  return prose(escapeUser(text));
}

function escapeUser(text: string): string {
  return escapeUnicode(text.slice(0, maxTextLength));
}
