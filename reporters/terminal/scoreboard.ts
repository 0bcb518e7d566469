/** The four criteria with how many probes passed each: as bars, or in one line where all passed. */

import type { TargetReport } from '../../report/report.ts';
import { criteria, criterionNames } from '../../scoring/criteria.ts';
import type { Style } from './style.ts';

/** Columns of a bar. */
const [minBarWidth, maxBarWidth] = [10, 20];
const titleWidth = Math.max(...criterionNames.map((name) => criteria[name].shortTitle.length));
const indent = '  ';

export function scoreboardLines({ scoreboard }: TargetReport, style: Style): string[] {
  const scores = criterionNames.flatMap((name) => {
    const { passed, failed, inconclusive } = scoreboard[name];
    const all = passed + failed + inconclusive;
    return all === 0 ? [] : [{ title: criteria[name].shortTitle, passed, all }];
  });
  const isPerfect = scores.every(({ passed, all }) => passed === all);
  if (isPerfect) {
    const cells = scores.map(({ title, passed, all }) => `${title} ${passed}/${all}`);
    return style.flow(indent, cells, ` ${style.glyphs.separator} `);
  }
  const countWidth = Math.max(...scores.map(({ passed, all }) => `${passed}/${all}`.length));
  const cellWidth = (barWidth: number): number => titleWidth + 1 + barWidth + 1 + countWidth;
  const perRow = indent.length * 2 + 2 * cellWidth(minBarWidth) <= style.columns ? 2 : 1;
  const barWidth = Math.max(
    minBarWidth,
    Math.min(
      maxBarWidth,
      Math.floor((style.textWidth - indent.length * (perRow + 1)) / perRow) - cellWidth(0),
    ),
  );
  const cells = scores.map(({ title, passed, all }) => {
    const bar = style.bar(passed, all, barWidth);
    return `${style.toWidth(title, titleWidth)} ${bar} ${`${passed}/${all}`.padStart(countWidth)}`;
  });
  const rows: string[] = [];
  for (let i = 0; i < cells.length; i += perRow) {
    rows.push(indent + cells.slice(i, i + perRow).join(indent));
  }
  return rows;
}
