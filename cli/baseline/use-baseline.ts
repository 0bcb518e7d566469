/** `--baseline`, whatever was audited: the file is read before the run, and updated after it. */

import { countsAgainst } from '../../scoring/findings.ts';
import { countsUnexpectedPasses, type GateRules } from '../../scoring/gate.ts';
import { exitCodes } from '../exit-codes.ts';
import { checkWritable } from '../output/destinations.ts';
import { writeWhole } from '../output/sinks.ts';
import { type BaselineChanges, type BaselineKind, readBaselineFile } from './baseline-file.ts';
import { type Audited, isConclusive } from './narrow.ts';

export interface BaselineInUse<Entry, Report> {
  readonly entries: readonly Entry[];
  /** Updates the file if requested. @returns the exit code of the run under the baseline as it then is */
  readonly settle: (report: Report) => Promise<number>;
}

/** What of a run its baseline depends on. */
export interface BaselineOutcome<Entry> extends GateRules {
  /** Whether an entry names something that was audited. */
  readonly isAboutAny: boolean;
  readonly partial: boolean;
  /** All that was. */
  readonly audited: readonly Audited[];
  readonly exitCode: number;
  readonly changes: () => BaselineChanges<Entry>;
}

/**
 * @param plan checks the entries, and says what a run makes of them
 * @throws UsageError if the file cannot be read, or has to be written and cannot be
 */
export function useBaselineFile<Entry extends object, Report>(
  file: string,
  isUpdated: boolean,
  kind: BaselineKind,
  plan: (entries: readonly Entry[]) => (report: Report) => BaselineOutcome<Entry>,
): BaselineInUse<Entry, Report> {
  const { entries, exists, change } = readBaselineFile<Entry>(file, isUpdated, kind);
  const outcomeOf = plan(entries);
  if (isUpdated) checkWritable('baseline', file);
  const print = (text: string): void => void process.stderr.write(`handshake13: ${file}: ${text}\n`);
  return {
    entries,
    settle: async (report) => {
      const outcome = outcomeOf(report);
      if (!outcome.isAboutAny && entries.length > 0) print(`no entry matches a ${kind.subject} of this run`);
      if (!isUpdated) return outcome.exitCode;
      const changes = outcome.changes();
      const { narrowed, added } = changes;
      const removed = [...narrowed.values()].filter((names) => names.length === 0).length;
      if (!exists || narrowed.size + added.length > 0) await writeWhole(file, change(changes));
      const counts = [
        `${added.length} added`,
        `${removed} removed`,
        ...(narrowed.size > removed
          ? [`${narrowed.size - removed} narrowed to the ${kind.subject}s that still fail`]
          : []),
        `${entries.length - narrowed.size} kept`,
      ].join(', ');
      const remarks = [
        ...(isConclusive(outcome.partial, outcome.audited)
          ? []
          : ['; the run was inconclusive, so nothing was removed']),
        ...(hasExpired(outcome) ? ['; expired entries are not renewed'] : []),
      ].join('');
      const code = exitCodeAfterUpdate(outcome);
      print(`${counts}${remarks}; gate with it: ${code === exitCodes.conformant ? 'pass' : 'fail'}`);
      return code;
    },
  };
}

/** Failures that are known now do not count; those whose entry has expired still do. */
function exitCodeAfterUpdate(outcome: BaselineOutcome<unknown>): number {
  const { partial, audited } = outcome;
  if (hasExpired(outcome)) return exitCodes.findings;
  if (isConclusive(partial, audited)) return exitCodes.conformant;
  const hasUnexpectedPasses = audited.some(({ unexpectedPasses }) => unexpectedPasses.length > 0);
  return hasUnexpectedPasses && countsUnexpectedPasses(outcome) ? exitCodes.findings : exitCodes.inconclusive;
}

/** Whether failures count because their entry has expired. */
function hasExpired({ audited, failOn }: BaselineOutcome<unknown>): boolean {
  return audited.some(({ findings }) =>
    findings.some((finding) => finding.expired.length > 0 && countsAgainst(finding, failOn)),
  );
}
