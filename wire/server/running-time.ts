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
  const options = { ref: false, ...(signal && { signal }) };
  try {
    for (let left = ms; left > 0; ) {
      const slice = Math.min(left, sliceMs);
      const startedAt = performance.now();
      await sleep(slice, undefined, options);
      left -= Math.min(performance.now() - startedAt, slice + usuallyLateMs);
    }
    for (let turns = readingTurns; turns > 0; turns--) await turn(undefined, { signal: options.signal });
  } catch {
    // Aborted.
  }
}
