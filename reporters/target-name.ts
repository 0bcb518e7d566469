/** What a target is called in one line of text. */

import type { TargetReport } from '../report/report.ts';
import { escapeUnicode } from './escape.ts';

/** The URL, behind the label where there is one. */
export function targetName({ url, label }: Pick<TargetReport, 'url' | 'label'>): string {
  return label === null ? url : `${escapeUnicode(label)} (${url})`;
}
