/** A criterion, by its key in the reports or by the heading of its column. */

import { type CriterionName, criteria, criterionNames } from '../../scoring/criteria.ts';
import { profileNames, profiles } from '../../scoring/profiles.ts';
import { layOut, type Topic } from './topic.ts';

export const criterionTopic: Topic = {
  noun: 'criterion',
  words: criterionNames,
  explain: (word) => {
    const name = criterionNames.find((known) => known === word || criteria[known].heading === word);
    return name === undefined ? null : describe(name);
  },
};

function describe(name: CriterionName): string {
  const { title, heading, says, levelIn } = criteria[name];
  return layOut([
    [name, [`${title}; the column "${heading}" of the table that -v prints`]],
    ['What it asks for', [says]],
    ['How strictly', profileNames.map((profile) => `--profile ${profile}: ${levelIn(profiles[profile])}`)],
  ]);
}
