/** The judgement of a target as a whole, from the scorecards and exchanges of its run. */

import type { Exchange } from '../wire/exchange.ts';
import { emptyBaseline, findUnexpectedPasses, markListHonesty, type TargetBaseline } from './baseline.ts';
import { criterionNames } from './criteria.ts';
import { countsAgainst, type Finding, findFaults, type ScoredProbe } from './findings.ts';
import type { UnexpectedPass } from './known-failure.ts';
import type { FailOn, Verdict } from './verdict.ts';
import {
  acceptedVersions,
  advertisedVersions,
  judgeListHonesty,
  type VersionRequest,
  type Versions,
} from './versions.ts';

export const targetVerdicts = ['conformant', 'nonconformant', 'inconclusive'] as const;

export type TargetVerdict = (typeof targetVerdicts)[number];

/** Counts of verdicts on the four criteria; the supplementary checks are not among them. */
export interface Score {
  readonly passed: number;
  readonly failed: number;
  readonly inconclusive: number;
  readonly notApplicable: number;
  /** Passed of all that passed or failed, rounded down to a tenth, so that 100 means all; null where none did. */
  readonly percent: number | null;
}

export interface Assessment {
  readonly verdict: TargetVerdict;
  /** Why inconclusive, in words. */
  readonly reason: string | null;
  /** How the audit's own connections changed the answers, in words; null where they did not. */
  readonly influence: string | null;
  readonly score: Score;
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
  /** How the audit's own connections changed the answers, in words; null where they did not. */
  readonly influence?: string | null;
  /** Why the experiment is not sound, in words; null if it is. */
  readonly unsound: string | null;
  /** Why the run ended before its time, in words; null if it did not. What was found until then stands. */
  readonly interrupted: string | null;
  readonly failOn: FailOn;
  readonly baseline?: TargetBaseline;
}

export function assess({
  scored,
  otherExchanges,
  versionRequests,
  influence = null,
  unsound,
  interrupted,
  failOn,
  baseline = emptyBaseline,
}: AssessmentInput): Assessment {
  // Stress probes are about robustness: what comes in answer to them says nothing about versions.
  const conforming = scored.filter(({ probe }) => probe.tier !== 'stress');
  const exchanges = [...conforming.map(({ exchange }) => exchange), ...otherExchanges];
  const judged = judgeListHonesty(exchanges, versionRequests);
  const honesty = { ...judged, verdict: markListHonesty(judged.verdict, baseline) };
  // What an unsound experiment seems to show is evidence to look at, not a finding.
  const findings = unsound === null ? findFaults(scored, honesty) : [];
  const score = countVerdicts(scored);
  const reason = unsound ?? interrupted ?? explainDoubts(conforming);
  const isNonconformant = findings.some((finding) => countsAgainst(finding, failOn));
  return {
    verdict: isNonconformant ? 'nonconformant' : reason === null ? 'conformant' : 'inconclusive',
    reason,
    influence,
    score,
    versions: { advertised: advertisedVersions(exchanges), accepted: acceptedVersions(versionRequests) },
    checks: { listHonesty: honesty.verdict },
    findings,
    unexpectedPasses:
      unsound === null && interrupted === null ? findUnexpectedPasses(baseline, scored, honesty.verdict) : [],
  };
}

function countVerdicts(scored: readonly ScoredProbe[]): Score {
  const count = { pass: 0, fail: 0, inconclusive: 0, 'n/a': 0 };
  for (const { scorecard } of scored) {
    for (const name of criterionNames) count[scorecard.criteria[name].verdict] += 1;
  }
  const judged = count.pass + count.fail;
  return {
    passed: count.pass,
    failed: count.fail,
    inconclusive: count.inconclusive,
    notApplicable: count['n/a'],
    percent: judged === 0 ? null : Math.floor((count.pass / judged) * 1000) / 10,
  };
}

/** Probes without a verdict, in words; null if every probe has one. */
function explainDoubts(scored: readonly ScoredProbe[]): string | null {
  const unsure = scored.filter(({ scorecard }) => scorecard.verdict === 'inconclusive');
  const [first] = unsure;
  if (first === undefined) return null;
  const others = unsure.length > 1 ? ` and ${unsure.length - 1} more` : '';
  return `no verdict on ${first.probe.id}${others}: ${first.scorecard.doubt}`;
}
