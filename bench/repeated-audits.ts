/** Audits of one server, many and several at once: do they all come to the same verdicts? */

import pLimit from 'p-limit';
import { audit } from '../audit/audit.ts';
import type { TargetReport } from '../report/report.ts';

export interface Repeated {
  readonly audits: number;
  /** Every judgement that came, with how often; one, where the verdicts are stable. */
  readonly judgements: ReadonlyMap<string, number>;
  /** What differs from the first audit, a line each: of which probe, and what was said of it. */
  readonly differences: readonly string[];
  readonly durationMs: number;
}

/** @param atOnce audits under way at one moment, each with connections of its own */
export async function auditRepeatedly(url: string, audits: number, atOnce: number): Promise<Repeated> {
  const turns = pLimit(atOnce);
  const startedAt = performance.now();
  const reports = await Promise.all(
    Array.from({ length: audits }, () => turns(async () => (await audit(url).report()).targets[0])),
  );
  const durationMs = Math.round(performance.now() - startedAt);
  const judged = reports.map((target) => (target === undefined ? [] : judgementOf(target)));
  const judgements = new Map<string, number>();
  for (const lines of judged) {
    const text = lines.join('\n');
    judgements.set(text, (judgements.get(text) ?? 0) + 1);
  }
  const first = new Set(judged[0]);
  const differences = [...new Set(judged.flat())].filter((line) => !first.has(line));
  return { audits, judgements, differences, durationMs };
}

/** All that is said of the target and its probes, a line each; without the right accept, which every key has its own. */
function judgementOf({ probes, findings, versions, checks, verdict, reason }: TargetReport): string[] {
  return [
    JSON.stringify({ verdict, reason, versions, checks }),
    ...findings.map((finding) => JSON.stringify(finding)),
    ...probes.flatMap((probe) =>
      Object.entries({ ...probe.criteria, ...probe.checks }).map(([name, one]) =>
        one.verdict === 'n/a' || name === 'acceptKey'
          ? `${probe.id} ${name}: ${one.verdict}`
          : `${probe.id} ${name}: ${one.verdict} ${one.level} ${one.actual}`,
      ),
    ),
  ];
}
