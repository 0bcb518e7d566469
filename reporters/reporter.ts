/** What a reporter is: a plain consumer. It declares what it needs, and sees nothing else. */

import type { AuditEvent, RunStart } from '../report/events.ts';
import type { LongReport, TargetReport } from '../report/report.ts';
import type { RunSummary } from '../report/run-summary.ts';

/** Needs each event as it happens, and no report. */
export interface EventReporter {
  readonly needs: 'events';
  /** May be asynchronous; the next event waits for it. */
  onEvent(event: AuditEvent): void | Promise<void>;
}

/** Needs each target when it is finished; keeps only what it has to. */
export interface TargetReporter {
  readonly needs: 'targets';
  onRunStart(event: RunStart): void;
  /**
   * Targets end in any order.
   *
   * @param target its probes are in the order of the catalogue
   * @param index its place in the list of the run, from 0
   */
  onTarget(target: TargetReport, index: number): void;
  onRunEnd(summary: RunSummary): void;
}

/** Needs the whole report at the end of the run. */
export interface ReportReporter {
  readonly needs: 'report';
  /** May be asynchronous: a long report is written at the pace of its destination. */
  onReport(report: LongReport): void | Promise<void>;
}

export type Reporter = EventReporter | TargetReporter | ReportReporter;

/** What a destination can show. */
export interface Page {
  /** Columns of a line. */
  readonly columns: number;
  /** 0: none; 1: 16 colours; 2: 256; 3: 16 million. */
  readonly colorLevel: 0 | 1 | 2 | 3;
  /** Whether more than ASCII can be shown. */
  readonly unicode: boolean;
  /** Bytes that fit, if the destination has a limit. */
  readonly room?: number;
  /** Writes another file into the folder of the report; absent where the destination is no folder. */
  readonly writeBeside?: (name: string, text: string) => void;
}

/** Where a reporter writes. */
export interface Output extends Page {
  readonly write: (text: string) => void;
  /** Settles when everything written so far has been consumed, or never will be. */
  readonly drained: () => Promise<void>;
}

/** `probes`: every probe in one line. `bytes`: every exchange too, byte by byte. */
export type Verbosity = 'quiet' | 'normal' | 'probes' | 'bytes';

export interface ReporterOptions {
  readonly output: Output;
  readonly verbosity: Verbosity;
  /** The command that sends one probe to one target again. */
  readonly reproduceCommand: ReproduceCommand;
  /** The file that a report points at if no file defines the target; parts separated by `/`. */
  readonly sarifLocation?: string;
}

/** What identifies a target; the URL alone does not if it is audited in several ways. */
export type NamedTarget = Pick<TargetReport, 'url' | 'label' | 'location' | 'connectTo'>;

export type ReproduceCommand = (target: TargetReport, probe: string) => string;

export type CreateReporter = (options: ReporterOptions) => Reporter;
