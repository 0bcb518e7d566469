/** What a short report begins with: the verdict of the run as a whole, and what is new in a target. */

import type { Report, TargetReport } from '../audit/report.ts';
import type { TargetVerdict } from '../scoring/assessment.ts';
import { type Finding, isNew } from '../scoring/findings.ts';

/** The worst verdict of the targets; a run that was interrupted or saw no target proves nothing good. */
export function runVerdict({ summary, partial }: Report): TargetVerdict {
  if (summary.nonconformant > 0) return 'nonconformant';
  return partial || summary.conformant < summary.targets || summary.targets === 0
    ? 'inconclusive'
    : 'conformant';
}

/** The findings that no baseline lists. */
export function newFindings({ findings }: TargetReport): Finding[] {
  return findings.filter(isNew);
}

/** The findings that are put up with. */
export function knownFindings({ findings }: TargetReport): Finding[] {
  return findings.filter((finding) => !isNew(finding));
}
