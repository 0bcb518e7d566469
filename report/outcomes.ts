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
  return [...kept, ...others].sort((a, b) => (order.get(a.id) ?? 0) - (order.get(b.id) ?? 0));
}
