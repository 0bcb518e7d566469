/** `--watch`: audits again when a file changes or on Enter, and shows what changed against the audit before. */

import { type Compared, compareReports } from '../../compare/comparison.ts';
import { toChanges } from '../../compare/terminal.ts';
import type { Report } from '../../report/report.ts';
import { escapeUnicode } from '../../reporters/escape.ts';
import type { ReporterName } from '../../reporters/registry.ts';
import { createStyle } from '../../reporters/terminal/style.ts';
import { UsageError } from '../../wire/usage-error.ts';
import { findFreePort } from '../exec/server-under-test.ts';
import { exitCodes } from '../exit-codes.ts';
import { notify } from '../notify.ts';
import type { ReportDestination } from '../output/destinations.ts';
import { openSink } from '../output/sinks.ts';
import type { Reporting } from '../run-audit.ts';
import { displayPath } from '../settings/paths.ts';
import type { Settings } from '../settings/resolve.ts';
import { listenForSignals } from '../signals.ts';
import { usageMessage } from '../usage-message.ts';
import { Causes } from './causes.ts';
import { watchFiles } from './file-changes.ts';

/** One audit of several. */
export interface WatchedAudit {
  /** The port in place of `{port}`: the same for all of them. */
  readonly findPort: () => Promise<number>;
  /** The first audit is reported as ever; of each later one only the files are. */
  readonly reportingOf: (reporting: Reporting) => Reporting;
}

/**
 * @param destinations of the reports
 * @param audit reads the settings anew, and audits
 * @returns the exit code of the signal that ended it
 * @throws UsageError where the first audit cannot begin
 */
export async function watchAudits(
  settings: Settings,
  destinations: readonly ReportDestination<ReporterName>[],
  audit: (watched: WatchedAudit) => Promise<number>,
): Promise<number> {
  refuseUnwatchable(settings, destinations);
  const interruption = new AbortController();
  const signals = listenForSignals(interruption);
  const causes = new Causes();
  const onEnter = (): void => causes.ask();
  const files = filesOf(settings);
  const close = await watchFiles(
    {
      folder: '.',
      files,
      except: destinations.flatMap(({ sink }) =>
        'folder' in sink ? [sink.folder] : 'file' in sink ? [sink.file] : [],
      ),
    },
    {
      onChange: (file) => causes.addFile(displayPath(file)),
      onError: ({ message }) => notify(`not all files can be watched: ${message}`),
    },
  );
  const canAsk = process.stdin.isTTY === true;
  if (canAsk) process.stdin.on('data', onEnter);
  const audits = new Audits();
  try {
    await audit(audits);
    if (signals.received === null) {
      const outside = files.map(displayPath).filter((file) => file.startsWith('../'));
      const watched = ['this folder', ...outside].join(', ');
      notify(`watching ${watched}; ${canAsk ? 'Enter audits again, ' : ''}Ctrl-C ends`);
    }
    for (;;) {
      const cause = await causes.next(interruption.signal);
      if (cause === null) break;
      showCause(cause, settings);
      await audit(audits).catch((error) => {
        if (!(error instanceof UsageError)) throw error;
        notify(usageMessage(error));
      });
    }
    return signals.received === null ? exitCodes.internal : exitCodes[signals.received];
  } finally {
    if (canAsk) process.stdin.off('data', onEnter).pause();
    await close();
    signals.stop();
  }
}

function showCause(cause: string, { args }: Settings): void {
  const { output } = openSink({ kind: 'stdout' }, args.color);
  const { paint, glyphs } = createStyle(output);
  const time = new Date().toTimeString().slice(0, 8);
  output.write(`\n${paint.bold(time)} ${glyphs.separator} ${escapeUnicode(cause)}\n`);
}

/** What they have in common. */
class Audits implements WatchedAudit {
  #port: Promise<number> | null = null;
  #before: Report | null = null;

  readonly findPort = (): Promise<number> => {
    this.#port ??= findFreePort();
    return this.#port;
  };

  readonly reportingOf = (reporting: Reporting): Reporting => {
    if (this.#before === null) return { ...reporting, onReport: (report) => this.#keep(report) };
    return {
      ...reporting,
      destinations: reporting.destinations.filter(({ sink }) => sink.kind !== 'stdout'),
      open: false,
      notices: [],
      onReport: (report, output) => {
        const before = this.#before;
        const after = this.#keep(report);
        // What an interrupted audit lacks is not a change.
        if (before !== null && !after.partial)
          output.write(toChanges(compareReports(comparedOf(before), comparedOf(after)), output));
      },
    };
  };

  /** A partial report is not compared with. */
  #keep(report: Report): Report {
    if (!report.partial) this.#before = report;
    return report;
  }
}

function comparedOf(report: Report): Compared {
  const { tool, profile, failOn, startedAt, partial } = report;
  return { side: { file: '', tool, profile, failOn, startedAt, partial }, report };
}

/** The files with settings and targets. */
function filesOf({ args, configFile, layer }: Settings): string[] {
  const targets = layer.get('targets')?.value;
  return [configFile === 'none' ? null : configFile, targets, args.baseline].filter(
    (file) => typeof file === 'string',
  );
}

/** @throws UsageError for what cannot be done again and again */
function refuseUnwatchable(
  { args, stream, layer }: Settings,
  destinations: readonly ReportDestination<ReporterName>[],
): void {
  const refuse = (problem: string): never => {
    throw new UsageError(problem, { option: 'watch' });
  };
  if (layer.get('resume') !== undefined) refuse('and --resume exclude each other: keep one of them');
  if (stream !== null)
    refuse(
      'and --targets - exclude each other: standard input can be read only once; put the targets in a file',
    );
  if (args['update-baseline'])
    refuse('and --update-baseline exclude each other: update the baseline by an audit of its own');
  const other = destinations.find(({ name, sink }) => sink.kind === 'stdout' && name !== 'terminal');
  if (other !== undefined)
    refuse(`shows changes on standard output; write the report to a file: -r ${other.name}=FILE`);
}
