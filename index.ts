/** The library: `audit()` and `auditClient()`, and the types of their options, events and reports. */

export { type AuditRun, audit } from './audit/audit.ts';
export { auditClient, type ClientAuditRun } from './audit/client/client-audit.ts';
export type { ClientAuditOptions, ClientStart } from './audit/client/client-options.ts';
export type { AuditOptions } from './audit/plan/options.ts';
export type { StreamedTarget, TargetInput, TargetsGiven } from './audit/plan/targets.ts';
export type { ClientAuditEvent } from './report/client/client-events.ts';
export type { AuditedClient, CaseReport, ClientReport } from './report/client/client-report.ts';
export type { ConnectionRecord } from './report/client/connection-record.ts';
export type {
  AuditEvent,
  InvalidTarget,
  ProbeDone,
  RunEnd,
  RunStart,
  TargetEnd,
  TargetStart,
  Waiting,
} from './report/events.ts';
export type { ExchangeRecord, ResponseRecord } from './report/exchange-record.ts';
export type {
  FollowUpReport,
  ProbeReport,
  RecognisedStack,
  Report,
  RunInfo,
  RunOutcome,
  Summary,
  TargetInfo,
  TargetReport,
  TargetResult,
} from './report/report.ts';
export type { BaselineCriterion, BaselineEntry } from './scoring/baseline.ts';
export type { ClientFinding } from './scoring/client/client-findings.ts';
export type { Finding } from './scoring/findings.ts';
export type { KnownFailure, UnexpectedPass } from './scoring/known-failure.ts';
export type { SourceLocation } from './scoring/source-location.ts';
export type { Level, Verdict } from './scoring/verdict.ts';
export type { ResolveRule, TlsOptions } from './wire/endpoint/target.ts';
export type { Field } from './wire/request.ts';
export { UsageError } from './wire/usage-error.ts';
