/** `handshake13 diff BEFORE.json AFTER.json`: what got worse and what got better between two audits. */

import type { InferredOptionTypes } from 'yargs';
import { rescoredReport } from '../../audit/rescore.ts';
import { type Compared, type Comparison, compareReports } from '../../compare/comparison.ts';
import { formatNames, formats } from '../../compare/formats.ts';
import { UsageError } from '../../wire/usage-error.ts';
import { diffOptions } from '../commands.ts';
import { exitCodes } from '../exit-codes.ts';
import { checkValues } from '../options.ts';
import { readDestinations } from '../outputs.ts';
import { readReportFile } from '../report-file.ts';
import { openSink } from '../sinks.ts';

export type DiffArguments = InferredOptionTypes<typeof diffOptions>;

/** @returns the exit code */
export async function runDiff(before: string, after: string, args: DiffArguments): Promise<number> {
  checkValues(args, diffOptions);
  const destinations = readDestinations(args.reporter, formatNames);
  const comparison = compareFiles(before, after);
  for (const { name, sink } of destinations) {
    const format = await formats[name]();
    const { output, finish } = openSink(sink, args.color);
    output.write(format(comparison, output));
    await finish().catch((error: Error) => {
      const where = 'file' in sink ? ` to ${sink.file}` : '';
      throw new UsageError(`the comparison could not be written${where}: ${error.message}`);
    });
  }
  return exitCodeOf(comparison);
}

/** Both are judged anew, by AFTER's rules: what differs then differs in what the servers answered. */
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

function exitCodeOf({ kind }: Comparison): number {
  if (kind === 'worse') return exitCodes.findings;
  return kind === 'unclear' ? exitCodes.inconclusive : exitCodes.conformant;
}
