/**
 * A recorded audit, judged again without sending anything: by the same functions as a live one, under the same or
 * another profile.
 */

import type { ProfileName } from '../scoring/profiles.ts';
import type { FailOn, Verdict } from '../scoring/verdict.ts';
import type { Exchange } from '../wire/exchange.ts';
import type { AuditEvent } from './events.ts';
import { knownVersions, type ScoredTries, scoreTries, type TargetEvidence } from './judgement.ts';
import { readExchange } from './record.ts';
import type { Marks, RecordedProbe, RecordedReport, RecordedTarget } from './recorded.ts';
import { type Report, ReportBuilder, reportProbe, reportResult, type TargetResult } from './report.ts';
import { controlId } from './selection.ts';
import { tool } from './tool.ts';

/** What to judge by; what is not given is taken from the report. */
export interface RescoreOptions {
  readonly profile?: ProfileName;
  readonly failOn?: FailOn;
}

/** The events of the audit that the report tells of, as they would come now. */
export function* rescore(report: RecordedReport, options: RescoreOptions = {}): Generator<AuditEvent> {
  const { profile, failOn } = { ...report, ...options };
  const { startedAt, durationMs, partial, targets } = report;
  yield { type: 'run-start', tool, profile, failOn, startedAt, targets: targets.map(({ url }) => url) };
  for (const [index, recorded] of targets.entries()) {
    const { url, label, location, warnings } = recorded;
    const probes = recorded.probes.map(({ probe }) => probe.id);
    yield { type: 'target-start', target: index, url, label, location, warnings, probes };
    const evidence = readEvidence(recorded, profile, failOn);
    for (const scored of evidence.scored) yield { type: 'probe', target: index, probe: reportProbe(scored) };
    yield { type: 'target-end', target: index, result: withMarks(reportResult(evidence), recorded) };
  }
  yield { type: 'run-end', durationMs, partial };
}

/** The report of `rescore`, whole. */
export function rescoredReport(report: RecordedReport, options: RescoreOptions = {}): Report {
  const builder = new ReportBuilder();
  for (const event of rescore(report, options)) builder.add(event);
  return builder.build();
}

function readEvidence(recorded: RecordedTarget, profile: ProfileName, failOn: FailOn): TargetEvidence {
  const tries = recorded.probes.map(({ exchange, earlierExchanges }) =>
    [...earlierExchanges, exchange].map(readExchange),
  );
  const followUps = recorded.followUps.map(({ version, exchange }) => ({
    version,
    exchange: readExchange(exchange),
  }));
  const lastControl = recorded.lastControl === null ? null : readExchange(recorded.lastControl);
  const control = tries[recorded.probes.findIndex(({ probe }) => probe.id === controlId)]?.at(-1);
  const { unsound, interrupted } = whyInconclusive(recorded.reason, control, lastControl);
  const answers = [...tries.flatMap((one) => one.slice(-1)), ...followUps.map(({ exchange }) => exchange)];
  const known = knownVersions(answers, followUps);
  const isRefused = control !== undefined && !isSwitched(control);
  const scored = recorded.probes.map((one, i) =>
    markProbe(
      scoreTries(one.probe, tries[i] ?? [], { profile, known, unsound: isRefused ? unsound : null }),
      one,
    ),
  );
  return { scored, followUps, lastControl, unsound, interrupted, failOn };
}

/**
 * Why no more can be said of the target. That it is so shows in the controls; the words for it are the report's own,
 * since they rest on more than the exchanges: on the address that was dialled, on when the run was interrupted.
 */
function whyInconclusive(
  reason: string | null,
  control: Exchange | undefined,
  lastControl: Exchange | null,
): Pick<TargetEvidence, 'unsound' | 'interrupted'> {
  if (control !== undefined && !isSwitched(control)) {
    return { unsound: reason ?? 'the control was not accepted', interrupted: null };
  }
  // A run that was not interrupted ends with the last control.
  if (lastControl === null) return { unsound: null, interrupted: reason ?? 'interrupted' };
  if (isSwitched(lastControl)) return { unsound: null, interrupted: null };
  return { unsound: reason ?? 'the last control was not accepted', interrupted: null };
}

function isSwitched({ response }: Exchange): boolean {
  return response?.status === 101;
}

/** A failure that a baseline knew when it was recorded is known now: the report does not hold the baseline itself. */
function markProbe(scored: ScoredTries, { criteria, checks }: RecordedProbe): ScoredTries {
  const { scorecard } = scored;
  return {
    ...scored,
    scorecard: {
      ...scorecard,
      criteria: markAll(scorecard.criteria, criteria),
      checks: markAll(scorecard.checks, checks),
    },
  };
}

function withMarks(result: TargetResult, recorded: RecordedTarget): TargetResult {
  const known = new Map(recorded.findings.map((finding) => [finding.id, finding.known]));
  return {
    ...result,
    checks: markAll(result.checks, recorded.checks),
    findings: result.findings.map((finding) => ({
      ...finding,
      known: known.get(finding.id) ?? finding.known,
    })),
    unexpectedPasses: recorded.unexpectedPasses,
  };
}

function markAll<T extends Readonly<Partial<Record<string, Verdict>>>>(verdicts: T, marks: Marks): T {
  const marked = Object.entries(verdicts).map(([name, verdict]) => [
    name,
    verdict?.verdict === 'fail' ? { ...verdict, ...marks.get(name) } : verdict,
  ]);
  return Object.fromEntries(marked);
}
