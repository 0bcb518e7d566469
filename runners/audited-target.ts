/** The target of a suite or an assertion, and an audit of it. */

import { audit } from '../audit/audit.ts';
import type { AuditOptions } from '../audit/plan/options.ts';
import type { TargetInput } from '../audit/plan/targets.ts';
import type { Report, TargetReport } from '../report/report.ts';
import { UsageError } from '../wire/usage-error.ts';
import { HandshakeFailure } from './handshake-failure.ts';

/** A `ws:`, `wss:`, `http:` or `https:` URL, `host`, `host:port` or `:port`, alone or with options of its own. */
export type HandshakeTarget = string | TargetInput;

/** A target, or a function that returns it once the server listens: it is called when the tests start. */
export type SuiteTarget = HandshakeTarget | (() => HandshakeTarget | Promise<HandshakeTarget>);

/** What an audit of one target came to. */
export interface AuditedTarget {
  readonly report: Report;
  readonly target: TargetReport;
}

/** @throws UsageError for an invalid target or option; HandshakeFailure where nothing can be said about the target */
export async function auditTarget(given: HandshakeTarget, options: AuditOptions): Promise<AuditedTarget> {
  checkTarget(given);
  const report = await audit(given, options).report();
  const [target] = report.targets;
  if (target === undefined) throw new HandshakeFailure('could not tell: the audit was interrupted');
  return { report, target };
}

/** @throws UsageError for what is undefined because it is read before the server is started */
export function checkTarget(given: HandshakeTarget): void {
  if (typeof given === 'string' || typeof given?.url === 'string') return;
  throw new UsageError(
    `the target is ${String(given)}, not a URL; if the server is started in a hook, pass a function that returns the URL`,
  );
}
