/** `--queue`: an audit whose targets go to workers. */

import type { AuditOptions } from '../audit/plan/options.ts';
import type { AuditPlan } from '../audit/plan/plan.ts';
import { refuseCredentials } from '../queue/credentials.ts';
import { QueuedTargets } from '../queue/queued-targets.ts';
import { connectRedis } from '../queue/redis.ts';
import { queueKeyVariable, Sealer } from '../queue/sealer.ts';
import { notify } from './notify.ts';

export interface QueuedAudit {
  readonly plan: AuditPlan;
  readonly delegate: QueuedTargets;
}

/** @throws UsageError where Redis cannot be reached, or must not hold the credentials of the targets */
export async function openQueue(url: string, plan: AuditPlan, options: AuditOptions): Promise<QueuedAudit> {
  const sealer = new Sealer(process.env[queueKeyVariable]);
  const usedPlan = sealer.isEncrypting ? plan : refuseCredentials(plan);
  const link = await connectRedis(url, notify);
  return { plan: usedPlan, delegate: await QueuedTargets.open(link, sealer, plan, options) };
}
