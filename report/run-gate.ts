/** The gate of a whole run: what the job makes of the verdicts, and why. */

import { countsAgainst, type Finding, isNew } from '../scoring/findings.ts';
import { countsUnexpectedPasses, type GateRules } from '../scoring/gate.ts';
import type { SourceLocation } from '../scoring/source-location.ts';
import type { FailOn } from '../scoring/verdict.ts';
import type { Gate, RunOutcome } from './report.ts';

/** What the gate depends on, over all targets. */
export interface RunCounts {
  /** New findings that count against their targets. */
  readonly countingFindings: number;
  /** New findings below the level that counts. */
  readonly uncountedFindings: number;
  readonly knownFindings: number;
  /** Entries of the baseline whose failures did not happen. */
  readonly unexpectedPasses: number;
  /** Targets of which not everything could be judged. */
  readonly unsureTargets: number;
}

/** The findings of something that was audited, by what they mean to the gate. */
export function countFindings(
  findings: readonly Pick<Finding, 'known' | 'level'>[],
  failOn: FailOn,
): Pick<RunCounts, 'countingFindings' | 'uncountedFindings' | 'knownFindings'> {
  const fresh = findings.filter(isNew);
  const countingFindings = fresh.filter((finding) => countsAgainst(finding, failOn)).length;
  return {
    countingFindings,
    uncountedFindings: fresh.length - countingFindings,
    knownFindings: findings.length - fresh.length,
  };
}

/**
 * The gate of a run, with its reasons.
 *
 * @param noun what is audited: `target`, `client`
 */
export function gateOf(
  counts: RunCounts,
  passes: ReadonlyMap<number, SourceLocation | null>,
  rules: GateRules,
  { partial, invalidTargets }: Pick<RunOutcome, 'partial' | 'invalidTargets'>,
  noun: string,
): Gate {
  const { countingFindings, uncountedFindings, knownFindings, unexpectedPasses, unsureTargets } = counts;
  const failing = [
    ...(countingFindings > 0 ? [`${plural(countingFindings, 'finding')} at ${levelsThatCount(rules)}`] : []),
    ...(unexpectedPasses > 0 && countsUnexpectedPasses(rules)
      ? [`${placesOf(passes)} no longer ${passes.size === 1 ? 'fails' : 'fail'}`]
      : []),
    ...(unsureTargets > 0 ? [`${plural(unsureTargets, noun)} not fully judged`] : []),
    ...(invalidTargets > 0 ? [plural(invalidTargets, `invalid ${noun}`)] : []),
    ...(partial ? ['interrupted'] : []),
  ];
  if (failing.length > 0) return { result: 'fail', failOn: rules.failOn, reasons: failing };
  return {
    result: 'pass',
    failOn: rules.failOn,
    reasons: [
      ...(uncountedFindings > 0
        ? [`${plural(uncountedFindings, 'finding')} below the level that fails`]
        : []),
      ...(knownFindings > 0 ? [`${plural(knownFindings, 'known finding')} in the baseline`] : []),
      ...(unexpectedPasses > 0
        ? [`${plural(unexpectedPasses, 'unexpected pass', 'unexpected passes')} allowed`]
        : []),
    ],
  };
}

/** Entries that are named by their places. */
const maxPlaces = 3;

/** `known.yaml:4, known.yaml:9 and 7 more entries`; their number where they are in no file. */
function placesOf(passes: ReadonlyMap<number, SourceLocation | null>): string {
  const places = [...passes.values()].filter((place) => place !== null).slice(0, maxPlaces);
  const others = passes.size - places.length;
  if (places.length === 0) return `${plural(others, 'entry', 'entries')} of the baseline`;
  const named = places.map(({ file, line }) => `${file}:${line}`).join(', ');
  return others === 0 ? named : `${named} and ${plural(others, 'more entry', 'more entries')}`;
}

function levelsThatCount({ failOn }: GateRules): string {
  return failOn === 'must' ? 'MUST' : 'MUST or SHOULD';
}

function plural(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}
