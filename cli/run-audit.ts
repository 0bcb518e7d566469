/** Runs an audit for the command line: reporters on their outputs, progress, signals, and the exit code. */

import { type AuditRun, audit } from '../audit/audit.ts';
import type { AuditEvent } from '../audit/events.ts';
import type { AuditOptions, TargetsGiven } from '../audit/options.ts';
import { type Report, ReportBuilder } from '../audit/report.ts';
import { reporters } from '../reporters/registry.ts';
import type { Reporter, ReporterOptions } from '../reporters/reporter.ts';
import { maskMessage } from '../wire/secrets.ts';
import { abilitiesOf, type ColorChoice } from './environment.ts';
import { exitCodeOf, exitCodes } from './exit-codes.ts';
import { type ReportDestination, writeReport } from './outputs.ts';
import { createProgress } from './progress.ts';

export interface Reporting extends Pick<ReporterOptions, 'verbosity' | 'repeatCommand'> {
  readonly destinations: readonly ReportDestination[];
  readonly color: ColorChoice;
}

/** A reporter with the place that its text goes to. */
interface Attached {
  readonly reporter: Reporter;
  readonly name: string;
  /** Writes what was held back for a file. */
  readonly flush: () => Promise<void>;
}

/** @returns the exit code; throws UsageError where nothing was sent */
export async function runAudit(
  targets: TargetsGiven,
  options: AuditOptions,
  reporting: Reporting,
): Promise<number> {
  const attached = await Promise.all(
    reporting.destinations.map((destination) => attach(destination, reporting)),
  );
  const interruption = new AbortController();
  const signals = listenForSignals(interruption);
  try {
    const run = audit(targets, { ...options, signal: interruption.signal });
    if (options.tls?.insecure === true)
      process.stderr.write('handshake13: --insecure: TLS certificates are not checked\n');
    const { report, complaints } = await drive(run, attached);
    for (const complaint of complaints)
      process.stderr.write(`handshake13: ${maskMessage(complaint, options.secrets ?? [])}\n`);
    if (signals.received !== null) return exitCodes[signals.received];
    const code = exitCodeOf(report);
    return complaints.length > 0 && code !== exitCodes.findings ? exitCodes.usage : code;
  } finally {
    signals.stop();
  }
}

/** Hands every event to every reporter; one that fails is left out from then on, and complained about. */
async function drive(
  run: AuditRun,
  attached: readonly Attached[],
): Promise<{ report: Report; complaints: string[] }> {
  const builder = new ReportBuilder();
  const complaints: string[] = [];
  const failed = new Set<Attached>();
  const guard = async (one: Attached, action: () => void | Promise<void>): Promise<void> => {
    if (failed.has(one)) return;
    try {
      await action();
    } catch (error) {
      failed.add(one);
      complaints.push(
        `the report "${one.name}" could not be written: ${error instanceof Error ? error.message : error}`,
      );
    }
  };
  const progress = createProgress(process.stderr);
  for await (const event of run) {
    builder.add(event);
    progress.pause(event);
    for (const one of attached) await guard(one, () => tell(one.reporter, event, builder));
    progress.show(event);
  }
  progress.end();
  for (const one of attached) await guard(one, one.flush);
  return { report: builder.build(), complaints };
}

function tell(reporter: Reporter, event: AuditEvent, builder: ReportBuilder): void {
  switch (event.type) {
    case 'run-start':
      reporter.onRunStart?.(event);
      break;
    case 'target-start':
      reporter.onTargetStart?.(event);
      break;
    case 'probe':
      reporter.onProbe?.(event);
      break;
    case 'target-end': {
      const target = builder.target(event.target);
      if (target !== null) reporter.onTargetEnd?.(event, target);
      break;
    }
    case 'run-end':
      reporter.onRunEnd?.(event, builder.build());
  }
}

async function attach(
  { name, file }: ReportDestination,
  { verbosity, repeatCommand, color }: Reporting,
): Promise<Attached> {
  const create = await reporters[name].load();
  if (file === null) {
    const output = {
      ...abilitiesOf(process.stdout, color),
      write: (text: string) => void process.stdout.write(text),
    };
    return { name, reporter: create({ output, verbosity, repeatCommand }), flush: async () => {} };
  }
  const held: string[] = [];
  const plain = {
    columns: 100,
    colorLevel: 0,
    unicode: true,
    write: (text: string) => void held.push(text),
  } as const;
  return {
    name: `${name}=${file}`,
    reporter: create({ output: plain, verbosity, repeatCommand }),
    flush: () => writeReport(file, held.join('')),
  };
}

interface Signals {
  readonly received: 'SIGINT' | 'SIGTERM' | null;
  readonly stop: () => void;
}

/** The first signal ends the audit with what was finished; a second one ends the process without ceremony. */
function listenForSignals(interruption: AbortController): Signals {
  let received: Signals['received'] = null;
  const onSignal = (signal: 'SIGINT' | 'SIGTERM'): void => {
    if (received !== null) {
      // Not process.exit(), which waits for a file operation that hangs, such as a pipe that nobody reads.
      process.removeAllListeners(signal);
      process.kill(process.pid, signal);
    }
    received = signal;
    interruption.abort();
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  return {
    get received() {
      return received;
    },
    stop: () => {
      process.off('SIGINT', onSignal);
      process.off('SIGTERM', onSignal);
    },
  };
}
