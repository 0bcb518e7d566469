import { catalogue } from '../../probes/catalogue.ts';
import { families, familyTitles } from '../../probes/probe.ts';
import { layOut, type Topic } from './topic.ts';

export const familyTopic: Topic = {
  noun: 'family',
  words: families,
  explain: (word) => {
    const family = families.find((name) => name === word);
    if (family === undefined) return null;
    const members = catalogue.filter((probe) => probe.family === family);
    return layOut([
      [family, [familyTitles[family]]],
      ['Probes', members.map(({ id, title }) => `${id}: ${title}`)],
    ]);
  },
};
