/** Keeps credentials that nothing encrypts out of Redis. */

import type { AuditPlan } from '../audit/plan/plan.ts';
import type { PlannedTarget } from '../audit/plan/targets.ts';
import { UsageError } from '../wire/usage-error.ts';
import { queueKeyVariable } from './sealer.ts';

/**
 * The plan, in which a target with credentials is no target.
 *
 * @throws UsageError where the options hold some, or a target of a list
 */
export function refuseCredentials(plan: AuditPlan): AuditPlan {
  const { targets } = plan;
  const refusing: AuditPlan = {
    ...plan,
    targets: {
      ...targets,
      plan: (input) => {
        const planned = targets.plan(input);
        if (holdsCredentials(planned)) throw refusal(planned.target.url);
        return planned;
      },
    },
  };
  if (holdsCredentials(targets.plan('wss://localhost/'))) throw refusal('the audit');
  if (Symbol.iterator in targets.inputs) for (const input of targets.inputs) refusing.targets.plan(input);
  return refusing;
}

function holdsCredentials({ target: { redactor, proxy, tls } }: PlannedTarget): boolean {
  return redactor.hasSecrets || (proxy?.authorization ?? null) !== null || tls?.key !== undefined;
}

function refusal(what: string): UsageError {
  return new UsageError(
    `${what} has credentials, which Redis would hold in clear; set ${queueKeyVariable}, here and for the workers, to what openssl rand -hex 32 prints`,
  );
}
