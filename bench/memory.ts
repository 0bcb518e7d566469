/** Peak memory: of one audit against the bare script, and of many targets against few. Measured apart, since sampling it takes time. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { alternate } from './alternate.ts';
import { runMeasured, toolPath } from './processes.ts';
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

/** Milliseconds: 2,000 targets take minutes. */
const maxManyTargetsMs = 900_000;

/**
 * Memory must not grow with the targets: the same command, `-q -r ndjson=FILE`, with 50, 400 and 2,000 of them. Each has an
 * address of its own: those of one address are confirmed one after another.
 */
export async function measureManyTargets(port: number): Promise<Measurement> {
  const folder = mkdtempSync(join(tmpdir(), 'handshake13-bench-'));
  const peakOf = (count: number): Promise<number> => {
    const targets = join(folder, 'targets.txt');
    const urls = Array.from({ length: count }, (_, i) => `ws://127.1.${i >> 8}.${i & 255}:${port}/\n`);
    writeFileSync(targets, urls.join(''));
    const args = [toolPath, '-q', '-r', `ndjson=${join(folder, 'report.ndjson')}`, '--targets', targets];
    return peakMiB(args, maxManyTargetsMs);
  };
  try {
    const { few, many } = await alternate(1, { few: () => peakOf(50), many: () => peakOf(400) });
    const most = [await peakOf(2000)];
    return {
      rows: [
        row('peak memory, 400 targets against 50', 'MiB', few, many, { atMostAbove: 15 }),
        row('peak memory, 2,000 targets against 50', 'MiB', few, most, { totalBelow: 150 }),
      ],
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function peakMiB(args: readonly string[], maxMs?: number): Promise<number> {
  return (await runMeasured(args, maxMs)).peakKib / 1024;
}
