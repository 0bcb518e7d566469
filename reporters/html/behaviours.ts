/** Targets that behave alike, probe by probe, are shown once. */

import { createHash } from 'node:crypto';
import { type Family, families } from '../../probes/probe.ts';
import { outcomesOf } from '../../report/outcomes.ts';
import type { ReportedFinding, TargetReport } from '../../report/report.ts';
import type { ProbeCount } from '../../scoring/assessment.ts';
import { newFindings } from '../run-verdict.ts';

export interface Behaviour {
  /** Places of the targets in the report, from 0. The bytes of the first stand for all. */
  readonly targets: readonly [number, ...number[]];
  /** The first of them. */
  readonly outline: Outline;
}

/** A target without its exchanges. */
export interface Outline
  extends Pick<
    TargetReport,
    'label' | 'verdict' | 'gate' | 'probesSent' | 'probesInCatalogue' | 'scoreboard'
  > {
  /** Those that are not in the baseline. */
  readonly findings: readonly Pick<ReportedFinding, 'id' | 'level' | 'title'>[];
  /** Those of which probes were sent. */
  readonly families: ReadonlyMap<Family, ProbeCount>;
}

/** The most frequent first. */
export function groupBehaviours(targets: Iterable<TargetReport>): Behaviour[] {
  const groups = new Map<string, { readonly targets: [number, ...number[]]; readonly outline: Outline }>();
  let place = 0;
  for (const target of targets) {
    const key = createHash('sha256').update(conduct(target)).digest('base64');
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { targets: [place], outline: outlineOf(target) });
    else group.targets.push(place);
    place += 1;
  }
  return [...groups.values()].sort((a, b) => b.targets.length - a.targets.length);
}

/** What has to be equal: the result, the findings, and of each probe the answer and the verdicts. */
function conduct(target: TargetReport): string {
  const { verdict, gate, reason, findings } = target;
  return JSON.stringify([
    verdict,
    gate,
    reason,
    findings.map(({ id, level }) => [id, level]),
    outcomesOf(target),
  ]);
}

function outlineOf(target: TargetReport): Outline {
  const { label, verdict, gate, probesSent, probesInCatalogue, scoreboard } = target;
  const probes = outcomesOf(target);
  const countOf = (family: Family): ProbeCount => {
    const members = probes.filter((probe) => probe.family === family);
    const count = (wanted: string): number => members.filter((probe) => probe.verdict === wanted).length;
    return { passed: count('pass'), failed: count('fail'), inconclusive: count('inconclusive') };
  };
  const sent = families.filter((family) => probes.some((probe) => probe.family === family));
  return {
    label,
    verdict,
    gate,
    probesSent,
    probesInCatalogue,
    scoreboard,
    findings: newFindings(target).map(({ id, level, title }) => ({ id, level, title })),
    families: new Map(sent.map((family) => [family, countOf(family)])),
  };
}
