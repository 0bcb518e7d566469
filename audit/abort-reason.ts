/** What ends an audit before its time, and what the report says of that. */

/** The reason of the signal where the time for the audit is up; any other is an interruption. */
export const timeLimitReached = new Error('the time for the audit is up');

/**
 * Why the audit of a target has no end, in words.
 *
 * @param maxTime milliseconds that the audit had
 */
export function describeAbort({ reason }: AbortSignal, maxTime: number): string {
  return reason === timeLimitReached
    ? `the time for the audit was up (--max-time ${maxTime})`
    : 'interrupted';
}
