/** What every form says in the same words. */

import type { ChangeKind, Comparison, Side, TargetComparison, TargetSide } from './comparison.ts';

export const kindTitles: Readonly<Record<TargetComparison['kind'], string>> = {
  worse: 'worse',
  unclear: 'not comparable',
  better: 'better',
  other: 'different',
  same: 'no difference',
};

/** Of the changes in a target: what is said of a group of them. */
export const changeTitles: Readonly<Record<ChangeKind, string>> = {
  worse: 'worse',
  unclear: 'cannot be told',
  better: 'better',
  other: 'neither better nor worse',
};

/** The whole in one line. */
export function resultOf({ kind, summary }: Comparison): string {
  const counted: readonly (readonly [number, string])[] = [
    [summary.worse, 'worse'],
    [summary.unclear, 'not comparable'],
    [summary.better, 'better'],
  ];
  const counts = counted
    .filter(([count]) => count > 0)
    .map(([count, what]) => `${count} ${count === 1 ? 'verdict' : 'verdicts'} ${what}`)
    .join(', ');
  switch (kind) {
    case 'worse':
      return `worse: ${counts}`;
    case 'unclear':
      return `nothing is known to be worse, but not all can be compared${counts === '' ? '' : `: ${counts}`}`;
    case 'better':
      return `better: nothing worse${counts === '' ? '' : `, ${counts}`}`;
    case 'other':
      return 'nothing better or worse, but not all is the same';
    case 'same':
      return 'no difference';
  }
}

/** Whether more is to be told of a target than that nothing changed. */
export function hasDetails(target: TargetComparison): boolean {
  return target.kind !== 'same' || matchOf(target) !== null || target.notCompared !== null;
}

/** When and by what it was made. */
export function originOf({ startedAt, tool, profile }: Side): string {
  return `${startedAt}, ${tool.name} ${tool.version}, profile ${profile}`;
}

/** How the two sides of a target were found to be one, and BEFORE's URL, where that has to be said. */
export function matchOf({ matchedBy, before, after }: TargetComparison): readonly [string, string] | null {
  if (before === null || after === null) return null;
  if (matchedBy === 'only')
    return ['taken to be the same, the only target of each report: BEFORE has', before.url];
  return before.url === after.url ? null : ['of the same label, but another URL: BEFORE has', before.url];
}

/** `none → 13, 8`, or null where both are the same. */
export function changeOfVersions(
  before: TargetSide,
  after: TargetSide,
  list: 'advertised' | 'accepted',
  arrow: string,
): string | null {
  const [was, is] = [before, after].map(({ versions }) => versions[list].join(', ') || 'none');
  return was === is ? null : `${was} ${arrow} ${is}`;
}

/** `190 of 194 (97.9 %)`. */
export function scoreOf({ score: { passed, failed, percent } }: TargetSide): string {
  return percent === null ? 'none' : `${passed} of ${passed + failed} (${percent} %)`;
}

export function countProbes(count: number): string {
  return `${count} ${count === 1 ? 'probe' : 'probes'}`;
}
