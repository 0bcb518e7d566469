/** A supplementary check, by its key in the reports. */

import { checkDescriptions } from '../../scoring/checks.ts';
import { listHonesty } from '../../scoring/versions.ts';
import { layOut, type Topic } from './topic.ts';

const descriptions = Object.entries({ ...checkDescriptions, listHonesty });

export const checkTopic: Topic = {
  noun: 'check',
  words: descriptions.map(([name]) => name),
  explain: (word) => {
    const [name, description] = descriptions.find(([known]) => known === word) ?? [];
    if (name === undefined || description === undefined) return null;
    return layOut([
      [name, [description.title]],
      ['What it asks for', [description.says]],
      [
        'Score',
        ['It is a finding of its own where it fails, and no part of the score of the four criteria.'],
      ],
    ]);
  },
};
