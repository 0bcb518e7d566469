/** A clause about clients. Those that are about servers as well are explained as that. */

import { caseCatalogue } from '../../cases/catalogue.ts';
import { clauses } from '../../spec/clauses.ts';
import { type ClientClauseId, clientClauses } from '../../spec/client-clauses.ts';
import { layOut, type Section, type Topic } from './topic.ts';

export const clientClauseIds = (Object.keys(clientClauses) as ClientClauseId[]).filter(
  (id) => !(id in clauses),
);

export const clientClauseTopic: Topic = {
  noun: 'clause about clients',
  words: clientClauseIds,
  explain: (word) => {
    const id = clientClauseIds.find((known) => known === word);
    return id === undefined ? null : layOut(describeClientClause(id));
  },
};

export function describeClientClause(id: ClientClauseId): Section[] {
  const { source, url, says } = clientClauses[id];
  const tested = caseCatalogue.filter((one) => one.clauses.includes(id)).map((one) => one.id);
  return [
    [id, [`${source}, ${url}`]],
    ['What a client must do', [says]],
    [
      'Cases that test it',
      tested.length > 0 ? [tested.join(', ')] : ['none: it is checked on every request'],
    ],
  ];
}

export function clientSources(ids: readonly ClientClauseId[]): Section {
  return ['Sources', ids.map((id) => `${id}: ${clientClauses[id].source}, ${clientClauses[id].url}`)];
}
