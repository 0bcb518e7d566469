/** A summary in Markdown, for pull requests, job summaries and wikis: first what is wrong, then how to fix it. */

import type { RootContent } from 'mdast';
import type { Report, TargetReport } from '../report/report.ts';
import { summaryOf } from '../report/run-summary.ts';
import { code, heading, paragraph, render, table } from './markdown/nodes.ts';
import { rowOf, sectionsOf, tableHead } from './markdown/target.ts';
import type { CreateReporter, ReporterOptions } from './reporter.ts';
import { runHeadline, runResult } from './run-verdict.ts';

/** Bytes: GitHub rejects job summaries above 1 MiB, GitLab notes above a million characters. */
const limit = 1_000_000;

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
    output.write(summarise(report, reproduceCommand, Math.min(limit, output.room ?? limit)));
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
  let left = room - reserve - Buffer.byteLength(parts[0] ?? '');
  if (left < 0) throw new Error(`a summary does not fit in ${room} bytes`);
  const sections = targets
    .map((target) => sectionsOf(target, reproduceCommand))
    .filter((blocks) => blocks.length > 0);
  for (const [shown, blocks] of sections.entries()) {
    for (const block of blocks.map(render)) {
      left -= 1 + Buffer.byteLength(block);
      // Stop here, even if a later block would fit: nothing in between is missing.
      if (left < 0) return [...parts, leftOut(sections.length - shown)].join('\n');
      parts.push(block);
    }
  }
  return parts.join('\n');
}

/** The result and the table, with as many rows as fit. */
function headWithin(room: number, report: Report, targets: readonly TargetReport[]): string {
  const words: RootContent[] = [
    heading(2, `${report.tool.name}: ${runHeadline(report)}`),
    paragraph(
      `${runResult(summaryOf(report))}; profile ${report.profile}, `,
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

function leftOut(targets: number): string {
  return render([
    paragraph(
      `Some or all details of ${targets} ${targets === 1 ? 'target' : 'targets'} are left out to stay within the size limit; the JSON report has them all.`,
    ),
  ]);
}
