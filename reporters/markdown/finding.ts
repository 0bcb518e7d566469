/** One finding in Markdown: its facts, the bytes that decide it, and the commands that reproduce it. */

import type { Paragraph, PhrasingContent, RootContent } from 'mdast';
import type { ReportedFinding, TargetReport } from '../../report/report.ts';
import { escapeShort, escapeUnicode } from '../escape.ts';
import { evidenceOf, reproduceLines } from '../finding-evidence.ts';
import { findingTranscript } from '../finding-transcript.ts';
import { describeExpiredFailure } from '../known-failure-text.ts';
import type { ReproduceCommand } from '../reporter.ts';
import { bold, code, inline, list, paragraph, prose } from './nodes.ts';

/** Bytes of a text that are shown: this is for reading, the JSON report has all bytes. */
const maxTextLength = 500;

export function findingBlocks(
  finding: ReportedFinding,
  target: TargetReport,
  reproduceCommand: ReproduceCommand,
): RootContent[] {
  const { clauses } = evidenceOf(finding, target);
  const links = clauses.flatMap(({ source, url }, i) =>
    inline([i === 0 ? '' : '; ', { type: 'link', url, children: inline([source]) }]),
  );
  const [observed, probes] = observedItems(finding, target);
  const transcript = findingTranscript(finding, target);
  const commands = reproduceLines(finding, target, reproduceCommand);
  return [
    list([
      ...observed,
      ...(finding.cause === null ? [] : [item('cause', prose(finding.cause))]),
      ...expiredItems(finding),
      item('impact', fromWire(finding.impact)),
      item('fix', prose(finding.fix)),
      item('clause', links),
      ...probes,
    ]),
    ...(transcript.length === 0 ? [] : [codeBlock(transcript)]),
    ...(commands.length === 0 ? [] : [codeBlock(commands, 'sh')]),
  ];
}

/** What is not the same where another target has the finding too, with the command for this tool. */
export function shortFindingBlocks(
  finding: ReportedFinding,
  target: TargetReport,
  reproduceCommand: ReproduceCommand,
  elsewhere: readonly PhrasingContent[],
): RootContent[] {
  const command = reproduceLines({ ...finding, reproduce: [] }, target, reproduceCommand);
  return [
    list([
      ...observedItems(finding, target).flat(),
      ...expiredItems(finding),
      paragraph('cause, impact and fix: as at ', elsewhere),
    ]),
    ...(command.length === 0 ? [] : [codeBlock(command, 'sh')]),
  ];
}

/** What was sent, expected and got; and the probes that show it. */
function observedItems(finding: ReportedFinding, target: TargetReport): [Paragraph[], Paragraph[]] {
  const { sent, probes } = evidenceOf(finding, target);
  return [
    [
      ...(sent.length === 0
        ? []
        : [item('sent', inline(sent.flatMap((line, i) => [i === 0 ? '' : ' ', code(line)])))]),
      item('expected', fromWire(finding.expected)),
      item('got', fromWire(finding.actual)),
    ],
    probes === '' ? [] : [item('probes', [code(probes)])],
  ];
}

function expiredItems({ expired }: ReportedFinding): Paragraph[] {
  return expired.map((one) => item('expired', prose(describeExpiredFailure(one, escapeUser))));
}

export function item(name: string, parts: readonly PhrasingContent[]): Paragraph {
  return paragraph(bold(name), ' ', parts);
}

export function codeBlock(lines: readonly string[], lang?: string): RootContent {
  return { type: 'code', value: lines.join('\n'), ...(lang !== undefined && { lang }) };
}

/** `[MUST] Accepts …`, the badge in bold. */
export function findingTitle({ level, title }: Pick<ReportedFinding, 'level' | 'title'>): PhrasingContent[] {
  return [bold(`[${level}]`), ...fromWire(` ${title}`)];
}

export function fromWire(text: string): PhrasingContent[] {
  return prose(escapeShort(text, maxTextLength));
}

export function fromUser(text: string): PhrasingContent[] {
  return prose(escapeUser(text));
}

export function escapeUser(text: string): string {
  return escapeUnicode(text.slice(0, maxTextLength));
}
