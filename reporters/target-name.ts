/** What a target is called in one line of text. */

import type { TargetReport } from '../audit/report.ts';
import { visibleUnicode } from './visible.ts';

/** The URL, behind the label where there is one. */
export function targetName({ url, label }: Pick<TargetReport, 'url' | 'label'>): string {
  return label === null ? url : `${visibleUnicode(label)} (${url})`;
}
