/** What came in answer to each probe and how it was judged, whether or not its exchange is kept. */

import { catalogue, findProbe } from '../probes/catalogue.ts';
import type { Family } from '../probes/probe.ts';
import { isKnownFailure } from '../scoring/baseline.ts';
import type { CheckName } from '../scoring/checks.ts';
import type { CriterionName } from '../scoring/criteria.ts';
import type { OmittedProbes, ProbeReport, TargetReport } from './report.ts';

export interface Outcome extends Omit<OmittedProbes, 'probes'> {
  readonly id: string;
  readonly family: Family;
}

export function outcomeOf(probe: ProbeReport): Outcome {
  const { id, family, verdict, exchange, criteria, checks } = probe;
  const failed = Object.entries({ ...criteria, ...checks }).flatMap(([name, judged]) =>
    judged?.verdict === 'fail' ? [name as CriterionName | CheckName] : [],
  );
  return {
    id,
    family,
    verdict,
    known: isKnownFailure(probe),
    outcome: exchange.outcome,
    status: exchange.response?.status ?? null,
    failed,
  };
}

const order: ReadonlyMap<string, number> = new Map(catalogue.map(({ id }, place) => [id, place]));

function placeOf(id: string): number {
  return order.get(id) ?? 0;
}

/** Ids of all probes that were sent, in the order of the catalogue. */
export function sentProbes({ probes, omitted }: Pick<TargetReport, 'probes' | 'omitted'>): string[] {
  const kept = probes.map(({ id }) => id);
  if (omitted.length === 0) return kept;
  return [...kept, ...omitted.flatMap((group) => group.probes)].sort((a, b) => placeOf(a) - placeOf(b));
}

/** Of all probes that were sent, in the order of the catalogue. */
export function outcomesOf({ probes, omitted }: Pick<TargetReport, 'probes' | 'omitted'>): Outcome[] {
  const kept = probes.map(outcomeOf);
  if (omitted.length === 0) return kept;
  const others = omitted.flatMap(({ probes: ids, ...came }) =>
    ids.flatMap((id): Outcome[] => {
      const probe = findProbe(id);
      return probe === undefined ? [] : [{ id, family: probe.family, ...came }];
    }),
  );
  return [...kept, ...others].sort((a, b) => placeOf(a.id) - placeOf(b.id));
}
