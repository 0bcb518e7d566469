/** What a complete run holds, so that a report can be checked for completeness. */

import { createHash } from 'node:crypto';
import type { PlannedRun, TargetInfo } from './report.ts';

/** @param notBegun targets that are missing in the list, because a run was interrupted */
export function planRun(targets: readonly Pick<TargetInfo, 'url' | 'label'>[], notBegun = 0): PlannedRun {
  const hash = createHash('sha256');
  for (const { url, label } of targets) hash.update(`${JSON.stringify([url, label])}\n`);
  return { targets: targets.length + notBegun, listHash: hash.digest('hex'), shard: null };
}
