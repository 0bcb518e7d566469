/** The value of `--shard`. */

import { noShard } from '../../audit/plan/shard.ts';
import type { Shard } from '../../report/shard.ts';

/** @throws UsageError if it is not of the form `I/N`; whether there is such a share is checked with the plan */
export function readShard(text: string): Shard {
  const [, index, total] = /^(\d{1,9})\/(\d{1,9})$/.exec(text) ?? [];
  if (index === undefined || total === undefined) throw noShard(text);
  return { index: Number(index), total: Number(total) };
}
