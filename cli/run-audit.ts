/** Runs an audit for the command line: reporters on their outputs, progress, signals, and the exit code. */

import { setFlagsFromString } from 'node:v8';
import { AuditRun } from '../audit/audit.ts';
import type { AuditOptions } from '../audit/plan/options.ts';
import { planAudit } from '../audit/plan/plan.ts';
import type { TargetsGiven } from '../audit/plan/targets.ts';
import type { AuditEvent } from '../report/events.ts';
import type { RecordedRun } from '../report/recorded-run.ts';
import type { LongReport, Report } from '../report/report.ts';
import { type AttachedReporter, dispatchTo } from '../reporters/dispatch.ts';
import { type ReporterName, reporters } from '../reporters/registry.ts';
import type { Output, ReporterOptions } from '../reporters/reporter.ts';
import { ownFailure } from '../scoring/answer.ts';
import { redactQuoted } from '../wire/redaction/redactor.ts';
import type { ServerUnderTest } from './exec/server-under-test.ts';
import { exitCodes } from './exit-codes.ts';
import { notify } from './notify.ts';
import type { ColorChoice } from './output/color-choice.ts';
import { pagesOf, type ReportDestination } from './output/destinations.ts';
import { openInBrowser } from './output/open-in-browser.ts';
import { createProgress } from './output/progress.ts';
import { openSink } from './output/sinks.ts';
import type { QueuedAudit } from './queued-audit.ts';
import { withEarlierEvents } from './resumed-events.ts';
import { runExitCode } from './run-exit-code.ts';
import { listenForSignals } from './signals.ts';

export interface Reporting extends Omit<ReporterOptions, 'output'> {
  readonly destinations: readonly ReportDestination<ReporterName>[];
  readonly color: ColorChoice;
  /** Open the pages among the reports in the browser. */
  readonly open?: boolean;
  /** Whether somebody asked for this much evidence; else a line says so where a report holds less than all. */
  readonly isEvidenceChosen?: boolean;
  /** An earlier run whose targets that ended are in the reports; null or absent: none. */
  readonly earlier?: RecordedRun | null;
  /** Lines for standard error when the audit has begun. */
  readonly notices?: readonly string[];
  /** Starts the server that is audited; it is stopped when the audit is over. */
  readonly startServer?: (signal: AbortSignal) => Promise<ServerUnderTest>;
  /** URL of the Redis server whose workers audit the targets. */
  readonly queue?: string | undefined;
  /** Gets the report, and may write to standard output, before the result line. */
  readonly onReport?: (report: Report, output: Output) => void;
  /** Gets the report when every reporter is done, and returns the exit code in place of the run's own. */
  readonly settle?: (report: Report) => Promise<number>;
}

/** @returns the exit code; throws UsageError where nothing was sent */
export async function runAudit(
  targets: TargetsGiven,
  options: AuditOptions,
  reporting: Reporting,
): Promise<number> {
  const { earlier = null } = reporting;
  let onReplayed = (): void => {};
  const replayed = new Promise<void>((resolve) => {
    onReplayed = resolve;
  });
  if (earlier === null) onReplayed();
  const attached = await attachAll(reporting, replayed);
  // V8's defaults let garbage grow to a multiple of what is in use, and from Node.js 24 on the young generation to 100 MB.
  // Set after everything is loaded: loading would be slower.
  setFlagsFromString('--heap-growing-percent=30');
  setFlagsFromString('--semi-space-growth-factor=1');
  const interruption = new AbortController();
  const signals = listenForSignals(interruption);
  let server: ServerUnderTest | undefined;
  let queued: QueuedAudit | undefined;
  try {
    server = await reporting.startServer?.(interruption.signal);
    const plan = planAudit(targets, { ...options, signal: interruption.signal });
    if (reporting.queue !== undefined) {
      const { openQueue } = await import('./queued-audit.ts');
      queued = await openQueue(reporting.queue, plan, options);
    }
    const run = new AuditRun(queued?.plan ?? plan, queued?.delegate);
    for (const notice of reporting.notices ?? []) notify(notice);
    const events = earlier === null ? run : withEarlierEvents(run, earlier, onReplayed);
    const code = await reportAll(events, attached, {
      ...reporting,
      redact: (text) => redactQuoted(text, options.secrets ?? []),
    });
    for (const line of server?.describeEnd() ?? []) notify(line);
    return signals.received === null ? code : exitCodes[signals.received];
  } finally {
    await queued?.delegate.close();
    await server?.stop();
    signals.stop();
  }
}

/** Their readers may look for the bytes of any exchange. */
const proofReporters: readonly ReporterName[] = ['html', 'json', 'ndjson'];

/** Reports an audit that was recorded. @returns the exit code */
export async function replayAudit(
  events: Iterable<AuditEvent> | AsyncIterable<AuditEvent>,
  reporting: Reporting,
): Promise<number> {
  return reportAll(events, await attachAll(reporting), reporting);
}

async function reportAll(
  events: Iterable<AuditEvent> | AsyncIterable<AuditEvent>,
  attached: readonly AttachedReporter[],
  {
    settle,
    destinations,
    open = false,
    isEvidenceChosen = false,
    redact = (text) => text,
  }: Pick<Reporting, 'settle' | 'destinations' | 'open' | 'isEvidenceChosen'> & {
    readonly redact?: (text: string) => string;
  },
): Promise<number> {
  // The whole report is kept for the baseline, and only for it.
  const kept: Report[] = [];
  const keepReport: AttachedReporter = {
    name: 'baseline',
    reporter: {
      needs: 'report',
      onReport: (report) => void kept.push(wholeOf(report)),
    },
    finish: async () => {},
    discard: async () => {},
  };
  const dispatcher = dispatchTo(settle === undefined ? attached : [...attached, keepReport]);
  const progress = createProgress(process.stderr);
  let ownError: string | null = null;
  const isForProofs = destinations.some(({ name }) => proofReporters.includes(name));
  for await (const event of events) {
    if (event.type === 'run-start' && event.evidence !== 'all' && isForProofs && !isEvidenceChosen)
      notify('only the bytes of failures are kept; --evidence all keeps those of all exchanges');
    progress.pause(event);
    await dispatcher.onEvent(event);
    progress.show(event);
    if (event.type === 'invalid-target') notify(redact(event.problem));
    if (event.type === 'probe') ownError ??= ownFailure(event.probe.exchange);
  }
  progress.end();
  const errors = [...dispatcher.failures];
  let code = runExitCode(dispatcher.summary());
  const [report] = kept;
  if (settle !== undefined && report !== undefined) {
    try {
      code = await settle(report);
    } catch (error) {
      errors.push(`the baseline could not be written: ${error instanceof Error ? error.message : error}`);
    }
  }
  for (const error of errors) notify(redact(error));
  if (open && errors.length === 0)
    await openInBrowser(pagesOf(destinations), (problem) => notify(redact(problem)));
  if (ownError === 'EMFILE' || ownError === 'ENFILE')
    notify(
      `some connections had no file descriptor (${ownError}): raise ulimit -n, or lower --max-connections`,
    );
  else if (ownError !== null)
    notify(`some connections could not be opened on this machine (${ownError}): lower --max-connections`);
  return errors.length > 0 && code !== exitCodes.findings ? exitCodes.usage : code;
}

/** The report with all targets in memory. */
function wholeOf(report: LongReport): Report {
  return { ...report, targets: [...report.targets] };
}

/** Where no report goes to standard output, the result does all the same, unless nothing is wanted there. */
async function attachAll(
  reporting: Reporting,
  replayed: Promise<void> = Promise.resolve(),
): Promise<AttachedReporter[]> {
  const { destinations, onReport, verbosity, color } = reporting;
  const attached = await Promise.all(
    destinations.map((destination) => attach(destination, reporting, replayed)),
  );
  const { output, ...sink } = openSink({ kind: 'stdout' }, color);
  if (onReport !== undefined)
    attached.push({
      name: 'changes',
      reporter: { needs: 'report', onReport: (report) => onReport(wholeOf(report), output) },
      ...sink,
    });
  const isUsed = destinations.some(({ sink: { kind } }) => kind === 'stdout');
  if (isUsed || (verbosity === 'quiet' && onReport === undefined)) return attached;
  const { createResultLineReporter } = await import('../reporters/result-line.ts');
  return [
    ...attached,
    { name: 'result', reporter: createResultLineReporter({ ...reporting, output }), ...sink },
  ];
}

async function attach(
  { name, sink }: ReportDestination<ReporterName>,
  reporting: Reporting,
  replayed: Promise<void>,
): Promise<AttachedReporter> {
  const create = await reporters[name].load();
  const { output, finish, discard } = openSink(sink, reporting.color, replayed);
  return {
    name: 'file' in sink ? `${name}=${sink.file}` : name,
    reporter: create({ ...reporting, output }),
    finish,
    discard,
  };
}
