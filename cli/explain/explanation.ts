/** What `handshake13 explain` knows, and in which order a word is looked up. */

import { didYouMean } from '../../audit/plan/did-you-mean.ts';
import { UsageError } from '../../wire/usage-error.ts';
import { checkTopic } from './check.ts';
import { clauseTopic, sectionTopic } from './clause.ts';
import { criterionTopic } from './criterion.ts';
import { familyTopic } from './family.ts';
import { findingTopic } from './finding.ts';
import { probeNameTopic, probeTopic } from './probe.ts';
import type { Topic } from './topic.ts';

/** A word that names two things is explained as the first of them. */
const topics: readonly Topic[] = [
  probeTopic,
  clauseTopic,
  familyTopic,
  findingTopic,
  criterionTopic,
  checkTopic,
  probeNameTopic,
  sectionTopic,
];

export const explainableWords: readonly string[] = topics.flatMap(({ words }) => words);

/** @throws UsageError for a word that names nothing, or several probes */
export function explanationOf(word: string): string {
  for (const { explain } of topics) {
    const text = explain(word);
    if (text !== null) return text;
  }
  const hint = didYouMean(
    word,
    explainableWords,
    '"handshake13 list" lists the probes, and "handshake13 list findings" the findings',
  );
  throw new UsageError(
    `there is no probe, family, finding, criterion, check, clause or section of an RFC "${word}"; ${hint}`,
  );
}
