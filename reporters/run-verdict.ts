/** What a short report begins with: the verdict of the run as a whole, and what is new in a target. */

import type { Report, TargetReport } from '../report/report.ts';
import type { TargetVerdict } from '../scoring/assessment.ts';
import { type Finding, isNew } from '../scoring/findings.ts';

/** The worst verdict of the targets; a run that was interrupted or saw no target proves nothing good. */
export function runVerdict({ summary, partial }: Report): TargetVerdict {
  if (summary.nonconformant > 0) return 'nonconformant';
  return partial || summary.conformant < summary.targets || summary.targets === 0
    ? 'inconclusive'
    : 'conformant';
}

/** Whether entries of the baseline of which nothing failed make the run fail: where nothing is to count, nor do they. */
export function countsUnexpectedPasses({
  failOn,
  allowUnexpectedPass,
}: Pick<Report, 'failOn' | 'allowUnexpectedPass'>): boolean {
  return !allowUnexpectedPass && failOn !== 'never';
}

/** Whether the run fails by what passes: the baseline lists what does not fail, and that counts. */
export function failsByPassing(report: Report): boolean {
  return (
    countsUnexpectedPasses(report) &&
    report.targets.some(({ unexpectedPasses }) => unexpectedPasses.length > 0)
  );
}

/**
 * What speaks against the findings of a target: they are told one by one in places where nothing else of the report is
 * seen. Null where nothing does.
 */
export function caveatOf({ lastControl }: TargetReport): string | null {
  return lastControl === null ? 'not confirmed: the run was cut off before the control was repeated' : null;
}

/** The findings that no baseline lists. */
export function newFindings({ findings }: TargetReport): Finding[] {
  return findings.filter(isNew);
}

/** The findings that are put up with. */
export function knownFindings({ findings }: TargetReport): Finding[] {
  return findings.filter((finding) => !isNew(finding));
}
