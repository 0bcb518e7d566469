/** Runs an audit for the command line: reporters on their outputs, progress, signals, and the exit code. */

import { setFlagsFromString } from 'node:v8';
import { audit } from '../audit/audit.ts';
import type { AuditOptions, TargetsGiven } from '../audit/plan/options.ts';
import type { AuditEvent } from '../report/events.ts';
import type { Report, TargetReport } from '../report/report.ts';
import { ReportBuilder } from '../report/report-builder.ts';
import { type ReporterName, reporters } from '../reporters/registry.ts';
import type { Reporter, ReporterOptions } from '../reporters/reporter.ts';
import { redactQuoted } from '../wire/redaction/redactor.ts';
import { exitCodes } from './exit-codes.ts';
import type { ColorChoice } from './output/color-choice.ts';
import type { ReportDestination } from './output/destinations.ts';
import { createProgress } from './output/progress.ts';
import { type OpenSink, openSink } from './output/sinks.ts';
import { reportExitCode } from './report-exit-code.ts';
import { listenForSignals } from './signals.ts';

export interface Reporting extends Omit<ReporterOptions, 'output'> {
  readonly destinations: readonly ReportDestination<ReporterName>[];
  readonly color: ColorChoice;
  /** Takes the report when every reporter is done, and tells the exit code instead of what the report alone says. */
  readonly settle?: (report: Report) => Promise<number>;
}

/** A reporter with the place that its text goes to. */
interface Attached extends Pick<OpenSink, 'finish' | 'discard'> {
  readonly reporter: Reporter;
  readonly name: string;
}

/** @returns the exit code; throws UsageError where nothing was sent */
export async function runAudit(
  targets: TargetsGiven,
  options: AuditOptions,
  reporting: Reporting,
): Promise<number> {
  const attached = await attachAll(reporting);
  // By itself V8 lets garbage pile up to a multiple of what is in use. Not before all is loaded: it would load slower.
  setFlagsFromString('--heap-growing-percent=30');
  const interruption = new AbortController();
  const signals = listenForSignals(interruption);
  try {
    const run = audit(targets, { ...options, signal: interruption.signal });
    if (options.tls?.insecure === true)
      process.stderr.write('handshake13: --insecure: TLS certificates are not checked\n');
    const code = await reportAll(run, attached, {
      ...(reporting.settle !== undefined && { settle: reporting.settle }),
      mask: (complaint) => redactQuoted(complaint, options.secrets ?? []),
    });
    return signals.received === null ? code : exitCodes[signals.received];
  } finally {
    signals.stop();
  }
}

/** Reports an audit that was recorded. @returns the exit code */
export async function replayAudit(events: Iterable<AuditEvent>, reporting: Reporting): Promise<number> {
  return reportAll(events, await attachAll(reporting));
}

async function reportAll(
  events: Iterable<AuditEvent> | AsyncIterable<AuditEvent>,
  attached: readonly Attached[],
  {
    settle = async (report) => reportExitCode(report),
    mask = (complaint) => complaint,
  }: Pick<Reporting, 'settle'> & { readonly mask?: (complaint: string) => string } = {},
): Promise<number> {
  const { report, complaints } = await drive(events, attached);
  const code = await settle(report).catch((error: Error) => {
    complaints.push(`the baseline could not be written: ${error.message}`);
    return reportExitCode(report);
  });
  for (const complaint of complaints) process.stderr.write(`handshake13: ${mask(complaint)}\n`);
  return complaints.length > 0 && code !== exitCodes.findings ? exitCodes.usage : code;
}

function attachAll(reporting: Reporting): Promise<Attached[]> {
  return Promise.all(reporting.destinations.map((destination) => attach(destination, reporting)));
}

/** Hands every event to every reporter; one that fails is left out from then on, and complained about. */
async function drive(
  events: Iterable<AuditEvent> | AsyncIterable<AuditEvent>,
  attached: readonly Attached[],
): Promise<{ report: Report; complaints: string[] }> {
  const builder = new ReportBuilder();
  const failures = new Map<Attached, string>();
  const forEach = (action: (one: Attached) => void | Promise<void>): Promise<unknown> =>
    Promise.all(
      attached.map(async (one) => {
        if (failures.has(one)) return;
        try {
          await action(one);
        } catch (error) {
          failures.set(one, error instanceof Error ? error.message : String(error));
          await one.discard();
        }
      }),
    );
  const progress = createProgress(process.stderr);
  for await (const event of events) {
    const target = builder.add(event);
    progress.pause(event);
    const tell = tellingOf(event, target, builder);
    await forEach(async ({ reporter, finish }) => {
      await tell(reporter);
      if (event.type === 'run-end') await finish();
    });
    progress.show(event);
  }
  progress.end();
  const complaints = attached
    .filter((one) => failures.has(one))
    .map((one) => `the report "${one.name}" could not be written: ${failures.get(one)}`);
  return { report: builder.build(), complaints };
}

/** How reporters are told of an event; the target and the report behind it are put together once for all of them. */
function tellingOf(
  event: AuditEvent,
  target: TargetReport | null,
  builder: ReportBuilder,
): (reporter: Reporter) => void | Promise<void> {
  switch (event.type) {
    case 'run-start':
      return (reporter) => reporter.onRunStart?.(event);
    case 'target-start':
      return (reporter) => reporter.onTargetStart?.(event);
    case 'probe':
      return (reporter) => reporter.onProbe?.(event);
    case 'target-end':
      return (reporter) => (target === null ? undefined : reporter.onTargetEnd?.(event, target));
    case 'run-end': {
      const report = builder.build();
      return (reporter) => reporter.onRunEnd?.(event, report);
    }
    case 'waiting':
      return () => {};
  }
}

async function attach(
  { name, sink }: ReportDestination<ReporterName>,
  reporting: Reporting,
): Promise<Attached> {
  const create = await reporters[name].load();
  const { output, finish, discard } = openSink(sink, reporting.color);
  return {
    name: 'file' in sink ? `${name}=${sink.file}` : name,
    reporter: create({ ...reporting, output }),
    finish,
    discard,
  };
}
