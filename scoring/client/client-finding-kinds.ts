/** The kinds of finding about clients, each with its words and the cases that show it. */

import { caseCatalogue } from '../../cases/catalogue.ts';
import type { ClientClauseId } from '../../spec/client-clauses.ts';
import { type ClientCause, type ClientCauseId, causeOfCase, clientCauses } from './client-causes.ts';

export interface ClientFindingKind {
  readonly id: ClientCauseId;
  readonly title: string;
  readonly cause: string | null;
  readonly impact: string;
  readonly fix: string;
  /** Ids of the cases whose failure is called so; empty where the requests show it, or the conduct in any case. */
  readonly cases: readonly string[];
  readonly clauses: readonly ClientClauseId[];
}

export const clientFindingKinds: readonly ClientFindingKind[] = (
  Object.entries(clientCauses) as [ClientCauseId, ClientCause][]
).map(([id, { title, cause, impact, fix, clauses = [] }]) => {
  const cases = caseCatalogue.filter((one) =>
    Object.entries(causeOfCase).some(([name, of]) => name === one.id && of === id),
  );
  const [example] = cases;
  return {
    id,
    title,
    cause,
    impact: impact ?? example?.why ?? '',
    fix: fix ?? example?.fix ?? '',
    cases: cases.map((one) => one.id),
    clauses: [...new Set([...clauses, ...cases.flatMap((one) => one.clauses)])],
  };
});
