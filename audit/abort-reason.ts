/** Reasons for aborting an audit. */

import type { AuditPlan } from './plan/plan.ts';

/** The reason of a signal that was aborted at the time limit; any other reason is an interruption. */
export const timeLimitReached = new Error('time limit reached');

/** Whether the reason of a target, in words, is that its audit was cut short. */
export function isCutShort(reason: string | null): boolean {
  return reason !== null && /^(interrupted|time limit reached)\b/.test(reason);
}

/** Why the audit of a target was cut short, in words. */
export function describeAbort(
  { reason }: AbortSignal,
  { maxTime, hints }: Pick<AuditPlan, 'maxTime' | 'hints'>,
): string {
  return reason === timeLimitReached ? `time limit reached (${hints.timeLimit} ${maxTime})` : 'interrupted';
}
