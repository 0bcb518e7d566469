/** A summary in Markdown, for pull requests, job summaries and wikis: first what is wrong, then how to fix it. */

import type { RootContent } from 'mdast';
import type { Report, TargetReport } from '../report/report.ts';
import { summaryOf } from '../report/run-summary.ts';
import { code, detailsEnd, heading, paragraph, prose, render, table } from './markdown/nodes.ts';
import { rowOf, sectionsOf, tableHead } from './markdown/target.ts';
import type { CreateReporter, ReporterOptions } from './reporter.ts';
import { runHeadline, runResult } from './run-verdict.ts';

/** Bytes: a comment on GitHub holds 65,536 characters. Where the destination has a limit, that one counts. */
const limit = 60_000;

/** Bytes reserved for the line that says what was left out. */
const reserve = 300;

/** The worst first. */
const severity: readonly TargetReport['verdict'][] = [
  'nonconformant',
  'inconclusive',
  'passed',
  'conformant',
];

export const createMarkdownReporter: CreateReporter = ({ output, reproduceCommand }) => ({
  needs: 'report',
  onReport(report) {
    output.write(summarise(report, reproduceCommand, output.room ?? limit));
  },
});

/** @throws Error if not even the head fits */
function summarise(
  report: Report,
  reproduceCommand: ReporterOptions['reproduceCommand'],
  room: number,
): string {
  const targets = report.targets.toSorted(
    (a, b) => severity.indexOf(a.verdict) - severity.indexOf(b.verdict),
  );
  const parts = [headWithin(room / 2, report, targets)];
  const end = render([detailsEnd]);
  let left = room - reserve - Buffer.byteLength(parts[0] ?? '');
  if (left < 0) throw new Error(`a summary does not fit in ${room} bytes`);
  const sections = sectionsOf(targets, reproduceCommand);
  for (const [i, { start, blocks }] of sections.entries()) {
    const opening = render([start]);
    left -= sizeOf(opening) + sizeOf(end);
    const written: string[] = [];
    for (const block of blocks.map(render)) {
      left -= sizeOf(block);
      // Stop here, even if a later block would fit: nothing in between is missing.
      if (left < 0) break;
      written.push(block);
    }
    if (written.length > 0) parts.push(opening, ...written, end);
    if (left < 0) {
      const missing = blocks.length - written.length;
      const later = sections.slice(i + 1).flatMap((section) => section.blocks).length;
      return [...parts, leftOut(missing + later, sections.length - i, room)].join('\n');
    }
  }
  return parts.join('\n');
}

/** With the line before it. */
function sizeOf(part: string): number {
  return 1 + Buffer.byteLength(part);
}

/** The result and the table, with as many rows as fit. */
function headWithin(room: number, report: Report, targets: readonly TargetReport[]): string {
  const words: RootContent[] = [
    heading(2, `${report.tool.name}: ${runHeadline(report)}`),
    paragraph(
      prose(`${runResult(summaryOf(report))}; profile ${report.profile}, `),
      code(`--fail-on ${report.failOn}`),
    ),
  ];
  for (let rows = targets.length; ; rows = Math.floor(rows / 2)) {
    const shown = targets.slice(0, rows).map(rowOf);
    const head = render([
      ...words,
      ...(rows === 0 ? [] : [table([tableHead, ...shown])]),
      ...(rows === targets.length ? [] : [paragraph(`${targets.length - rows} more targets are not shown.`)]),
    ]);
    if (rows === 0 || Buffer.byteLength(head) <= room) return head;
  }
}

function leftOut(blocks: number, targets: number, room: number): string {
  return render([
    paragraph(
      `Left out, to stay within ${room} bytes: ${blocks} ${blocks === 1 ? 'part' : 'parts'} of the details, of ${targets} ${targets === 1 ? 'target' : 'targets'}. The JSON report has them all.`,
    ),
  ]);
}
