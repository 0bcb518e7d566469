/** Groups probes whose verdicts changed in the same way. */

import type { CheckDescription } from '../scoring/check-description.ts';
import { checkDescriptions } from '../scoring/checks.ts';
import { criterionTitles } from '../scoring/criteria.ts';
import { type Level, levels, type Verdict } from '../scoring/verdict.ts';
import { listHonesty } from '../scoring/versions.ts';
import { type ChangeKind, type CheckedName, changeKinds, type VerdictChange } from './comparison.ts';

export interface ChangeGroup {
  readonly kind: ChangeKind;
  /** The strictest level of a failure among the changes; null where there is none. */
  readonly level: Level | null;
  /** Ids of the probes, in the order of the report; empty for the target as a whole. */
  readonly probes: readonly string[];
  /** Those of the first probe, which represent all. */
  readonly changes: readonly VerdictChange[];
}

/** The most severe first; within a kind, the strictest level first, then the largest group. */
export function groupChanges(changes: readonly VerdictChange[]): ChangeGroup[] {
  const groups = new Map<string, { probes: string[]; changes: readonly VerdictChange[] }>();
  for (const kind of changeKinds) {
    const ofKind = changes.filter((change) => change.kind === kind);
    for (const probe of new Set(ofKind.map((change) => change.probe))) {
      const own = ofKind.filter((change) => change.probe === probe);
      const alike = JSON.stringify([kind, probe === null, own.map(outline)]);
      const group = groups.get(alike) ?? { probes: [], changes: own };
      groups.set(alike, group);
      if (probe !== null) group.probes.push(probe);
    }
  }
  return [...groups.values()]
    .map(({ probes, changes: own }): ChangeGroup => {
      return { kind: own[0]?.kind ?? 'other', level: strictest(own), probes, changes: own };
    })
    .sort(
      (a, b) =>
        changeKinds.indexOf(a.kind) - changeKinds.indexOf(b.kind) ||
        rank(a.level) - rank(b.level) ||
        b.probes.length - a.probes.length,
    );
}

/** What has to be equal in a group. Other texts, such as the expected key, differ from probe to probe. */
function outline({ criterion, before, after }: VerdictChange): unknown[] {
  const outlineOf = (verdict: Verdict): unknown[] => [
    verdict.verdict,
    verdict.verdict === 'fail' && [verdict.level, verdict.cause],
    criterion === 'status' && verdict.verdict !== 'n/a' && verdict.actual,
  ];
  return [criterion, outlineOf(before), outlineOf(after)];
}

function strictest(changes: readonly VerdictChange[]): Level | null {
  const failures = changes.flatMap(({ before, after }) =>
    [before, after].flatMap((verdict) => (verdict.verdict === 'fail' ? [verdict.level] : [])),
  );
  return levels.find((level) => failures.includes(level)) ?? null;
}

function rank(level: Level | null): number {
  return level === null ? levels.length : levels.indexOf(level);
}

const titles: Readonly<Record<CheckedName, string>> = {
  ...criterionTitles,
  // The expected status differs from probe to probe.
  status: 'status code',
  ...titlesOf({ ...checkDescriptions, listHonesty }),
};

function titlesOf<Name extends string>(
  described: Readonly<Record<Name, CheckDescription>>,
): Record<Name, string> {
  const entries = Object.entries<CheckDescription>(described).map(([name, { title }]) => [name, title]);
  return Object.fromEntries(entries) as Record<Name, string>;
}

/** The name of a criterion or check for people. */
export function titleOf({ criterion }: VerdictChange): string {
  return titles[criterion];
}

/** How it was judged, in a word or two: `fail SHOULD`. */
export function judgementOf(verdict: Verdict): string {
  if (verdict.verdict === 'n/a') return 'does not apply';
  return verdict.verdict === 'fail' ? `fail ${verdict.level}` : verdict.verdict;
}
