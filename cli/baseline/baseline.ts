/** `--baseline` of an audit of servers. */

import { planBaseline } from '../../audit/plan/baseline-plan.ts';
import type { Report } from '../../report/report.ts';
import { summaryOf } from '../../report/run-summary.ts';
import type { BaselineEntry } from '../../scoring/baseline.ts';
import { runExitCode } from '../run-exit-code.ts';
import { baselineSchema } from './baseline-schema.ts';
import { planUpdate } from './baseline-update.ts';
import { type BaselineInUse, useBaselineFile } from './use-baseline.ts';

/** @throws UsageError if the file cannot be read, or has to be written and cannot be */
export function useBaseline(file: string, isUpdated: boolean): BaselineInUse<BaselineEntry, Report> {
  const kind = { subject: 'target', schema: baselineSchema } as const;
  return useBaselineFile(file, isUpdated, kind, (entries: readonly BaselineEntry[]) => {
    const baseline = planBaseline(entries);
    return (report: Report) => ({
      ...report,
      isAboutAny: baseline.some(({ isAbout }) => report.targets.some(isAbout)),
      audited: report.targets,
      exitCode: runExitCode(summaryOf(report)),
      changes: () => planUpdate(baseline, report),
    });
  });
}
