/** The judgement of a target as a whole, from the scorecards and exchanges of its run. */

import { conformanceProbes } from '../probes/catalogue.ts';
import type { Tier } from '../probes/probe.ts';
import type { Exchange } from '../wire/exchange.ts';
import { emptyBaseline, findUnexpectedPasses, markListHonesty, type TargetBaseline } from './baseline.ts';
import { type CriterionName, criterionNames, forEachCriterion } from './criteria.ts';
import { type Finding, findFaults, type ScoredProbe } from './findings.ts';
import { type GateResult, type GateRules, targetGate } from './gate.ts';
import type { UnexpectedPass } from './known-failure.ts';
import type { Verdict } from './verdict.ts';
import {
  acceptedVersions,
  advertisedVersions,
  judgeListHonesty,
  type VersionRequest,
  type Versions,
} from './versions.ts';

/**
 * What the target did, whatever the job makes of it. `conformant`: every probe of the catalogue was sent, except those
 * of the tier `stress`, and nothing failed. `passed`: nothing failed of those that were chosen. `nonconformant`:
 * something failed, known or not, at whatever level.
 */
export const targetVerdicts = ['conformant', 'passed', 'nonconformant', 'inconclusive'] as const;

export type TargetVerdict = (typeof targetVerdicts)[number];

/** Counts of verdicts on the four criteria; the supplementary checks are not among them. */
export interface Score {
  readonly passed: number;
  readonly failed: number;
  readonly inconclusive: number;
  readonly notApplicable: number;
  /**
   * Passed of all that apply, rounded down to a tenth, so that 100 means that all passed; null where none passed or
   * failed. What is inconclusive has not passed.
   */
  readonly percent: number | null;
}

export type Scoreboard = Readonly<Record<CriterionName, Score>>;

export interface ProbeCount {
  readonly passed: number;
  readonly failed: number;
  readonly inconclusive: number;
}

export interface Tiers {
  readonly core: ProbeCount;
  /** Core and extended probes: all except stress probes. */
  readonly all: ProbeCount;
}

export interface Assessment {
  readonly verdict: TargetVerdict;
  readonly gate: GateResult;
  /** Why it is inconclusive or, where something failed, why not everything could be judged; in words. */
  readonly reason: string | null;
  /** How the audit's own connections changed the answers, in words; null where they did not. */
  readonly influence: string | null;
  /** Probes that were sent, without stress probes. */
  readonly probesSent: number;
  /** Probes in the catalogue, without stress probes. */
  readonly probesInCatalogue: number;
  /** The four criteria together. */
  readonly score: Score;
  /** Each of the four criteria. */
  readonly scoreboard: Scoreboard;
  /** Probes by their verdicts. */
  readonly tiers: Tiers;
  readonly versions: Versions;
  readonly checks: { readonly listHonesty: Verdict };
  readonly findings: readonly Finding[];
  /** Entries of the baseline whose failures did not happen. */
  readonly unexpectedPasses: readonly UnexpectedPass[];
}

export interface AssessmentInput {
  /** In their scorecards stands already what the baseline says. */
  readonly scored: readonly ScoredProbe[];
  /** Exchanges beside the probes' last ones: earlier tries, follow-ups, the last control. */
  readonly otherExchanges: readonly Exchange[];
  /** Exchanges that asked for one legal version in an otherwise right handshake. */
  readonly versionRequests: readonly VersionRequest[];
  /** Those of them that a sweep of all versions added. */
  readonly swept?: readonly VersionRequest[];
  /** How the audit's own connections changed the answers, in words; null where they did not. */
  readonly influence?: string | null;
  /** Why the experiment is not sound, in words; null if it is. */
  readonly unsound: string | null;
  /** Why the run ended before its time, in words; null if it did not. What was found until then stands. */
  readonly interrupted: string | null;
  readonly gateRules: GateRules;
  readonly baseline?: TargetBaseline;
}

export function assess({
  scored,
  otherExchanges,
  versionRequests,
  swept = [],
  influence = null,
  unsound,
  interrupted,
  gateRules,
  baseline = emptyBaseline,
}: AssessmentInput): Assessment {
  // Stress probes are about robustness: what comes in answer to them says nothing about versions.
  const conforming = scored.filter(({ probe }) => probe.tier !== 'stress');
  const exchanges = [...conforming.map(({ exchange }) => exchange), ...otherExchanges];
  const judged = judgeListHonesty(exchanges, versionRequests, swept);
  const honesty = { ...judged, verdict: markListHonesty(judged.verdict, baseline) };
  // What an unsound experiment seems to show is evidence to look at, not a finding.
  const findings = unsound === null ? findFaults(scored, honesty) : [];
  const reason = unsound ?? interrupted ?? explainDoubts(conforming);
  const unexpectedPasses =
    unsound === null && interrupted === null ? findUnexpectedPasses(baseline, scored, honesty.verdict) : [];
  const isWhole = conforming.length >= conformanceProbes.length;
  return {
    verdict:
      findings.length > 0
        ? 'nonconformant'
        : reason !== null
          ? 'inconclusive'
          : isWhole
            ? 'conformant'
            : 'passed',
    gate: targetGate({ findings, unexpectedPasses, reason }, gateRules),
    reason,
    influence,
    probesSent: conforming.length,
    probesInCatalogue: conformanceProbes.length,
    score: scoreOf(scored, criterionNames),
    scoreboard: forEachCriterion((name) => scoreOf(scored, [name])),
    tiers: { core: countProbes(scored, ['core']), all: countProbes(scored, ['core', 'extended']) },
    versions: { advertised: advertisedVersions(exchanges), accepted: acceptedVersions(versionRequests) },
    checks: { listHonesty: honesty.verdict },
    findings,
    unexpectedPasses,
  };
}

/** The verdicts on these criteria. */
function scoreOf(scored: readonly ScoredProbe[], names: readonly CriterionName[]): Score {
  const count = { pass: 0, fail: 0, inconclusive: 0, 'n/a': 0 };
  for (const { scorecard } of scored) {
    for (const name of names) count[scorecard.criteria[name].verdict] += 1;
  }
  const applicable = count.pass + count.fail + count.inconclusive;
  const isJudged = count.pass + count.fail > 0;
  return {
    passed: count.pass,
    failed: count.fail,
    inconclusive: count.inconclusive,
    notApplicable: count['n/a'],
    percent: isJudged ? Math.floor((count.pass / applicable) * 1000) / 10 : null,
  };
}

function countProbes(scored: readonly ScoredProbe[], tiers: readonly Tier[]): ProbeCount {
  const count = { pass: 0, fail: 0, inconclusive: 0 };
  for (const { probe, scorecard } of scored) if (tiers.includes(probe.tier)) count[scorecard.verdict] += 1;
  return { passed: count.pass, failed: count.fail, inconclusive: count.inconclusive };
}

/** Probes without a verdict, in words; null if every probe has one. */
function explainDoubts(scored: readonly ScoredProbe[]): string | null {
  const unsure = scored.filter(({ scorecard }) => scorecard.verdict === 'inconclusive');
  const [first] = unsure;
  if (first === undefined) return null;
  const others = unsure.length > 1 ? ` and ${unsure.length - 1} more` : '';
  return `no verdict on ${first.probe.id}${others}: ${first.scorecard.doubt}`;
}
