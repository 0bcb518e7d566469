/** The name of a target in running text. */

import type { TargetReport } from '../report/report.ts';
import { escapeUnicode } from './escape.ts';

/** The URL, with the label before it if there is one. */
export function targetName({ url, label }: Pick<TargetReport, 'url' | 'label'>): string {
  return label === null ? url : `${escapeUnicode(label)} (${url})`;
}
