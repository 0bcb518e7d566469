/** What came of one case: the wire, and the process of the client. */

import type { ClientConnection } from '../../wire/client-connection.ts';

/** How the process of a client ended, or the function that stands for it. */
export interface ClientProcess {
  /** When it ended by itself, in milliseconds since the case began; null if it was stopped. */
  readonly endedMs: number | null;
  /** Null where a signal ended it, it was stopped, or there is no process. */
  readonly exitCode: number | null;
  readonly signal: string | null;
  /** Why it could not be started, in words; null if it could. */
  readonly problem: string | null;
  /** The last part of what it wrote before it was stopped. */
  readonly output: string;
}

export interface CaseObservation {
  readonly connections: readonly ClientConnection[];
  /** How many there were in all; the evidence of only the first ones is kept. */
  readonly connectionCount: number;
  readonly requestCount: number;
  /** In milliseconds since the case began, like all times here; null: there was no request. */
  readonly lastRequestMs: number | null;
  /** How much of the time since the first request the auditor itself did not run. */
  readonly standstillMs: number;
  /** How long the case was watched. */
  readonly watchedMs: number;
  /** Null where nobody knows of a process, as in a browser. */
  readonly process: ClientProcess | null;
}
