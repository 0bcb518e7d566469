/** The options of a run that decide what is sent and how it is judged, so that parts of one run can be told from others. */

import { createHash } from 'node:crypto';
import type { TierChoice } from '../probes/probe.ts';
import type { BaselineEntry } from '../scoring/baseline.ts';

export interface RunOptions {
  readonly tier: TierChoice;
  readonly stress: boolean;
  readonly sweep: boolean;
  /** Globs of the ids of probes. */
  readonly probe: readonly string[];
  readonly skip: readonly string[];
  /** Milliseconds, as the two below. */
  readonly connectTimeout: number;
  readonly responseTimeout: number;
  readonly closeTimeout: number;
  readonly retries: number;
  /** Bytes of a response. */
  readonly maxKept: number;
  /** SHA-256 of the baseline's entries, in hexadecimal; null without any. */
  readonly baselineHash: string | null;
}

export function hashBaseline(entries: readonly BaselineEntry[]): string | null {
  return entries.length === 0 ? null : createHash('sha256').update(JSON.stringify(entries)).digest('hex');
}
