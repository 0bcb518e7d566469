/** The library: `audit()`, and the types of its options, events and report. */

export { type AuditRun, audit } from './audit/audit.ts';
export type { AuditOptions } from './audit/plan/options.ts';
export type { TargetInput } from './audit/plan/targets.ts';
export type {
  AuditEvent,
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
export type { Finding } from './scoring/findings.ts';
export type { KnownFailure, UnexpectedPass } from './scoring/known-failure.ts';
export type { SourceLocation } from './scoring/source-location.ts';
export type { Level, Verdict } from './scoring/verdict.ts';
export type { ResolveRule, TlsOptions } from './wire/endpoint/target.ts';
export type { Field } from './wire/request.ts';
export { UsageError } from './wire/usage-error.ts';
