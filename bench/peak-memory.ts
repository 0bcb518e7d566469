/** Loaded before a script (`node --import`): writes the peak of its resident memory, in KiB, to file descriptor 3. */

import { readFileSync, writeSync } from 'node:fs';

process.on('exit', () => writeSync(3, String(peakKib())));

function peakKib(): number {
  try {
    // Linux hands the peak of the parent down in maxRSS, but not in this one.
    const peak = /^VmHWM:\s*(\d+) kB/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
    if (peak !== undefined) return Number(peak);
  } catch {
    // Not Linux.
  }
  return process.resourceUsage().maxRSS;
}
