/** An earlier run that was cut off: whether this one can go on from it. */

import { type ComparedRun, differenceOf, plannedOf, type RecordedRun } from '../../report/recorded-run.ts';
import type { PlannedRun } from '../../report/report.ts';
import type { Shard } from '../../report/shard.ts';
import { UsageError } from '../../wire/usage-error.ts';

/**
 * @param planned null for a stream
 * @throws UsageError where it is of other options, or of another list
 */
export function checkResumable(
  earlier: RecordedRun,
  run: ComparedRun,
  shard: Shard | null,
  planned: PlannedRun | null,
): void {
  const { name, start } = earlier;
  const refuse = (why: string): never => {
    throw new UsageError(`${name} cannot be continued: ${why}; leave it out to audit all targets`, {
      option: 'resume',
    });
  };
  const difference = differenceOf(start, run);
  if (difference !== null) refuse(`${difference} now`);
  if (JSON.stringify(start.shard) !== JSON.stringify(shard)) refuse('it is of another shard');
  const before = plannedOf(earlier);
  if (before !== null && planned !== null && before.listHash !== planned.listHash)
    refuse('it is of another list of targets');
}
