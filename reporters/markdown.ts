/** A summary in Markdown, for pull requests, job summaries and wikis: first what is wrong, then how to fix it. */

import type { RootContent } from 'mdast';
import type { LongReport, TargetReport, TargetSequence } from '../report/report.ts';
import { summaryOf } from '../report/run-summary.ts';
import { code, heading, paragraph, prose, render, table } from './markdown/nodes.ts';
import { usualRoom, withinRoom } from './markdown/room.ts';
import { rowOf, sectionsOf, tableHead } from './markdown/target.ts';
import type { CreateReporter } from './reporter.ts';
import { runHeadline, runResult } from './run-verdict.ts';

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
    const { room = usualRoom } = output;
    const targets = new WorstFirst(report.targets);
    const head = headWithin(room / 2, report, targets);
    output.write(withinRoom(head, sectionsOf(targets, reproduceCommand), room, 'target'));
  },
});

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
