/** What a reporter is: a plain consumer. It declares what it needs, and sees that and nothing else. */

import type { AuditEvent, RunStart } from '../report/events.ts';
import type { Report, TargetReport } from '../report/report.ts';
import type { RunSummary } from '../report/run-summary.ts';

/** Needs the events as they come, and no fold of them. */
export interface EventReporter {
  readonly needs: 'events';
  /** May take its time; the next event comes when it is done. */
  onEvent(event: AuditEvent): void | Promise<void>;
}

/** Needs each target when it has ended, and keeps of it what it likes. */
export interface TargetReporter {
  readonly needs: 'targets';
  onRunStart(event: RunStart): void;
  /** The target as it is reported: its probes in the order of the catalogue. */
  onTarget(target: TargetReport): void;
  onRunEnd(summary: RunSummary): void;
}

/** Needs the whole report, when the run is over. */
export interface ReportReporter {
  readonly needs: 'report';
  /** May take its time: a long report is written as fast as it is taken. */
  onReport(report: Report): void | Promise<void>;
}

export type Reporter = EventReporter | TargetReporter | ReportReporter;

/** What can be shown in a place. */
export interface Page {
  /** Columns of a line. */
  readonly columns: number;
  /** 0: none; 1: 16 colours; 2: 256; 3: 16 million. */
  readonly colorLevel: 0 | 1 | 2 | 3;
  /** Whether more than ASCII can be shown. */
  readonly unicode: boolean;
  /** Octets that there is room for, where that is little: whoever reads it takes no more. */
  readonly room?: number;
}

/** Where a reporter writes. */
export interface Output extends Page {
  readonly write: (text: string) => void;
  /** Settles when all that was written has been taken, or never will be. */
  readonly drained: () => Promise<void>;
}

export type Verbosity = 'quiet' | 'normal' | 'verbose';

export interface ReporterOptions {
  readonly output: Output;
  readonly verbosity: Verbosity;
  /** The command that repeats one probe against one target. */
  readonly reproduceCommand: ReproduceCommand;
  /** The file that a report points at where a target is written down in none; with `/` between its parts. */
  readonly sarifLocation?: string;
}

/** What tells a target from the others; a URL alone does not, where it is audited in several ways. */
export type NamedTarget = Pick<TargetReport, 'url' | 'label' | 'location'>;

export type ReproduceCommand = (target: NamedTarget, probe: string) => string;

export type CreateReporter = (options: ReporterOptions) => Reporter;
