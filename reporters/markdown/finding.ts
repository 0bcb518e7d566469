/** One finding in Markdown: its facts, the bytes that decide it, and the commands that reproduce it. */

import type { PhrasingContent, RootContent } from 'mdast';
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
  const { sent, probes, clauses } = evidenceOf(finding, target);
  const links = clauses.flatMap(({ source, url }, i) =>
    inline([i === 0 ? '' : '; ', { type: 'link', url, children: inline([source]) }]),
  );
  const item = (name: string, parts: readonly PhrasingContent[]) => paragraph(bold(name), ' ', parts);
  const transcript = findingTranscript(finding, target);
  const commands = reproduceLines(finding, target, reproduceCommand);
  return [
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
      ...(probes === '' ? [] : [item('probes', [code(probes)])]),
    ]),
    ...(transcript.length === 0 ? [] : [codeBlock(transcript)]),
    ...(commands.length === 0 ? [] : [codeBlock(commands, 'sh')]),
  ];
}

function codeBlock(lines: readonly string[], lang?: string): RootContent {
  return { type: 'code', value: lines.join('\n'), ...(lang !== undefined && { lang }) };
}

/** `[MUST] Accepts …`, the badge in bold. */
export function findingTitle({ level, title }: ReportedFinding): PhrasingContent[] {
  return [bold(`[${level}]`), ...fromWire(` ${title}`)];
}

export function fromWire(text: string): PhrasingContent[] {
  return prose(escapeShort(text, maxTextLength));
}

export function fromUser(text: string): PhrasingContent[] {
  return prose(escapeUser(text));
}

function escapeUser(text: string): string {
  return escapeUnicode(text.slice(0, maxTextLength));
}
