/** The library: audit servers, and the types of what it tells. */

export { type AuditRun, audit } from './audit/audit.ts';
export type {
  AuditEvent,
  ProbeDone,
  RunEnd,
  RunStart,
  TargetEnd,
  TargetStart,
  Waiting,
} from './audit/events.ts';
export type { AuditOptions } from './audit/options.ts';
export type { ExchangeRecord, ResponseRecord } from './audit/record.ts';
export type {
  FollowUpReport,
  ProbeReport,
  Report,
  Summary,
  TargetReport,
  TargetResult,
} from './audit/report.ts';
export type { SourceLocation, TargetInput } from './audit/targets.ts';
export type { BaselineCriterion, BaselineEntry } from './scoring/baseline.ts';
export type { Finding } from './scoring/findings.ts';
export type { KnownFailure, UnexpectedPass } from './scoring/known.ts';
export type { Level, Verdict } from './scoring/verdict.ts';
export type { Field } from './wire/request.ts';
export type { ResolveRule, TlsOptions } from './wire/target.ts';
export { UsageError } from './wire/usage-error.ts';
