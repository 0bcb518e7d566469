/** Checks the share of the targets that a run audits. */

import type { Shard } from '../../report/shard.ts';
import { UsageError } from '../../wire/usage-error.ts';

/** @throws UsageError if there is no such share */
export function checkShard(shard: Shard | null): void {
  if (shard === null) return;
  const { index, total } = shard;
  if (!Number.isInteger(index) || !Number.isInteger(total) || index < 1 || index > total)
    throw noShard(`${index}/${total}`);
}

/** @param written what was given */
export function noShard(written: string): UsageError {
  return new UsageError(`is ${written} but must be I/N: the share I, from 1 to N, of N shares, such as 1/4`, {
    option: 'shard',
  });
}
