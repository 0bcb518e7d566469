/** The run as a whole: its verdict and its result in one line; and which findings of a target are new. */

import type { Report, TargetReport } from '../report/report.ts';
import type { RunSummary } from '../report/run-summary.ts';
import type { TargetVerdict } from '../scoring/assessment.ts';
import { type Finding, isNew } from '../scoring/findings.ts';

/** The worst verdict of the targets; a run that was interrupted or saw no target proves nothing good. */
export function runVerdict({ summary, partial }: Pick<Report, 'summary' | 'partial'>): TargetVerdict {
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
export function failsByPassing(run: RunSummary): boolean {
  return countsUnexpectedPasses(run) && run.unexpectedPasses > 0;
}

/** What every report says of a run that was interrupted. */
export const partialNotice = 'interrupted; partial results';

/** The result of the run in one line. */
export function runResult({ summary, durationMs, partial, unexpectedPasses }: RunSummary): string {
  const { targets, conformant, nonconformant, inconclusive } = summary;
  const counts = [
    `${conformant} conformant`,
    `${nonconformant} nonconformant`,
    `${inconclusive} inconclusive`,
    ...(unexpectedPasses === 0
      ? []
      : [`${unexpectedPasses} unexpected ${unexpectedPasses === 1 ? 'pass' : 'passes'}`]),
  ].join(', ');
  const seconds = (durationMs / 1000).toFixed(1);
  return `${targets} ${targets === 1 ? 'target' : 'targets'}: ${counts}, in ${seconds} s${partial ? ` (${partialNotice})` : ''}`;
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
