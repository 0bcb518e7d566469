/** One real audit, as a script for the baseline: the bytes of every exchange, how it was made, and what came of them. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defaults } from '../audit/plan/defaults.ts';
import type { ExchangeRecord, Report, TargetReport } from '../index.ts';
import { compiled, run, toolPath } from './processes.ts';
import { type Tally, tallyOf } from './tally.ts';

export interface RecordedRequest {
  readonly base64: string;
  /** No other connection was open: each of these waits for the end of the one before. */
  readonly isAlone: boolean;
  /** Whether the end of the connection was waited for. */
  readonly isWatched: boolean;
}

export interface RecordedAudit {
  /** Those of probes, earlier attempts, follow-ups, the last control. */
  readonly requests: readonly RecordedRequest[];
  readonly tally: Tally;
  /** Exit code of the tool. */
  readonly exitCode: number;
}

/** Arguments for Node.js to audit the server. */
export function auditArgs(port: number): string[] {
  return [toolPath, `ws://127.0.0.1:${port}/`];
}

/** @throws Error where the audit came to no end that can be compared */
export async function recordAudit(port: number): Promise<RecordedAudit> {
  const { output, exitCode } = await run(process.execPath, [...auditArgs(port), '-r', 'json'], 1);
  const report = JSON.parse(output) as Report;
  const target = report.targets[0];
  if (target?.lastControl == null) throw new Error(`the audit of ws was cut short: ${target?.reason}`);
  const exchanges = exchangesOf(target);
  const requests = exchanges.map(({ request, alone, close }) => ({
    base64: request.base64,
    isAlone: alone,
    isWatched: close?.kind !== 'unwatched',
  }));
  return { requests, tally: tallyOf(exchanges), exitCode };
}

/** All exchanges of an audit, whatever they were sent for. */
export function exchangesOf({ probes, followUps, lastControl }: TargetReport): ExchangeRecord[] {
  return [
    ...probes.flatMap(({ earlierExchanges, exchange }) => [...earlierExchanges, exchange]),
    ...followUps.map(({ exchange }) => exchange),
    ...(lastControl === null ? [] : [lastControl]),
  ];
}

/** Arguments for Node.js to do the same by the bare script; they hold while `use` runs. */
export async function withBareArgs<T>(
  port: number,
  { requests }: RecordedAudit,
  use: (args: string[]) => Promise<T>,
): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'handshake13-bench-'));
  const file = join(folder, 'requests.json');
  writeFileSync(file, JSON.stringify(requests));
  try {
    const { concurrency, closeTimeout } = defaults;
    return await use([
      compiled('./bare-audit.js'),
      String(port),
      file,
      String(concurrency),
      String(closeTimeout),
    ]);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
