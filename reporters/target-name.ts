/** The name of a target in running text. */

import type { TargetReport } from '../report/report.ts';
import { escapeUnicode } from './escape.ts';

/** The URL, with the label before it if there is one. */
export function targetName({ url, label }: Pick<TargetReport, 'url' | 'label'>): string {
  return label === null ? url : `${escapeUnicode(label)} (${url})`;
}

/** Makes names unique within a report: the second of the same name ends in `#2`. */
export function numberRepeats(): (name: string) => string {
  const seen = new Map<string, number>();
  return (name) => {
    const count = (seen.get(name) ?? 0) + 1;
    seen.set(name, count);
    return count === 1 ? name : `${name} #${count}`;
  };
}
