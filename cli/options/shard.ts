/** The value of `--shard`. */

import type { Shard } from '../../report/shard.ts';
import { UsageError } from '../../wire/usage-error.ts';

/** @throws UsageError if it is not of the form `I/N`; whether there is such a share is checked with the plan */
export function readShard(text: string): Shard {
  const [, index, total] = /^(\d{1,9})\/(\d{1,9})$/.exec(text) ?? [];
  if (index === undefined || total === undefined)
    throw new UsageError(`is ${text} but must be I/N: the share I, from 1 to N, of N shares, such as 1/4`, {
      option: 'shard',
    });
  return { index: Number(index), total: Number(total) };
}
