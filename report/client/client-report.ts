/** The report of an audit of clients, as the JSON reporter stores it and every other reporter shows it. */

import type { Group, Outcome } from '../../cases/case.ts';
import type { ClientAssessment } from '../../scoring/client/assess-client.ts';
import type { ClientProfileName } from '../../scoring/client/client-profiles.ts';
import type { CaseVerdict } from '../../scoring/client/judge-case.ts';
import type { ClientProcess } from '../../scoring/client/observation.ts';
import type { GateRules } from '../../scoring/gate.ts';
import type { Gate, Summary, schemaVersion } from '../report.ts';
import type { ConnectionRecord } from './connection-record.ts';

/** A run when it starts. */
export interface ClientRunInfo extends GateRules {
  /** Tells this report from one about servers. */
  readonly direction: 'client';
  readonly tool: { readonly name: string; readonly version: string };
  readonly profile: ClientProfileName;
  /** ISO 8601, UTC. */
  readonly startedAt: string;
}

/** How a run ended. */
export interface ClientRunOutcome {
  readonly durationMs: number;
  /** The run was interrupted: some cases are missing. */
  readonly partial: boolean;
}

/** A client before it is started. */
export interface ClientInfo {
  /** For people. */
  readonly name: string;
  /** The program and its arguments, with placeholders as they were given; null where the client is a function. */
  readonly command: readonly string[] | null;
  /** Where our side listens: host and port. */
  readonly authority: string;
}

export interface ClientReport extends ClientRunInfo, ClientRunOutcome {
  readonly schemaVersion: typeof schemaVersion;
  readonly gate: Gate;
  readonly summary: Omit<Summary, 'targets'> & { readonly clients: number };
  readonly clients: readonly AuditedClient[];
}

export interface AuditedClient extends ClientInfo, ClientResult {
  /** In the order of the catalogue. */
  readonly cases: readonly CaseReport[];
}

/** The result of a client as a whole. */
export interface ClientResult extends ClientAssessment {
  /** The control once more, at the end; null if the run was cut off before. */
  readonly lastControl: CaseReport | null;
}

/** One case: what was answered, what the client did, and what that means. */
export interface CaseReport extends CaseVerdict {
  readonly id: string;
  readonly group: Group;
  readonly tier: 'core' | 'extended';
  readonly title: string;
  readonly expects: Outcome;
  /** How often it was run: again, alone, where the first time left a doubt. */
  readonly attempts: number;
  /** The first connections, and how many there were in all. */
  readonly connections: readonly ConnectionRecord[];
  readonly connectionCount: number;
  readonly requestCount: number;
  /** How long the client was watched, in milliseconds. */
  readonly watchedMs: number;
  /** Null where no process was started. */
  readonly process: ClientProcess | null;
}
