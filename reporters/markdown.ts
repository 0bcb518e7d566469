/** A summary in Markdown, for pull requests, job summaries and wikis: first what broke, then how to mend it. */

import type { RootContent } from 'mdast';
import type { Report, TargetReport } from '../report/report.ts';
import { summaryOf } from '../report/run-summary.ts';
import { code, heading, paragraph, render, table } from './markdown/nodes.ts';
import { rowOf, sectionsOf, tableHead } from './markdown/target.ts';
import type { CreateReporter, ReporterOptions } from './reporter.ts';
import { runResult, runVerdict } from './run-verdict.ts';

/** Octets: GitHub takes no job summary of more than 1 MiB, GitLab no note of more than a million characters. */
const limit = 1_000_000;

/** Octets kept for the line that says what was left out. */
const reserve = 300;

/** The worst first. */
const severity: readonly TargetReport['verdict'][] = ['nonconformant', 'inconclusive', 'conformant'];

export const createMarkdownReporter: CreateReporter = ({ output, reproduceCommand }) => ({
  needs: 'report',
  onReport(report) {
    output.write(summarise(report, reproduceCommand, Math.min(limit, output.room ?? limit)));
  },
});

/** @throws Error where there is not even room for the head */
function summarise(report: Report, repeatCommand: ReporterOptions['reproduceCommand'], room: number): string {
  const targets = report.targets.toSorted(
    (a, b) => severity.indexOf(a.verdict) - severity.indexOf(b.verdict),
  );
  const parts = [headWithin(room / 2, report, targets)];
  let left = room - reserve - Buffer.byteLength(parts[0] ?? '');
  if (left < 0) throw new Error(`${room} octets are no room for a summary`);
  const sections = targets
    .map((target) => sectionsOf(target, repeatCommand))
    .filter((blocks) => blocks.length > 0);
  for (const [told, blocks] of sections.entries()) {
    for (const block of blocks.map(render)) {
      left -= 1 + Buffer.byteLength(block);
      // What comes later would fit only by chance: what is shown is the whole of the first part.
      if (left < 0) return [...parts, leftOut(sections.length - told)].join('\n');
      parts.push(block);
    }
  }
  return parts.join('\n');
}

/** The result and the table, with as many rows as there is room for. */
function headWithin(room: number, report: Report, targets: readonly TargetReport[]): string {
  const verdict = runVerdict(report);
  const words: RootContent[] = [
    heading(2, `${report.tool.name}: ${verdict}`),
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
      `Left out, for there is no room for more here: details of ${targets} ${targets === 1 ? 'target' : 'targets'}, in whole or in part. The JSON report has them all.`,
    ),
  ]);
}
