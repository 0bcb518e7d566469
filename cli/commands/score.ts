/** `handshake13 score REPORT.json`: judges the recorded exchanges of a report again, and sends nothing. */

import type { InferredOptionTypes } from 'yargs';
import { rescore } from '../../report/rescore.ts';
import { reporterNames } from '../../reporters/registry.ts';
import { auditOptions, checkValues } from '../options/audit-options.ts';
import { scoreOptions } from '../options/command-options.ts';
import { verbosityOf } from '../options/to-audit-options.ts';
import { pagesOf, readDestinations, reportsAskedFor } from '../output/destinations.ts';
import { checkOpenable } from '../output/open-in-browser.ts';
import { readReportFile } from '../read-report-file.ts';
import { RecordedCommands } from '../recorded-commands.ts';
import { replayAudit } from '../run-audit.ts';

export type ScoreArguments = InferredOptionTypes<typeof scoreOptions>;

/** @returns the exit code, as for an audit */
export async function runScore(file: string, args: ScoreArguments): Promise<number> {
  checkValues(args, scoreOptions);
  const verbosity = verbosityOf(args);
  const destinations = readDestinations(
    reportsAskedFor(args, reporterNames, auditOptions.reporter.default),
    reporterNames,
  );
  checkOpenable(args.open, pagesOf(destinations));
  const recorded = readReportFile(file);
  const { profile = recorded.profile, 'fail-on': failOn = recorded.failOn } = args;
  const commands = new RecordedCommands(profile);
  return replayAudit(commands.noting(rescore(recorded, { profile, failOn })), {
    destinations,
    verbosity,
    color: args.color,
    open: args.open,
    reproduceCommand: commands.reproduce,
  });
}
