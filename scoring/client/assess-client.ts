/** A client as a whole: its verdict, its gate and its numbers. */

import { caseCatalogue } from '../../cases/catalogue.ts';
import type { TargetVerdict } from '../assessment.ts';
import { type GateResult, type GateRules, targetGate } from '../gate.ts';
import type { UnexpectedPass } from '../known-failure.ts';
import {
  type ClientBaseline,
  emptyClientBaseline,
  findUnexpectedClientPasses,
  markFindings,
} from './client-baseline.ts';
import { type ClientFinding, findClientFaults, type JudgedCase } from './client-findings.ts';
import type { CaseVerdictName } from './judge-case.ts';
import { type JudgedRequests, judgeRequests, type RequestFailure } from './judge-requests.ts';
import type { CaseObservation } from './observation.ts';

/** How many cases there are of each verdict. */
export type CaseCounts = Readonly<Record<CaseVerdictName, number>>;

export interface ClientAssessment {
  readonly verdict: TargetVerdict;
  readonly gate: GateResult;
  /** Why not everything could be judged, in words; null if it could. */
  readonly reason: string | null;
  /** Those that are known come last. */
  readonly findings: readonly ClientFinding[];
  /** Entries of the baseline whose finding did not happen. */
  readonly unexpectedPasses: readonly UnexpectedPass[];
  readonly requests: Pick<JudgedRequests, 'handshakes' | 'keys'>;
  readonly tiers: { readonly core: CaseCounts; readonly all: CaseCounts };
  /** How many cases were run, of how many. */
  readonly casesRun: number;
  readonly casesInCatalogue: number;
}

export interface ObservedCase extends JudgedCase {
  readonly observation: CaseObservation;
}

/**
 * @param authority the host and port that the URLs of the cases name
 * @param problem why the cases could not be run, or not be trusted, in words; null if they could
 * @param furtherFailures of requests outside of the cases
 */
export function assessClient(
  observed: readonly ObservedCase[],
  authority: string,
  rules: GateRules,
  problem: string | null,
  furtherFailures: readonly RequestFailure[] = [],
  baseline: ClientBaseline = emptyClientBaseline,
): ClientAssessment {
  const inOrder = caseCatalogue.flatMap((one) => observed.filter(({ one: { id } }) => id === one.id));
  const requests = judgeRequests(
    inOrder.map(({ one, observation }) => ({ id: one.id, observation })),
    authority,
  );
  const findings = markFindings(
    findClientFaults([...requests.failures, ...furtherFailures], inOrder),
    baseline,
  );
  const unexpectedPasses =
    problem === null ? findUnexpectedClientPasses(findings, inOrder, caseCatalogue.length, baseline) : [];
  const all = countCases(observed);
  const reason = problem ?? describeInconclusive(inOrder);
  return {
    verdict: verdictOf(findings, observed.length, reason),
    gate: targetGate({ findings, unexpectedPasses, reason }, rules),
    reason,
    findings,
    unexpectedPasses,
    requests: { handshakes: requests.handshakes, keys: requests.keys },
    tiers: { core: countCases(observed.filter(({ one }) => one.tier === 'core')), all },
    casesRun: observed.length,
    casesInCatalogue: caseCatalogue.length,
  };
}

function verdictOf(
  findings: readonly ClientFinding[],
  casesRun: number,
  reason: string | null,
): TargetVerdict {
  if (findings.length > 0) return 'nonconformant';
  if (reason !== null) return 'inconclusive';
  return casesRun === caseCatalogue.length ? 'conformant' : 'passed';
}

function countCases(judged: readonly JudgedCase[]): CaseCounts {
  const counts = { pass: 0, fail: 0, observed: 0, inconclusive: 0 };
  for (const { verdict } of judged) counts[verdict.verdict] += 1;
  return counts;
}

function describeInconclusive(judged: readonly JudgedCase[]): string | null {
  const unsure = judged.filter(({ verdict }) => verdict.verdict === 'inconclusive');
  const [first] = unsure;
  if (first === undefined) return null;
  return `${unsure.length} ${unsure.length === 1 ? 'case is' : 'cases are'} inconclusive, such as ${first.one.id}: ${first.verdict.actual}`;
}
