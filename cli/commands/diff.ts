/** `handshake13 diff BEFORE.json AFTER.json`: what got worse and what got better between two audits. */

import type { InferredOptionTypes } from 'yargs';
import { type Compared, type Comparison, compareReports } from '../../compare/comparison.ts';
import type { Format } from '../../compare/format.ts';
import { formatNames, formats } from '../../compare/formats.ts';
import { rescoredReport } from '../../report/rescore.ts';
import { UsageError } from '../../wire/usage-error.ts';
import { exitCodes } from '../exit-codes.ts';
import { notify } from '../notify.ts';
import { auditOptions, checkValues } from '../options/audit-options.ts';
import { diffOptions } from '../options/command-options.ts';
import { pagesOf, readDestinations, reportsAskedFor } from '../output/destinations.ts';
import { checkOpenable, openInBrowser } from '../output/open-in-browser.ts';
import { openSink, type Sink } from '../output/sinks.ts';
import { readReportFile } from '../read-report-file.ts';

export type DiffArguments = InferredOptionTypes<typeof diffOptions>;

/** @returns the exit code */
export async function runDiff(before: string, after: string, args: DiffArguments): Promise<number> {
  checkValues(args, diffOptions);
  const destinations = readDestinations(
    reportsAskedFor(args, formatNames, auditOptions.reporter.default),
    formatNames,
  );
  checkOpenable(args.open, pagesOf(destinations));
  const comparison = compareFiles(before, after);
  const write = async (format: Format, sink: Sink): Promise<void> => {
    const { output, finish } = openSink(sink, args.color);
    output.write(format(comparison, output));
    await finish().catch((error: Error) => {
      const where = 'file' in sink ? ` to ${sink.file}` : '';
      throw new UsageError(`the comparison could not be written${where}: ${error.message}`);
    });
  };
  for (const { name, sink } of destinations) await write(await formats[name](), sink);
  if (!destinations.some(({ sink }) => sink.kind === 'stdout')) {
    const { toResultLine } = await import('../../compare/terminal.ts');
    await write(toResultLine, { kind: 'stdout' });
  }
  if (args.open) await openInBrowser(pagesOf(destinations), notify);
  return exitCodeOfComparison(comparison);
}

/** Both are judged again, by AFTER's rules, so that only changed responses count as differences. */
function compareFiles(before: string, after: string): Comparison {
  const [earlier, later] = [before, after].map((file) => ({ file, recorded: readReportFile(file) }));
  if (earlier === undefined || later === undefined) throw new Error('a comparison takes two reports');
  const { profile, failOn } = later.recorded;
  const judge = ({ file, recorded }: typeof later): Compared => {
    const { tool, profile: own, failOn: ownFailOn, startedAt, partial } = recorded;
    return {
      side: { file, tool, profile: own, failOn: ownFailOn, startedAt, partial },
      report: rescoredReport(recorded, { profile, failOn }),
    };
  };
  return compareReports(judge(earlier), judge(later));
}

function exitCodeOfComparison({ kind }: Comparison): number {
  if (kind === 'worse') return exitCodes.findings;
  return kind === 'unclear' ? exitCodes.inconclusive : exitCodes.conformant;
}
