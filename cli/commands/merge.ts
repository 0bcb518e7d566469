/** `handshake13 merge FILE...`: makes one report of the reports of shards, and says what is missing in it. Sends nothing. */

import type { InferredOptionTypes } from 'yargs';
import { mergeRuns } from '../../report/merge.ts';
import type { RecordedRun } from '../../report/recorded-run.ts';
import { reporterNames } from '../../reporters/registry.ts';
import { UsageError } from '../../wire/usage-error.ts';
import { exitCodes } from '../exit-codes.ts';
import { notify } from '../notify.ts';
import { auditOptions, checkValues } from '../options/audit-options.ts';
import { mergeOptions } from '../options/command-options.ts';
import { verbosityOf } from '../options/to-audit-options.ts';
import { pagesOf, readDestinations, reportsAskedFor } from '../output/destinations.ts';
import { checkOpenable } from '../output/open-in-browser.ts';
import { readRecordedRun } from '../read-recorded-run.ts';
import { recordedCommands } from '../recorded-commands.ts';
import { replayAudit } from '../run-audit.ts';

export type MergeArguments = InferredOptionTypes<typeof mergeOptions>;

/** @returns the exit code, as for an audit; 3 where something is missing */
export async function runMerge(files: readonly string[], args: MergeArguments): Promise<number> {
  checkValues(args, mergeOptions);
  const verbosity = verbosityOf(args);
  const destinations = readDestinations(
    reportsAskedFor(args, reporterNames, auditOptions.reporter.default),
    reporterNames,
  );
  checkOpenable(args.open, pagesOf(destinations));
  const runs: RecordedRun[] = [];
  const empty: string[] = [];
  for (const file of files) {
    const run = await readRecordedRun(file);
    if (run === null) empty.push(file);
    else runs.push(run);
  }
  const [first] = runs;
  if (first === undefined) throw new UsageError(`${files.join(', ')}: nothing is recorded in it yet`);
  const { missing, events } = mergeRuns(runs, empty);
  for (const one of missing) notify(one);
  const code = await replayAudit(events, {
    destinations,
    verbosity,
    color: args.color,
    open: args.open,
    isEvidenceChosen: true,
    reproduceCommand: recordedCommands(first.start.profile),
  });
  return missing.length > 0 && code !== exitCodes.usage ? exitCodes.inconclusive : code;
}
