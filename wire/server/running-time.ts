/**
 * Waits for time in which this process runs. While it stands still, as on a busy machine, nothing that arrives is read:
 * such time counts for nothing, so that no window ends before what came within it was seen.
 */

import { setTimeout as sleep, setImmediate as turn } from 'node:timers/promises';

/** In milliseconds. */
const sliceMs = 25;
/** Milliseconds by which a timer is late where nothing keeps the process from running. */
const usuallyLateMs = 5;
/** Turns of the event loop in which what has arrived by then is read: data, then the end behind it, over TLS too. */
const readingTurns = 3;

/** Settles when so many milliseconds are over, or the signal is aborted; never rejects. */
export async function runFor(ms: number, signal?: AbortSignal): Promise<void> {
  try {
    for (let left = ms; left > 0; ) left -= await runSlice(Math.min(left, sliceMs), signal);
    for (let turns = readingTurns; turns > 0; turns--) await turn(undefined, { signal });
  } catch {
    // Aborted.
  }
}

/**
 * Counts the time in which this process stands still, until the signal is aborted.
 *
 * @returns how many milliseconds it has been since the call
 */
export function countStandstill(signal: AbortSignal): () => number {
  const startedAt = performance.now();
  let ranMs = 0;
  const count = async (): Promise<void> => {
    while (!signal.aborted) ranMs += await runSlice(sliceMs, signal);
  };
  count().catch(() => {});
  return () => performance.now() - startedAt - ranMs;
}

/** @returns the milliseconds of this pause in which the process ran */
async function runSlice(ms: number, signal: AbortSignal | undefined): Promise<number> {
  const startedAt = performance.now();
  await sleep(ms, undefined, { ref: false, ...(signal && { signal }) });
  return Math.min(performance.now() - startedAt, ms + usuallyLateMs);
}
