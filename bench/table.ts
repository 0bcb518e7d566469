/** What is measured, as rows: a baseline, ours, their ratio, and the goal that it should meet. */

import { median } from './alternate.ts';

const units = {
  ms: (value: number) => `${value.toFixed(value < 10 ? 2 : 0)} ms`,
  'per s': (value: number) => `${value.toFixed(0)} /s`,
  MiB: (value: number) => `${value.toFixed(1)} MiB`,
} as const;

/** What ours should be: the first three bound its ratio to the baseline, the others the figure in its own unit. */
export type Goal =
  | { readonly atMost: number }
  | { readonly atLeast: number }
  | { readonly below: number }
  | { readonly atMostAbove: number }
  | { readonly totalBelow: number };

export interface Row {
  readonly what: string;
  readonly unit: keyof typeof units;
  /** Medians, and every sample that they come from in the order of measuring. */
  readonly bare: number;
  readonly ours: number;
  readonly samples: { readonly bare: readonly number[]; readonly ours: readonly number[] };
  /** Ours divided by the baseline. */
  readonly ratio: number;
  /** The same of the best samples: what a quiet machine would show. */
  readonly bestRatio: number;
  /** Null where a figure is only shown. */
  readonly goal: Goal | null;
  readonly met: boolean | null;
}

export interface Measurement {
  readonly rows: readonly Row[];
  readonly notes?: readonly string[];
}

/** Makes a row of samples. */
export function row(
  what: string,
  unit: Row['unit'],
  bareSamples: readonly number[],
  ourSamples: readonly number[],
  goal: Goal | null,
): Row {
  const bare = median(bareSamples);
  const ours = median(ourSamples);
  const ratio = ours / bare;
  // More is better of a rate, less of everything else.
  const best = unit === 'per s' ? Math.max : Math.min;
  return {
    what,
    unit,
    bare,
    ours,
    samples: { bare: bareSamples, ours: ourSamples },
    ratio,
    bestRatio: best(...ourSamples) / best(...bareSamples),
    goal,
    met: goal === null ? null : isMet(bare, ours, goal),
  };
}

function isMet(bare: number, ours: number, goal: Goal): boolean {
  if ('atMostAbove' in goal) return ours - bare <= goal.atMostAbove;
  if ('totalBelow' in goal) return ours < goal.totalBelow;
  const ratio = ours / bare;
  if ('atMost' in goal) return ratio <= goal.atMost;
  return 'atLeast' in goal ? ratio >= goal.atLeast : ratio < goal.below;
}

function formatGoal(goal: Goal | null, unit: Row['unit']): string {
  if (goal === null) return '';
  if ('atMostAbove' in goal) return `<= +${units[unit](goal.atMostAbove)}`;
  if ('totalBelow' in goal) return `< ${units[unit](goal.totalBelow)}`;
  if ('atMost' in goal) return `<= ${goal.atMost.toFixed(2)}`;
  return 'atLeast' in goal ? `>= ${goal.atLeast.toFixed(2)}` : `< ${goal.below.toFixed(2)}`;
}

const heads = ['what', 'bare', 'ours', 'ratio', 'of best', 'goal', 'met'];

/** The rows as text, the figures aligned to the right. */
export function renderTable(rows: readonly Row[], notes: readonly string[]): string {
  const cells = rows.map(({ what, unit, bare, ours, ratio, bestRatio, goal, met }) => [
    what,
    units[unit](bare),
    units[unit](ours),
    ratio.toFixed(2),
    bestRatio.toFixed(2),
    formatGoal(goal, unit),
    met === null ? '' : met ? 'yes' : 'NO',
  ]);
  const widths = heads.map((head, column) =>
    Math.max(head.length, ...cells.map((line) => line[column]?.length ?? 0)),
  );
  const line = (texts: readonly string[]): string =>
    texts
      .map((text, column) =>
        column === 0 ? text.padEnd(widths[column] ?? 0) : text.padStart(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd();
  const rule = '-'.repeat(widths.reduce((sum, width) => sum + width + 2, -2));
  return `${[line(heads), rule, ...cells.map(line), '', ...notes.map((note) => `- ${note}`)].join('\n')}\n`;
}
