/** `--baseline`: the file is read before the run, and updated after it. */

import { planBaseline } from '../../audit/plan/baseline-plan.ts';
import type { Report } from '../../report/report.ts';
import { summaryOf } from '../../report/run-summary.ts';
import type { BaselineEntry } from '../../scoring/baseline.ts';
import { countsAgainst } from '../../scoring/findings.ts';
import { countsUnexpectedPasses } from '../../scoring/gate.ts';
import { exitCodes } from '../exit-codes.ts';
import { checkWritable } from '../output/destinations.ts';
import { writeWhole } from '../output/sinks.ts';
import { runExitCode } from '../run-exit-code.ts';
import { readBaselineFile } from './baseline-file.ts';
import { isConclusive, planUpdate } from './baseline-update.ts';

export interface BaselineInUse {
  readonly entries: readonly BaselineEntry[];
  /** Updates the file if requested. @returns the exit code of the run under the baseline as it then is */
  readonly settle: (report: Report) => Promise<number>;
}

/** @throws UsageError if the file cannot be read, or has to be written and cannot be */
export function useBaseline(file: string, isUpdated: boolean): BaselineInUse {
  const { entries, exists, change } = readBaselineFile(file, isUpdated);
  const baseline = planBaseline(entries);
  if (isUpdated) checkWritable('baseline', file);
  const print = (text: string): void => void process.stderr.write(`handshake13: ${file}: ${text}\n`);
  return {
    entries,
    settle: async (report) => {
      const isAboutNone = !baseline.some(({ isAbout }) => report.targets.some(isAbout));
      if (isAboutNone && entries.length > 0) print('no entry matches a target of this run');
      if (!isUpdated) return runExitCode(summaryOf(report));
      const changes = planUpdate(baseline, report);
      const { narrowed, added } = changes;
      const removed = [...narrowed.values()].filter((targets) => targets.length === 0).length;
      if (!exists || narrowed.size + added.length > 0) await writeWhole(file, change(changes));
      const counts = [
        `${added.length} added`,
        `${removed} removed`,
        ...(narrowed.size > removed
          ? [`${narrowed.size - removed} narrowed to the targets that still fail`]
          : []),
        `${entries.length - narrowed.size} kept`,
      ].join(', ');
      const remarks = [
        ...(isConclusive(report) ? [] : ['; the run was inconclusive, so nothing was removed']),
        ...(hasExpired(report) ? ['; expired entries are not renewed'] : []),
      ].join('');
      const code = exitCodeAfterUpdate(report);
      print(`${counts}${remarks}; gate with it: ${code === exitCodes.conformant ? 'pass' : 'fail'}`);
      return code;
    },
  };
}

/** Whether failures count because their entry has expired. */
function hasExpired({ targets, failOn }: Report): boolean {
  return targets.some(({ findings }) =>
    findings.some((finding) => finding.expired.length > 0 && countsAgainst(finding, failOn)),
  );
}

/** Failures that are known now do not count; those whose entry has expired still do. */
function exitCodeAfterUpdate(report: Report): number {
  const hasPassed = report.targets.some(({ unexpectedPasses }) => unexpectedPasses.length > 0);
  if (hasExpired(report) || (!isConclusive(report) && hasPassed && countsUnexpectedPasses(report)))
    return exitCodes.findings;
  return isConclusive(report) ? exitCodes.conformant : exitCodes.inconclusive;
}
