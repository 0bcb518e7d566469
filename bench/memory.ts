/** Peak memory of a whole audit against that of the bare script. By itself, since the reading of it takes time. */

import { alternate } from './alternate.ts';
import { compiled, run } from './processes.ts';
import { auditArgs, type RecordedAudit, withBareArgs } from './recorded-audit.ts';
import { type Measurement, row } from './table.ts';

export async function measurePeakMemory(
  port: number,
  recorded: RecordedAudit,
  runs: number,
): Promise<Measurement> {
  const { bare, ours } = await withBareArgs(port, recorded, (bareArgs) =>
    alternate(runs, { bare: () => peakMiB(bareArgs), ours: () => peakMiB(auditArgs(port)) }),
  );
  return { rows: [row('peak memory, whole process', 'MiB', bare, ours, null)] };
}

async function peakMiB(args: readonly string[]): Promise<number> {
  const { output } = await run(process.execPath, ['--import', compiled('./peak-memory.js'), ...args], 3);
  const kib = Number(output);
  if (!(kib > 0)) throw new Error(`${args[0]} did not tell its peak memory`);
  return kib / 1024;
}
