/** A summary in Markdown, for pull requests, job summaries and wikis: first what is wrong, then how to fix it. */

import type { RootContent } from 'mdast';
import type { LongReport, TargetReport, TargetSequence } from '../report/report.ts';
import { summaryOf } from '../report/run-summary.ts';
import { code, detailsEnd, heading, paragraph, prose, render, table } from './markdown/nodes.ts';
import { rowOf, sectionsOf, tableHead } from './markdown/target.ts';
import type { CreateReporter, ReporterOptions } from './reporter.ts';
import { runHeadline, runResult } from './run-verdict.ts';

/** Bytes: a comment on GitHub holds 65,536 characters. Where the destination has a limit, that one counts. */
const limit = 60_000;

/** Bytes reserved for the line that says what was left out. */
const reserve = 300;

/** Bytes that a row of the table takes at least. */
const minRowLength = 40;

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
  report: LongReport,
  reproduceCommand: ReporterOptions['reproduceCommand'],
  room: number,
): string {
  const targets = new WorstFirst(report.targets);
  const parts = [headWithin(room / 2, report, targets)];
  const end = render([detailsEnd]);
  let left = room - reserve - Buffer.byteLength(parts[0] ?? '');
  if (left < 0) throw new Error(`a summary does not fit in ${room} bytes`);
  const missing = { blocks: 0, targets: 0 };
  for (const { start, blocks } of sectionsOf(targets, reproduceCommand)) {
    const written: string[] = [];
    if (left >= 0) {
      const opening = render([start]);
      left -= sizeOf(opening) + sizeOf(end);
      for (const block of blocks.map(render)) {
        left -= sizeOf(block);
        // Stop here, even if a later block would fit: nothing in between is missing.
        if (left < 0) break;
        written.push(block);
      }
      if (written.length > 0) parts.push(opening, ...written, end);
    }
    if (left < 0) {
      missing.blocks += blocks.length - written.length;
      missing.targets += 1;
    }
  }
  return [...parts, ...(left < 0 ? [leftOut(missing.blocks, missing.targets, room)] : [])].join('\n');
}

class WorstFirst implements Iterable<TargetReport> {
  readonly #targets: TargetSequence;
  /** Of the targets in their own sequence. */
  readonly #places: readonly number[];

  constructor(targets: TargetSequence) {
    const verdicts = Array.from(targets, ({ verdict }) => verdict);
    this.#targets = targets;
    this.#places = severity.flatMap((wanted) =>
      verdicts.flatMap((verdict, place) => (verdict === wanted ? [place] : [])),
    );
  }

  get length(): number {
    return this.#places.length;
  }

  first(count: number): TargetReport[] {
    return [...this.#read(this.#places.slice(0, count))];
  }

  [Symbol.iterator](): Iterator<TargetReport> {
    return this.#read(this.#places);
  }

  *#read(places: readonly number[]): Generator<TargetReport> {
    for (const place of places) {
      const target = this.#targets.at(place);
      if (target !== undefined) yield target;
    }
  }
}

/** With the line before it. */
function sizeOf(part: string): number {
  return 1 + Buffer.byteLength(part);
}

/** The result and the table, with as many rows as fit. */
function headWithin(room: number, report: LongReport, targets: WorstFirst): string {
  const words: RootContent[] = [
    heading(2, `${report.tool.name}: ${runHeadline(report)}`),
    paragraph(
      prose(`${runResult(summaryOf(report))}; profile ${report.profile}, `),
      code(`--fail-on ${report.failOn}`),
    ),
  ];
  const first = targets.first(Math.ceil(room / minRowLength)).map(rowOf);
  for (let rows = first.length; ; rows = Math.floor(rows / 2)) {
    const shown = first.slice(0, rows);
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
