/** What a reporter of audits of clients is: a plain consumer, as those of audits of servers are. */

import type { ClientAuditEvent } from '../../report/client/client-events.ts';
import type { AuditedClient, ClientReport } from '../../report/client/client-report.ts';
import type { Output, ReporterOptions, Verbosity } from '../reporter.ts';

/** Needs each event as it happens, and no report. */
export interface ClientEventReporter {
  readonly needs: 'events';
  onEvent(event: ClientAuditEvent): void | Promise<void>;
}

/** Needs the whole report at the end of the run. */
export interface ClientReportReporter {
  readonly needs: 'report';
  onReport(report: ClientReport): void | Promise<void>;
}

export type ClientReporter = ClientEventReporter | ClientReportReporter;

export interface ClientReporterOptions extends Pick<ReporterOptions, 'sarifLocation'> {
  readonly output: Output;
  readonly verbosity: Verbosity;
  /** The command that runs one case of a client again; null where the client is not started by a command. */
  readonly recheckCommand: RecheckCommand;
}

export type RecheckCommand = (client: AuditedClient, caseId: string) => string | null;

export type CreateClientReporter = (options: ClientReporterOptions) => ClientReporter;
