/** Runs an audit of a client for the command line: reporters on their outputs, progress, signals, and the exit code. */

import { auditClient } from '../audit/client/client-audit.ts';
import type { ClientAuditOptions, ClientStart } from '../audit/client/client-options.ts';
import type { ClientAuditEvent } from '../report/client/client-events.ts';
import { countClients } from '../report/client/client-gate.ts';
import type { ClientReport } from '../report/client/client-report.ts';
import { ClientReportBuilder } from '../report/client/client-report-builder.ts';
import type { ClientReporter, ClientReporterOptions } from '../reporters/client/client-reporter.ts';
import { type ClientReporterName, clientReporters } from '../reporters/client/registry.ts';
import { type Attached, FanOut } from '../reporters/fan-out.ts';
import { exitCodes } from './exit-codes.ts';
import { notify } from './notify.ts';
import { type ClientProgress, createClientProgress } from './output/client-progress.ts';
import type { ColorChoice } from './output/color-choice.ts';
import type { ReportDestination } from './output/destinations.ts';
import { openSink } from './output/sinks.ts';
import { runExitCode } from './run-exit-code.ts';
import { listenForSignals } from './signals.ts';

/** A run that reports events. */
type Run = AsyncIterable<ClientAuditEvent> | Iterable<ClientAuditEvent>;

export interface ClientReporting extends Omit<ClientReporterOptions, 'output'> {
  readonly destinations: readonly ReportDestination<ClientReporterName>[];
  readonly color: ColorChoice;
  /** Gets the report when every reporter is done, and returns the exit code in place of the run's own. */
  readonly settle?: (report: ClientReport) => Promise<number>;
}

/** @returns the exit code; throws UsageError where nothing was started */
export async function runClientAudit(
  start: ClientStart,
  options: ClientAuditOptions,
  reporting: ClientReporting,
): Promise<number> {
  const attached = await attachAll(reporting);
  const interruption = new AbortController();
  const signals = listenForSignals(interruption);
  try {
    const run = auditClient(start, { ...options, signal: interruption.signal });
    const code = await reportAll(run, attached, createClientProgress(process.stderr), reporting);
    return signals.received === null ? code : exitCodes[signals.received];
  } finally {
    signals.stop();
  }
}

/** Reports the events of a run. @returns its exit code */
export async function reportClientRun(
  run: Run,
  reporting: ClientReporting,
  progress: ClientProgress,
): Promise<number> {
  return reportAll(run, await attachAll(reporting), progress, reporting);
}

async function reportAll(
  run: Run,
  attached: readonly Attached<ClientReporter>[],
  progress: ClientProgress,
  { settle }: Pick<ClientReporting, 'settle'>,
): Promise<number> {
  const fanOut = new FanOut(attached);
  const builder = new ClientReportBuilder();
  for await (const event of run) {
    builder.add(event);
    progress.show(event);
    const report = event.type === 'run-end' ? builder.build() : null;
    if (report !== null) progress.end();
    await fanOut.hand((reporter) => handTo(reporter, event, report), report !== null);
  }
  progress.end();
  const errors = [...fanOut.failures];
  const report = builder.build();
  let code = runExitCode({ ...report, counts: countClients(report.clients, report) });
  try {
    code = (await settle?.(report)) ?? code;
  } catch (error) {
    errors.push(`the baseline could not be written: ${error instanceof Error ? error.message : error}`);
  }
  for (const error of errors) notify(error);
  return errors.length > 0 && code !== exitCodes.findings ? exitCodes.usage : code;
}

function handTo(
  reporter: ClientReporter,
  event: ClientAuditEvent,
  report: ClientReport | null,
): void | Promise<void> {
  switch (reporter.needs) {
    case 'events':
      return reporter.onEvent(event);
    case 'report':
      return report === null ? undefined : reporter.onReport(report);
  }
}

/** Where no report goes to standard output, the result does all the same, unless nothing is wanted there. */
async function attachAll(reporting: ClientReporting): Promise<Attached<ClientReporter>[]> {
  const { destinations, verbosity, color } = reporting;
  const attached = await Promise.all(
    destinations.map(async ({ name, sink }) => {
      const create = await clientReporters[name]();
      const { output, finish, discard } = openSink(sink, color);
      const reporter = create({ ...reporting, output });
      return { name: 'file' in sink ? `${name}=${sink.file}` : name, reporter, finish, discard };
    }),
  );
  if (destinations.some(({ sink }) => sink.kind === 'stdout') || verbosity === 'quiet') return attached;
  const { output, finish, discard } = openSink({ kind: 'stdout' }, color);
  const create = await clientReporters.terminal();
  const reporter = create({ ...reporting, verbosity: 'quiet', output });
  return [...attached, { name: 'result', reporter, finish, discard }];
}
