/** Puts what a run found into the form of the report. */

import { judgeTarget, type ScoredAttempts, type TargetEvidence } from '../scoring/judge-target.ts';
import type { VersionRequest } from '../scoring/versions.ts';
import { recordExchange } from './exchange-record.ts';
import type { FollowUpReport, ProbeReport, TargetInfo, TargetResult } from './report.ts';
import { reproduce } from './reproduce/reproduce.ts';
import { recogniseStacks } from './stacks/recognise-stacks.ts';

/** A scored probe as the report stores it. */
export function reportProbe({
  probe,
  exchange,
  scorecard,
  earlier,
  controlsAfter,
}: ScoredAttempts): ProbeReport {
  const { id, family, title, expects } = probe;
  return {
    id,
    family,
    title,
    expects,
    ...scorecard,
    exchange: recordExchange(exchange),
    earlierExchanges: earlier.map(recordExchange),
    ...(controlsAfter !== undefined && { controlsAfter: controlsAfter.map(recordExchange) }),
  };
}

/** The judgement of a target as the report stores it, with the exchanges that belong to no probe. */
export function reportResult(
  evidence: TargetEvidence,
  address: string | null,
  reached: Pick<TargetInfo, 'url' | 'proxy' | 'connectTo' | 'warnings'>,
): TargetResult {
  const { lastControl } = evidence;
  const followUps = evidence.followUps.map(reportRequest);
  const sweep = evidence.sweep.map(reportRequest);
  const assessment = judgeTarget(evidence);
  const target = {
    ...reached,
    versions: assessment.versions,
    probes: evidence.scored.map(reportProbe),
    followUps,
    sweep,
  };
  const exchanges = [
    ...evidence.scored.flatMap(({ exchange, earlier }) => [...earlier, exchange]),
    ...[...evidence.followUps, ...evidence.sweep].map(({ exchange }) => exchange),
    ...(lastControl === null ? [] : [lastControl]),
  ];
  return {
    address,
    ...assessment,
    stacks: recogniseStacks(exchanges, assessment.findings),
    omitted: [],
    findings: assessment.findings.map((finding) => ({ ...finding, reproduce: reproduce(finding, target) })),
    followUps,
    sweep,
    lastControl: lastControl === null ? null : recordExchange(lastControl),
  };
}

function reportRequest({ version, exchange }: VersionRequest): FollowUpReport {
  return { id: `ask/${version}`, version, exchange: recordExchange(exchange) };
}
