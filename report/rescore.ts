/**
 * A recorded audit, judged again without sending anything: by the same functions as a live one, under the same or
 * another profile.
 */

import { controlId } from '../probes/control.ts';
import { isSwitched } from '../scoring/answer.ts';
import { baselineCriteria, type ListedFailures, type TargetBaseline } from '../scoring/baseline.ts';
import { knownVersions, scoreAttempts, type TargetEvidence } from '../scoring/judge-target.ts';
import type { ProfileName } from '../scoring/profiles.ts';
import type { FailOn } from '../scoring/verdict.ts';
import type { Exchange } from '../wire/exchange.ts';
import type { AuditEvent } from './events.ts';
import { type ExchangeRecord, readExchange } from './exchange-record.ts';
import type { Mark, RecordedReport, RecordedTarget } from './parse-report.ts';
import type { Report, RunInfo, TargetInfo } from './report.ts';
import { ReportBuilder } from './report-builder.ts';
import { reportProbe, reportResult } from './to-report.ts';
import { tool } from './tool.ts';

/** What to judge by; what is not given is taken from the report. */
export interface RescoreOptions {
  readonly profile?: ProfileName;
  readonly failOn?: FailOn;
}

/** The events of the recorded audit, as its exchanges are judged now. */
export function* rescore(report: RecordedReport, options: RescoreOptions = {}): Generator<AuditEvent> {
  const { profile, failOn } = { ...report, ...options };
  const { startedAt, durationMs, partial, targets, allowUnexpectedPass, maxHead } = report;
  const info: RunInfo = { tool, profile, failOn, allowUnexpectedPass, maxHead, startedAt };
  yield { type: 'run-start', ...info, targets: targets.map(({ url }) => url) };
  for (const [index, recorded] of targets.entries()) {
    const probes = recorded.probes.map(({ probe }) => probe.id);
    yield { type: 'target-start', target: index, ...infoOf(recorded), probes };
    const evidence = readEvidence(recorded, info);
    for (const scored of evidence.scored) yield { type: 'probe', target: index, probe: reportProbe(scored) };
    const result = reportResult(evidence);
    // Entries of the baseline that did not fail leave no mark, so the recorded ones are kept.
    const { unexpectedPasses } = recorded;
    yield { type: 'target-end', target: index, result: { ...result, unexpectedPasses } };
  }
  yield { type: 'run-end', durationMs, partial };
}

/** The whole report, judged again. */
export function rescoredReport(report: RecordedReport, options: RescoreOptions = {}): Report {
  const builder = new ReportBuilder();
  for (const event of rescore(report, options)) builder.add(event);
  return builder.build();
}

function infoOf({ url, label, location, proxy, warnings }: RecordedTarget): TargetInfo {
  return { url, label, location, proxy, warnings };
}

function readEvidence(
  recorded: RecordedTarget,
  { profile, failOn, maxHead, startedAt }: RunInfo,
): TargetEvidence {
  const read = (record: ExchangeRecord): Exchange => readExchange(record, maxHead);
  const tries = recorded.probes.map(({ exchange, earlierExchanges }) =>
    [...earlierExchanges, exchange].map(read),
  );
  const followUps = recorded.followUps.map(({ version, exchange }) => ({
    version,
    exchange: read(exchange),
  }));
  const lastControl = recorded.lastControl === null ? null : read(recorded.lastControl);
  const control = tries[recorded.probes.findIndex(({ probe }) => probe.id === controlId)]?.at(-1);
  const { unsound, interrupted } = whyInconclusive(recorded.reason, control, lastControl);
  const answers = [...tries.flatMap((one) => one.slice(-1)), ...followUps.map(({ exchange }) => exchange)];
  const known = knownVersions(answers, followUps);
  const isRefused = control !== undefined && !isSwitched(control);
  const baseline = recordedBaseline(recorded, startedAt);
  const isCutShort = answers.some(({ outcome }) => outcome === 'connect-failed');
  const context = { profile, known, unsound: isRefused ? unsound : null, isCutShort, baseline };
  const scored = recorded.probes.map(({ probe }, i) => scoreAttempts(probe, tries[i] ?? [], context));
  return { scored, followUps, lastControl, unsound, interrupted, failOn, baseline };
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

/**
 * What of the baseline shows in the report, which does not hold it: an entry for each failure that it listed. Those
 * that had run out on the day of the run have run out here.
 */
function recordedBaseline({ probes, checks }: RecordedTarget, startedAt: string): TargetBaseline {
  const ofProbes = probes.flatMap(({ probe, criteria, checks: more }) =>
    // What lists the status lists what follows from it, and has to come after what lists that by its own name.
    [...more, ...[...criteria].reverse()].flatMap(([name, mark]) =>
      listedAs(name, mark, new Set([probe.id])),
    ),
  );
  const ofTarget = [...checks].flatMap(([name, mark]) => listedAs(name, mark, new Set()));
  return { listed: [...ofProbes, ...ofTarget], today: startedAt.slice(0, 10) };
}

function listedAs(name: string, { known, expired }: Mark, probes: ReadonlySet<string>): ListedFailures[] {
  const reason = known ?? expired;
  const criterion = baselineCriteria.find((candidate) => candidate === name);
  if (reason === undefined || criterion === undefined) return [];
  return [{ entry: { ...reason, criterion }, index: 0, probes }];
}
