/** A kind of finding about clients. */

import { clientFindingKinds } from '../../scoring/client/client-finding-kinds.ts';
import { clientSources } from './client-clause.ts';
import { layOut, type Topic } from './topic.ts';

export const clientFindingTopic: Topic = {
  noun: 'finding about clients',
  words: clientFindingKinds.map(({ id }) => id),
  explain: (word) => {
    const kind = clientFindingKinds.find(({ id }) => id === word);
    if (kind === undefined) return null;
    const { id, title, cause, impact, fix, cases, clauses } = kind;
    return layOut([
      [id, [title]],
      ...(cause === null ? [] : [['Probable cause', [cause]] as const]),
      ['Impact', [impact]],
      ['How to fix it', [fix]],
      ...(cases.length === 0 ? [] : [['Cases that show it', [cases.join(', ')]] as const]),
      clientSources(clauses),
    ]);
  },
};
