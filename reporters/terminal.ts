/** The report for people: the probes of each target, its findings, and its result in one line. */

import type { TargetReport } from '../report/report.ts';
import { profiles } from '../scoring/profiles.ts';
import { escapeBytes } from './escape.ts';
import type { CreateReporter } from './reporter.ts';
import { runResult } from './run-verdict.ts';
import { targetNotes } from './target-notes.ts';
import { findingLines } from './terminal/findings.ts';
import { knownLines, unexpectedPassLines } from './terminal/known.ts';
import { needsAttention, targetResult } from './terminal/result.ts';
import { createStyle, type Style } from './terminal/style.ts';
import { legend, probeTable } from './terminal/table.ts';

function targetHeading({ url, label }: TargetReport, { paint, prose }: Style): string {
  return label === null ? paint.bold.underline(url) : `${paint.bold(prose(label))} ${paint.underline(url)}`;
}

/** Where the connections went, unless the URL says so. */
function addressLines({ url, address }: TargetReport, { paragraph }: Style): string[] {
  const host = url.split('/')[2]?.replace(/:\d+$/, '');
  return address === null || host === address || host === `[${address}]`
    ? []
    : paragraph('address ', escapeBytes(address));
}

/** Probes whose attempts disagree, each with its answers. */
function unstableLines({ probes }: TargetReport, { paint, paragraph }: Style): string[] {
  const lines = probes.flatMap(({ id, unstable }) =>
    unstable === null ? [] : paragraph(`${paint.yellow('unstable')} ${id}: `, escapeBytes(unstable)),
  );
  return lines.length === 0 ? [] : ['', ...lines];
}

export const createTerminalReporter: CreateReporter = ({ output, verbosity, reproduceCommand }) => {
  const style = createStyle(output);
  const { paint, glyphs } = style;
  const print = (lines: readonly string[]): void => output.write(`${lines.join('\n')}\n`);
  const isQuiet = verbosity === 'quiet';
  /** The results of targets that explain the run's, repeated at the end: their first place may be far above. */
  const repeated: string[] = [];
  return {
    needs: 'targets',
    onRunStart({ tool, profile }) {
      if (isQuiet) return;
      print([
        ...style.paragraph(
          `${paint.bold(`${tool.name} ${tool.version}`)} ${glyphs.separator} `,
          `profile ${profile}: ${profiles[profile].title}`,
        ),
        ...style.paragraph('', paint.dim(legend.join(` ${glyphs.separator} `))),
      ]);
    },
    onTarget(target) {
      const result = targetResult(target, style);
      if (isQuiet) {
        print([result]);
        return;
      }
      if (needsAttention(target)) repeated.push(result);
      const rule = paint.dim(glyphs.rule.repeat(Math.min(style.columns, 110)));
      const { advertised, accepted } = target.versions;
      const versions = style.paragraph(
        'versions ',
        `advertised: ${advertised.join(', ') || 'none'}; accepted: ${accepted.join(', ') || 'none'}`,
      );
      print([
        '',
        ...style.paragraph('', targetHeading(target, style)),
        ...addressLines(target, style),
        ...(target.proxy === null ? [] : style.paragraph('proxy ', target.proxy)),
        ...targetNotes(target).flatMap((warning) =>
          style.paragraph(`${paint.yellow('warning')} `, escapeBytes(warning)),
        ),
        ...probeTable(target.probes, style, verbosity === 'verbose'),
        ...unstableLines(target, style),
        ...findingLines(target, style, reproduceCommand),
        ...knownLines(target, style),
        ...unexpectedPassLines(target, style),
        '',
        rule,
        ...(target.score.percent === null ? [] : versions.map((line) => paint.dim(line))),
        result,
      ]);
    },
    onRunEnd(run) {
      const { targets } = run.summary;
      if (targets < 2 && !run.partial) return;
      print([...(isQuiet ? [] : ['']), ...(targets < 2 ? [] : repeated), runResult(run)]);
    },
  };
};
