import { whichClientsFail } from '../../scoring/client-failures.ts';
import { findingKinds, withGaps } from '../../scoring/finding-kinds.ts';
import { layOut, sources, type Topic } from './topic.ts';

export const findingTopic: Topic = {
  noun: 'finding',
  words: findingKinds.map(({ id }) => id),
  explain: (word) => {
    const kind = findingKinds.find(({ id }) => id === word);
    if (kind === undefined) return null;
    const { id, title, diagnosis, detail, clients, fix, clauses } = kind;
    return layOut([
      [id, [withGaps(title)]],
      ...(diagnosis === undefined ? [] : [['Probable cause', [diagnosis]] as const]),
      ['Impact', [withGaps(detail), ...(clients === undefined ? [] : [whichClientsFail(clients)])]],
      ['How to fix it', [fix]],
      sources(clauses),
    ]);
  },
};
