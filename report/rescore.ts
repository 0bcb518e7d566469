/**
 * Judges a recorded audit again without sending anything: by the same functions as a live one, under the same or
 * another profile.
 */

import { controlId } from '../probes/control.ts';
import { isSwitched } from '../scoring/answer.ts';
import { baselineCriteria, type ListedFailures, type TargetBaseline } from '../scoring/baseline.ts';
import { findCrowdInfluence } from '../scoring/crowd-influence.ts';
import { targetGate } from '../scoring/gate.ts';
import { scoreAttempts, type TargetEvidence } from '../scoring/judge-target.ts';
import { knownVersions } from '../scoring/known-versions.ts';
import { findLeftOpen } from '../scoring/left-open.ts';
import { type ProfileName, profiles } from '../scoring/profiles.ts';
import type { FailOn } from '../scoring/verdict.ts';
import type { VersionRequest } from '../scoring/versions.ts';
import type { Exchange } from '../wire/exchange.ts';
import type { AuditEvent } from './events.ts';
import { type ExchangeRecord, readExchange } from './exchange-record.ts';
import type { Mark, RecordedReport, RecordedRequest, RecordedTarget } from './parse-report.ts';
import { planRun } from './planned-run.ts';
import { type Report, type RunInfo, schemaVersion, type TargetInfo } from './report.ts';
import { ReportBuilder } from './report-builder.ts';
import { reportProbe, reportResult } from './to-report.ts';
import { tool } from './tool.ts';

/** What to judge by; the default is what the report was judged by. */
export interface RescoreOptions {
  readonly profile?: ProfileName;
  readonly failOn?: FailOn;
}

/** The events of the recorded audit, as its exchanges are judged now. */
export function* rescore(report: RecordedReport, options: RescoreOptions = {}): Generator<AuditEvent> {
  const { profile, failOn } = { ...report, ...options };
  const { startedAt, durationMs, partial, notBegun, invalidTargets, targets, allowUnexpectedPass, maxHead } =
    report;
  const planned = report.planned === undefined ? planRun(targets, notBegun) : report.planned;
  const info: RunInfo = {
    tool,
    profile,
    failOn,
    allowUnexpectedPass,
    maxHead,
    evidence: 'all',
    ...(report.options !== undefined && { options: report.options }),
    startedAt,
    planned,
  };
  yield { type: 'run-start', schemaVersion, shard: planned?.shard ?? null, ...info };
  for (const [index, recorded] of targets.entries()) {
    const probes = recorded.probes.map(({ probe }) => probe.id);
    yield { type: 'target-start', target: index, ...infoOf(recorded), probes };
    const evidence = readEvidence(recorded, info);
    for (const scored of evidence.scored) yield { type: 'probe', target: index, probe: reportProbe(scored) };
    const result = reportResult(evidence, recorded.address, recorded);
    // Unexpected passes leave no other trace in the report, so the recorded ones are kept.
    const { unexpectedPasses } = recorded;
    const gate = targetGate({ ...result, unexpectedPasses }, info);
    yield { type: 'target-end', target: index, result: { ...result, unexpectedPasses, gate } };
  }
  yield { type: 'run-end', durationMs, partial, notBegun, invalidTargets, planned };
}

/** The whole report, judged again. */
export function rescoredReport(report: RecordedReport, options: RescoreOptions = {}): Report {
  const builder = new ReportBuilder();
  for (const event of rescore(report, options)) builder.add(event);
  return builder.build();
}

function infoOf({ url, label, location, proxy, connectTo, warnings }: RecordedTarget): TargetInfo {
  return { url, label, location, proxy, ...(connectTo !== undefined && { connectTo }), warnings };
}

function readEvidence(
  recorded: RecordedTarget,
  { profile, failOn, allowUnexpectedPass, maxHead, startedAt }: RunInfo,
): TargetEvidence {
  const read = (record: ExchangeRecord): Exchange => readExchange(record, maxHead);
  const all = recorded.probes.map(({ probe, exchange, earlierExchanges, controlsAfter }) => ({
    probe,
    attempts: [...earlierExchanges, exchange].map(read),
    controlsAfter: controlsAfter?.map(read),
  }));
  const influence = findCrowdInfluence(all, profiles[profile]);
  const readRequest = ({ version, exchange }: RecordedRequest): VersionRequest => ({
    version,
    exchange: read(exchange),
  });
  const followUps = recorded.followUps.map(readRequest);
  const sweep = recorded.sweep.map(readRequest);
  const lastControl = recorded.lastControl === null ? null : read(recorded.lastControl);
  const control = all.find(({ probe }) => probe.id === controlId)?.attempts.at(-1);
  const { unsound, interrupted } = whyInconclusive(recorded.reason, control, lastControl);
  const answers = [
    ...all.flatMap(({ probe, attempts }) => (probe.tier === 'stress' ? [] : attempts.slice(-1))),
    ...followUps.map(({ exchange }) => exchange),
  ];
  const known = knownVersions(answers, followUps);
  const isRefused = control !== undefined && !isSwitched(control);
  const baseline = recordedBaseline(recorded, startedAt);
  const isCutShort = answers.some(({ outcome }) => outcome === 'connect-failed');
  const context = {
    profile,
    known,
    unsound: isRefused ? unsound : null,
    isCutShort,
    onlyAlone: influence !== null,
    leftOpen: findLeftOpen(all),
    lastControl,
    baseline,
  };
  const scored = all.map(({ probe, attempts, controlsAfter }) =>
    scoreAttempts(probe, attempts, { ...context, ...(controlsAfter !== undefined && { controlsAfter }) }),
  );
  const gateRules = { failOn, allowUnexpectedPass };
  return {
    scored,
    followUps,
    sweep,
    lastControl,
    influence,
    unsound,
    interrupted,
    profile,
    gateRules,
    baseline,
  };
}

/**
 * Why the target is inconclusive. Whether it is shows in the controls; the reason is taken from the report, since it
 * depends on more than the exchanges: on the address connected to, on when the run was interrupted.
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
 * The part of the baseline that the report shows: an entry for each failure that it listed. Entries that had expired on
 * the day of the run are expired here.
 */
function recordedBaseline({ probes, checks }: RecordedTarget, startedAt: string): TargetBaseline {
  const ofProbes = probes.flatMap(({ probe, criteria, checks: more }) =>
    // An entry for the status also covers the failures that follow from it, so it comes after their own entries.
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
