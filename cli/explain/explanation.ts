/** What `handshake13 explain` knows, and in which order a word is looked up. */

import { didYouMean } from '../../audit/plan/did-you-mean.ts';
import { UsageError } from '../../wire/usage-error.ts';
import { caseGroupTopic, caseTopic } from './case.ts';
import { checkTopic } from './check.ts';
import { clauseTopic, sectionTopic } from './clause.ts';
import { clientClauseTopic } from './client-clause.ts';
import { clientFindingTopic } from './client-finding.ts';
import { criterionTopic } from './criterion.ts';
import { familyTopic } from './family.ts';
import { findingTopic } from './finding.ts';
import { probeNameTopic, probeTopic } from './probe.ts';
import type { Topic } from './topic.ts';

/** A word that names two things about servers is explained as the first of them. */
const serverTopics: readonly Topic[] = [
  probeTopic,
  clauseTopic,
  familyTopic,
  findingTopic,
  criterionTopic,
  checkTopic,
  probeNameTopic,
  sectionTopic,
];

/** A word that names something about servers and something about clients is explained as both. */
const clientTopics: readonly Topic[] = [caseTopic, caseGroupTopic, clientFindingTopic, clientClauseTopic];

export const explainableWords: readonly string[] = [
  ...new Set([...serverTopics, ...clientTopics].flatMap(({ words }) => words)),
];

/** @throws UsageError for a word that names nothing, or several probes */
export function explanationOf(word: string): string {
  const texts = [serverTopics, clientTopics].flatMap((topics) => explainAs(topics, word) ?? []);
  if (texts.length > 0) return texts.join('\n');
  const hint = didYouMean(
    word,
    explainableWords,
    '"handshake13 list" lists the probes, and "handshake13 list findings" the findings; --client: of clients',
  );
  throw new UsageError(
    `there is no probe, case, family, finding, criterion, check, clause or section of an RFC "${word}"; ${hint}`,
  );
}

function explainAs(topics: readonly Topic[], word: string): string | null {
  for (const { explain } of topics) {
    const text = explain(word);
    if (text !== null) return text;
  }
  return null;
}
