/** A case of `client`: what is answered, and what the client must make of it. */

import { type Case, groups, groupTitles, type Outcome } from '../../cases/case.ts';
import { caseCatalogue } from '../../cases/catalogue.ts';
import { answerLines } from '../../reporters/client/answer-text.ts';
import { clientSources } from './client-clause.ts';
import { layOut, type Topic, textWidth } from './topic.ts';

const outcomes: Readonly<Record<Outcome, string>> = {
  open: 'open the connection, and answer the Ping',
  fail: 'fail the connection: close it, without a proof that it was open',
  free: 'whatever it wants: it is only observed',
};

export const caseTopic: Topic = {
  noun: 'case',
  words: caseCatalogue.map(({ id }) => id),
  explain: (word) => {
    const one = caseCatalogue.find(({ id }) => id === word);
    return one === undefined ? null : describe(one);
  },
};

export const caseGroupTopic: Topic = {
  noun: 'group of cases',
  words: groups,
  explain: (word) => {
    const group = groups.find((name) => name === word);
    if (group === undefined) return null;
    const members = caseCatalogue.filter((one) => one.group === group);
    return layOut([
      [group, [groupTitles[group]]],
      ['Cases', members.map(({ id, title }) => `${id}: ${title}`)],
    ]);
  },
};

function describe({ id, title, group, tier, expects, why, fix, clauses, ...answer }: Case): string {
  return layOut([
    [id, [title]],
    ['What a client is answered', answerLines(answer, textWidth() - 4)],
    ['What it must do', [outcomes[expects]]],
    ['Group and tier', [`${group}: ${groupTitles[group]}`, tier]],
    ['Why it matters', [why]],
    ['How to fix it', [fix]],
    clientSources(clauses),
  ]);
}
