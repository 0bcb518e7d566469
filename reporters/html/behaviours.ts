/** Targets that behave alike, probe by probe, are shown once. */

import type { TargetReport } from '../../report/report.ts';
import { criterionNames } from '../../scoring/criteria.ts';
import { shortAnswer } from '../probe-text.ts';

export interface Behaviour {
  /** The first of the targets: its bytes stand for all. */
  readonly example: TargetReport;
  /** Places of the targets in the report, from 0. */
  readonly targets: readonly number[];
}

/** The most frequent first. */
export function groupBehaviours(targets: readonly TargetReport[]): Behaviour[] {
  const groups = new Map<string, { readonly example: TargetReport; readonly targets: number[] }>();
  for (const [i, target] of targets.entries()) {
    const key = outline(target);
    const group = groups.get(key) ?? { example: target, targets: [] };
    group.targets.push(i);
    groups.set(key, group);
  }
  return [...groups.values()].sort((a, b) => b.targets.length - a.targets.length);
}

/** What has to be equal: the result, the findings, and of each probe the answer and the verdicts. */
function outline({ verdict, gate, reason, findings, probes }: TargetReport): string {
  return JSON.stringify([
    verdict,
    gate,
    reason,
    findings.map(({ id, level }) => [id, level]),
    probes.map(({ id, exchange, criteria, checks }) => [
      id,
      shortAnswer(exchange),
      criterionNames.map((name) => criteria[name].verdict),
      Object.entries(checks).map(([name, checked]) => [name, checked?.verdict]),
    ]),
  ]);
}
