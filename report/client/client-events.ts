/** The events of an audit of clients, as it reports them while it runs. The report is their fold. */

import type {
  CaseReport,
  ClientInfo,
  ClientResult,
  ClientRunInfo,
  ClientRunOutcome,
} from './client-report.ts';

export type ClientAuditEvent = ClientRunStart | ClientStarted | CaseDone | ClientDone | ClientRunEnd;

export interface ClientRunStart extends ClientRunInfo {
  readonly type: 'run-start';
}

export interface ClientStarted extends ClientInfo {
  readonly type: 'client-start';
  /** Its place among the clients of the run, from 0; by it the other events name it. */
  readonly client: number;
  /** Ids of the cases that are going to be run, the control first. */
  readonly cases: readonly string[];
}

/** One case has its verdict. Cases end in any order. */
export interface CaseDone {
  readonly type: 'case';
  readonly client: number;
  readonly case: CaseReport;
}

export interface ClientDone {
  readonly type: 'client-end';
  readonly client: number;
  readonly result: ClientResult;
}

export interface ClientRunEnd extends ClientRunOutcome {
  readonly type: 'run-end';
}
