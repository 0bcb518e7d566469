/** Loaded before a script (`node --import`): writes what it took of memory and CPU, as JSON, to file descriptor 3. */

import { readFileSync, writeSync } from 'node:fs';

export interface Usage {
  /** The peak of its resident memory. */
  readonly peakKib: number;
  readonly cpuMs: number;
}

process.on('exit', () => {
  const { user, system } = process.cpuUsage();
  const usage: Usage = { peakKib: peakKib(), cpuMs: (user + system) / 1000 };
  writeSync(3, JSON.stringify(usage));
});

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
