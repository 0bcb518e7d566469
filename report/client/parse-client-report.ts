/** A JSON report of clients read back. */

import { groups, outcomes } from '../../cases/case.ts';
import { targetVerdicts } from '../../scoring/assessment.ts';
import type { CaseCounts, ClientAssessment } from '../../scoring/client/assess-client.ts';
import { type ClientCauseId, clientCauses } from '../../scoring/client/client-causes.ts';
import type { ClientFinding } from '../../scoring/client/client-findings.ts';
import { clientProfileNames } from '../../scoring/client/client-profiles.ts';
import type { ClientProcess } from '../../scoring/client/observation.ts';
import type { KnownFailure, UnexpectedPass } from '../../scoring/known-failure.ts';
import type { SourceLocation } from '../../scoring/source-location.ts';
import { failOnChoices, levels } from '../../scoring/verdict.ts';
import { type ClientClauseId, clientClauses } from '../../spec/client-clauses.ts';
import type { ConnectionEnd } from '../../wire/client-connection.ts';
import { UsageError } from '../../wire/usage-error.ts';
import {
  boolean,
  DecodeError,
  type Decoder,
  list,
  literal,
  nullable,
  number,
  object,
  optional,
  text,
} from '../decoders.ts';
import { schemaVersion } from '../report.ts';
import type {
  AuditedClient,
  CaseReport,
  ClientInfo,
  ClientReport,
  ClientRunInfo,
  ClientRunOutcome,
} from './client-report.ts';
import type { ConnectionRecord, FrameRecord } from './connection-record.ts';

/** A report without its gate and its summary, which follow from the clients. */
export type RecordedClientReport = Omit<ClientReport, 'gate' | 'summary'>;

/** Whether a JSON document says that it is a report of clients. */
export function isClientReport(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'direction' in value && value.direction === 'client';
}

/**
 * @param value the parsed JSON
 * @param name what to call it in an error message
 * @throws UsageError if it is not a report of clients that this version knows
 */
export function parseClientReport(value: unknown, name: string): RecordedClientReport {
  try {
    return report(value, '');
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    throw new UsageError(`${name} is not a report of the json reporter: ${error.message}`);
  }
}

const clause = literal(Object.keys(clientClauses) as ClientClauseId[]);
const cause = literal(Object.keys(clientCauses) as ClientCauseId[]);
const gate = literal(['pass', 'fail']);
const failOn = literal(failOnChoices);
const field: Decoder<readonly [string, string]> = (value, where) => {
  const [name = '', content = ''] = list(text)(value, where);
  return [name, content];
};

const end = nullable(object<ConnectionEnd>({ how: literal(['fin', 'reset']), atMs: number }));

const frame = object<FrameRecord>({
  atMs: number,
  opcode: number,
  isFinal: boolean,
  isMasked: boolean,
  length: number,
  payload: text,
  isEarly: boolean,
});

const connection = object<ConnectionRecord>({
  openedMs: number,
  requests: list(
    object<ConnectionRecord['requests'][number]>({
      atMs: number,
      requestLine: text,
      fields: list(field),
      bytesBehind: number,
    }),
  ),
  malformed: nullable(text),
  received: text,
  receivedBytes: number,
  sent: text,
  sentBytes: number,
  frames: list(frame),
  frameCount: number,
  answeredMs: nullable(number),
  pingedMs: nullable(number),
  clientEnd: end,
  serverEnd: end,
});

const process = object<ClientProcess>({
  endedMs: nullable(number),
  exitCode: nullable(number),
  signal: nullable(text),
  problem: nullable(text),
  output: text,
});

const caseReport = object<CaseReport>({
  id: text,
  group: literal(groups),
  tier: literal(['core', 'extended']),
  title: text,
  expects: literal(outcomes),
  verdict: literal(['pass', 'fail', 'observed', 'inconclusive']),
  expected: text,
  actual: text,
  clauses: list(clause),
  notes: list(text),
  cause: nullable(cause),
  level: nullable(literal(levels)),
  attempts: number,
  connections: list(connection),
  connectionCount: number,
  requestCount: number,
  watchedMs: number,
  process: nullable(process),
});

const toleration = {
  reason: text,
  owner: optional(text, undefined),
  until: optional(text, undefined),
};

const finding = object<ClientFinding>({
  id: cause,
  level: literal(levels),
  title: text,
  cause: nullable(text),
  impact: text,
  fix: text,
  expected: text,
  actual: text,
  cases: list(text),
  clauses: list(clause),
  known: list(object<KnownFailure>(toleration)),
  expired: list(object<KnownFailure>(toleration)),
});

const unexpectedPass = object<UnexpectedPass>({
  ...toleration,
  index: number,
  probe: nullable(text),
  criterion: text,
  location: optional(object<SourceLocation>({ file: text, line: number }), undefined),
});

const counts = object<CaseCounts>({ pass: number, fail: number, observed: number, inconclusive: number });

const info = {
  name: text,
  command: nullable(list(text)),
  authority: text,
} satisfies { [Name in keyof ClientInfo]: Decoder<ClientInfo[Name]> };

const assessment = {
  verdict: literal(targetVerdicts),
  gate,
  reason: nullable(text),
  findings: list(finding),
  unexpectedPasses: optional(list(unexpectedPass), []),
  requests: object<ClientAssessment['requests']>({ handshakes: number, keys: number }),
  tiers: object<ClientAssessment['tiers']>({ core: counts, all: counts }),
  casesRun: number,
  casesInCatalogue: number,
};

const run = {
  direction: literal(['client']),
  tool: object<ClientRunInfo['tool']>({ name: text, version: text }),
  profile: literal(clientProfileNames),
  failOn,
  allowUnexpectedPass: boolean,
  startedAt: text,
  durationMs: number,
  partial: boolean,
} satisfies {
  [Name in keyof (ClientRunInfo & ClientRunOutcome)]: Decoder<(ClientRunInfo & ClientRunOutcome)[Name]>;
};

const report = object<RecordedClientReport>({
  ...run,
  schemaVersion: literal([schemaVersion]),
  clients: list(
    object<AuditedClient>({
      ...info,
      ...assessment,
      cases: list(caseReport),
      lastControl: nullable(caseReport),
    }),
  ),
});
