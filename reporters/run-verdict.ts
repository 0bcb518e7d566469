/** The run as a whole: its verdict and its result in one line; and which findings of a target are new. */

import type { Gate, Report, ReportedFinding, TargetReport } from '../report/report.ts';
import type { RunSummary } from '../report/run-summary.ts';
import type { TargetVerdict } from '../scoring/assessment.ts';
import { criteria, criterionNames } from '../scoring/criteria.ts';
import { isNew } from '../scoring/findings.ts';
import { escapeUnicode } from './escape.ts';

/** The worst verdict of the targets; an interrupted run, or one without targets, is never conformant. */
export function runVerdict({ summary, partial }: Pick<Report, 'summary' | 'partial'>): TargetVerdict {
  if (summary.nonconformant > 0) return 'nonconformant';
  if (partial || summary.inconclusive > 0 || summary.targets === 0) return 'inconclusive';
  return summary.passed > 0 ? 'passed' : 'conformant';
}

export type ResultMark = 'pass' | 'fail' | 'inconclusive';

/** A gate that fails is never green. */
export function resultMark({ verdict, gate }: Pick<TargetReport, 'verdict' | 'gate'>): ResultMark {
  switch (verdict) {
    case 'nonconformant':
      return 'fail';
    case 'inconclusive':
      return 'inconclusive';
    case 'conformant':
    case 'passed':
      return gate === 'pass' ? 'pass' : 'fail';
  }
}

/** The verdict in words: `passed (6 of 96 probes)`, since not all were sent. */
export function describeVerdict({
  verdict,
  probesSent,
  probesInCatalogue,
}: Pick<TargetReport, 'verdict' | 'probesSent' | 'probesInCatalogue'>): string {
  return verdict === 'passed' ? `passed (${probesSent} of ${probesInCatalogue} probes)` : verdict;
}

/** What passed of the criteria and of the tiers: `returned 400 61/71, …; core 24 of 28, all 187 of 230 probes`. */
export function describeScores({ scoreboard, tiers }: Pick<TargetReport, 'scoreboard' | 'tiers'>): string {
  const scores = criterionNames.flatMap((name) => {
    const { passed, failed, inconclusive } = scoreboard[name];
    const all = passed + failed + inconclusive;
    return all === 0 ? [] : [`${criteria[name].shortTitle} ${passed}/${all}`];
  });
  const [core, all] = [tiers.core, tiers.all].map(
    ({ passed, failed, inconclusive }) => `${passed} of ${passed + failed + inconclusive}`,
  );
  return `${scores.join(', ')}; core ${core}, all ${all} probes`;
}

/** The verdict of the run, with the gate where the two differ: `nonconformant, gate: pass`. */
export function runHeadline(report: Pick<Report, 'summary' | 'partial' | 'gate'>): string {
  const verdict = runVerdict(report);
  return `${verdict}${surprisingGate(verdict, report.gate)}`;
}

/** `, gate: pass` where that is not what the verdict alone would make of it; otherwise empty. */
export function surprisingGate(verdict: TargetVerdict, { result }: Pick<Gate, 'result'>): string {
  const isClean = verdict === 'conformant' || verdict === 'passed';
  return isClean === (result === 'pass') ? '' : `, gate: ${result}`;
}

/** Whether the gate is not what the verdict alone would make of it. */
export function isSurprisingGate(report: Pick<Report, 'summary' | 'partial' | 'gate'>): boolean {
  return surprisingGate(runVerdict(report), report.gate) !== '';
}

/** `gate: fail (2 findings at MUST)`. */
export function describeGate({ result, reasons }: Gate): string {
  return `gate: ${result}${reasons.length === 0 ? '' : ` (${reasons.map((reason) => escapeUnicode(reason)).join('; ')})`}`;
}

/** The known failures in words, as `3 known failures`; null if there are none. */
export function countKnownFailures(target: TargetReport): string | null {
  const count = knownFindings(target).flatMap(({ failures }) => failures).length;
  return count === 0 ? null : `${count} known ${count === 1 ? 'failure' : 'failures'}`;
}

/** What every report says about a run that was interrupted. */
export function partialNotice({ notBegun }: Pick<Report, 'notBegun'>): string {
  const missing =
    notBegun === 0 ? '' : `; ${notBegun} ${notBegun === 1 ? 'target was' : 'targets were'} not begun`;
  return `interrupted; partial results${missing}`;
}

/** The result of the run in one line. */
export function runResult(run: RunSummary): string {
  const {
    summary,
    durationMs,
    partial,
    counts: { unexpectedPasses },
  } = run;
  const { targets, conformant, passed, nonconformant, inconclusive } = summary;
  const counts = [
    `${conformant} conformant`,
    ...(passed === 0 ? [] : [`${passed} passed`]),
    `${nonconformant} nonconformant`,
    `${inconclusive} inconclusive`,
    ...(unexpectedPasses === 0
      ? []
      : [`${unexpectedPasses} unexpected ${unexpectedPasses === 1 ? 'pass' : 'passes'}`]),
  ].join(', ');
  const seconds = (durationMs / 1000).toFixed(1);
  const interruption = partial ? ` (${partialNotice(run)})` : '';
  return `${targets} ${targets === 1 ? 'target' : 'targets'}: ${counts}, in ${seconds} s${interruption}; ${describeGate(run.gate)}`;
}

/**
 * Why the findings of a target are not certain; null if they are. For reports whose findings are read one at a time,
 * without the target's verdict beside them.
 */
export function caveatOf({ lastControl }: TargetReport): string | null {
  return lastControl === null ? 'not confirmed: the run was cut off before the control was repeated' : null;
}

/** The findings that are not in the baseline. */
export function newFindings({ findings }: TargetReport): ReportedFinding[] {
  return findings.filter(isNew);
}

/** The findings that are in the baseline, and do not count. */
export function knownFindings({ findings }: TargetReport): ReportedFinding[] {
  return findings.filter((finding) => !isNew(finding));
}
