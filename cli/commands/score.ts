/** `handshake13 score REPORT.json`: judges the recorded exchanges of a report again, and sends nothing. */

import type { InferredOptionTypes } from 'yargs';
import { mergeClients } from '../../report/client/merge-clients.ts';
import type { RecordedClientReport } from '../../report/client/parse-client-report.ts';
import { rescore } from '../../report/rescore.ts';
import { clientReporterNames } from '../../reporters/client/registry.ts';
import { reporterNames } from '../../reporters/registry.ts';
import type { Verbosity } from '../../reporters/reporter.ts';
import { UsageError } from '../../wire/usage-error.ts';
import { notify } from '../notify.ts';
import { auditOptions, checkValues } from '../options/audit-options.ts';
import { scoreOptions } from '../options/command-options.ts';
import { verbosityOf } from '../options/to-audit-options.ts';
import { pagesOf, readDestinations, reportsAskedFor } from '../output/destinations.ts';
import { checkOpenable, openInBrowser } from '../output/open-in-browser.ts';
import { readReportFiles } from '../read-report-file.ts';
import { recordedCommands } from '../recorded-commands.ts';
import { replayAudit } from '../run-audit.ts';
import { reportClientRun } from '../run-client-audit.ts';

export type ScoreArguments = InferredOptionTypes<typeof scoreOptions>;

/** @returns the exit code, as for an audit */
export async function runScore(files: readonly string[], args: ScoreArguments): Promise<number> {
  checkValues(args, scoreOptions);
  const verbosity = verbosityOf(args);
  const read = readReportFiles(files);
  if ('clients' in read) return showClients(read.clients, verbosity, args);
  const recorded = read.servers;
  const destinations = readDestinations(
    reportsAskedFor(args, reporterNames, auditOptions.reporter.default),
    reporterNames,
  );
  checkOpenable(args.open, pagesOf(destinations));
  const { profile = recorded.profile, 'fail-on': failOn = recorded.failOn } = args;
  return replayAudit(rescore(recorded, { profile, failOn }), {
    destinations,
    verbosity,
    color: args.color,
    open: args.open,
    reproduceCommand: recordedCommands(profile),
  });
}

/** Clients are shown as they were judged, those of all reports together. */
async function showClients(
  reports: readonly [RecordedClientReport, ...RecordedClientReport[]],
  verbosity: Verbosity,
  args: ScoreArguments,
): Promise<number> {
  if (args.profile !== undefined)
    throw new UsageError('does not apply to clients, which are shown as they were judged', {
      option: 'profile',
    });
  const destinations = readDestinations(
    reportsAskedFor(args, clientReporterNames, ['terminal']),
    clientReporterNames,
  );
  checkOpenable(args.open, pagesOf(destinations));
  const code = await reportClientRun(
    mergeClients(reports, args['fail-on']),
    { destinations, verbosity, color: args.color, recheckCommand: () => null },
    { show: () => {}, end: () => {} },
  );
  if (args.open) await openInBrowser(pagesOf(destinations), notify);
  return code;
}
