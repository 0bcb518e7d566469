/** What a summary tells of one target: its row in the table, and its findings one by one. */

import type { PhrasingContent, RootContent } from 'mdast';
import type { TargetReport } from '../../report/report.ts';
import type { Finding } from '../../scoring/findings.ts';
import type { KnownFailure } from '../../scoring/known-failure.ts';
import { levels } from '../../scoring/verdict.ts';
import { escapeBytes, escapeShort, escapeUnicode } from '../escape.ts';
import { evidenceOf } from '../finding-evidence.ts';
import { describeExpiredFailure, knownFailurePieces } from '../known-failure-text.ts';
import type { ReproduceCommand } from '../reporter.ts';
import { knownFindings, newFindings } from '../run-verdict.ts';
import { bold, code, heading, inline, list, paragraph, prose } from './nodes.ts';

/** Octets of a text that are shown: a summary is to be read, the bytes are in the JSON report. */
const maxTextLength = 500;
const maxNameLength = 200;

const glyphs = { conformant: '✓', nonconformant: '✗', inconclusive: '?' } as const;

/** Verdict, target, score, findings, and the worst of what broke. */
export function rowOf(target: TargetReport): PhrasingContent[][] {
  const { verdict, score, reason, unexpectedPasses } = target;
  const [worst] = newFindings(target);
  const otherwise = unexpectedPasses.length > 0 ? 'what is listed as known no longer fails' : '';
  const first =
    worst === undefined ? wire(reason ?? otherwise) : [bold(worst.level), ...wire(` ${worst.title}`)];
  return [
    inline([`${glyphs[verdict]} ${verdict}`]),
    nameNodes(target),
    inline([score.percent === null ? '' : `${score.percent} %`]),
    inline([countOf(target)]),
    first,
  ];
}

export const tableHead: PhrasingContent[][] = ['verdict', 'target', 'score', 'findings', 'what broke'].map(
  (title) => inline([title]),
);

/** Blocks in the order of their weight; none where the row in the table says it all. */
export function sectionsOf(target: TargetReport, repeatCommand: ReproduceCommand): RootContent[][] {
  const findings = newFindings(target).map((finding, i) => [
    heading(4, `${i + 1}. ${finding.level} `, wire(finding.title)),
    ...findingBody(finding, target, repeatCommand),
  ]);
  const apart = [
    ...itemsUnder('Passes unexpectedly', target.unexpectedPasses.map(unexpectedPass)),
    ...itemsUnder('Known failures', knownFindings(target).map(knownFailure)),
  ];
  const says = [
    ...(target.reason === null ? [] : [paragraph(bold(target.verdict), ': ', wire(target.reason))]),
    ...target.warnings.map((warning) => paragraph(bold('warning'), ': ', wire(warning))),
  ];
  const blocks = [...findings, ...apart];
  if (blocks.length === 0 && says.length === 0) return [];
  const way = target.proxy === null ? [] : [paragraph(bold('proxy'), ': ', code(target.proxy))];
  return [
    [heading(3, `${glyphs[target.verdict]} `, nameNodes(target)), ...way, ...says, ...(blocks[0] ?? [])],
    ...blocks.slice(1),
  ];
}

function nameNodes({ url, label }: TargetReport): PhrasingContent[] {
  const address = code(escapeShort(url, maxNameLength));
  return label === null ? [address] : [...user(label), ...inline([' ', address])];
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

function findingBody(finding: Finding, target: TargetReport, repeatCommand: ReproduceCommand): RootContent[] {
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
      item('expected', wire(finding.expected)),
      item('got', wire(finding.actual)),
      ...(finding.diagnosis === null ? [] : [item('because', prose(finding.diagnosis))]),
      ...finding.expired.map((expired) => item('expired', prose(describeExpiredFailure(expired, shownUser)))),
      item('why', wire(finding.detail)),
      item('fix', prose(finding.fix)),
      item('clause', links),
      ...(example === null ? [] : [item('probes', [code(probes)])]),
    ]),
  ];
  if (example !== null) {
    body.push({ type: 'code', lang: 'sh', value: escapeUnicode(repeatCommand(target, example)) });
  }
  return body;
}

function itemsUnder(title: string, items: readonly PhrasingContent[][]): RootContent[][] {
  return items.length === 0 ? [] : [[heading(4, title), list(items.map((item) => paragraph(item)))]];
}

function knownFailure(finding: Finding): PhrasingContent[] {
  const reasons = finding.known.flatMap((known, i) => [...inline([i === 0 ? ': ' : '; ']), ...excuse(known)]);
  return [bold(finding.level), ...wire(` ${finding.title}`), ...reasons];
}

function unexpectedPass({
  probe,
  criterion,
  ...known
}: TargetReport['unexpectedPasses'][number]): PhrasingContent[] {
  return [
    ...inline([code(escapeBytes(probe ?? 'target')), ' ', code(escapeBytes(criterion)), ': ']),
    ...excuse(known),
  ];
}

function excuse(known: KnownFailure): PhrasingContent[] {
  return knownFailurePieces(known, user, (words) => inline([words])).flat();
}

function wire(text: string): PhrasingContent[] {
  return prose(escapeShort(text, maxTextLength));
}

function user(text: string): PhrasingContent[] {
  return prose(shownUser(text));
}

function shownUser(text: string): string {
  return escapeUnicode(text.slice(0, maxTextLength));
}
