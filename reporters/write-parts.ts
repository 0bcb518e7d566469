/** Writes a text of any length at the pace of its destination. */

import type { Output } from './reporter.ts';

/** Characters that may wait for the destination. */
const maxWaiting = 1024 * 1024;

export async function writeParts(output: Output, parts: Iterable<string>): Promise<void> {
  let waiting = 0;
  for (const part of parts) {
    output.write(part);
    waiting += part.length;
    if (waiting < maxWaiting) continue;
    await output.drained();
    waiting = 0;
  }
}
