/** The words that all formats share. */

import type { ChangeKind, Comparison, Side, TargetComparison, TargetSide } from './comparison.ts';

export const kindTitles: Readonly<Record<TargetComparison['kind'], string>> = {
  worse: 'worse',
  unclear: 'not comparable',
  better: 'better',
  other: 'different',
  same: 'no difference',
};

/** The titles of groups of changes in a target. */
export const changeTitles: Readonly<Record<ChangeKind, string>> = {
  worse: 'worse',
  unclear: 'unknown',
  better: 'better',
  other: 'neither better nor worse',
};

/** The result in one line. */
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
      return `nothing known to be worse, but not everything is comparable${counts === '' ? '' : `: ${counts}`}`;
    case 'better':
      return `better: nothing worse${counts === '' ? '' : `, ${counts}`}`;
    case 'other':
      return 'nothing better or worse, but not everything is the same';
    case 'same':
      return 'no difference';
  }
}

/** Whether there is more to report than that nothing changed. */
export function hasDetails(target: TargetComparison): boolean {
  return target.kind !== 'same' || matchOf(target) !== null || target.notCompared !== null;
}

/** When and by what the report was made. */
export function originOf({ startedAt, tool, profile }: Side): string {
  return `${startedAt}, ${tool.name} ${tool.version}, profile ${profile}`;
}

/** How the two sides of a target were matched, and BEFORE's URL, unless the URLs are equal. */
export function matchOf({ matchedBy, before, after }: TargetComparison): readonly [string, string] | null {
  if (before === null || after === null) return null;
  if (matchedBy === 'only')
    return ['assumed to be the same, as the only target of each report: BEFORE has', before.url];
  return before.url === after.url ? null : ['same label, but another URL: BEFORE has', before.url];
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

/** `190 of 194 (97.9%)`. */
export function scoreOf({ score: { passed, failed, percent } }: TargetSide): string {
  return percent === null ? 'none' : `${passed} of ${passed + failed} (${percent}%)`;
}

export function countProbes(count: number): string {
  return `${count} ${count === 1 ? 'probe' : 'probes'}`;
}
