/**
 * Infers what the server's parser does from the pattern of what it accepted and refused.
 *
 * Each rule looks at the ids of the probes that were wrongly answered; the first rule that fits claims the probes
 * that it explains, and the next one sees what is left.
 */

import {
  type AnswerPattern,
  acceptanceRules,
  contradictions,
  type Diagnosis,
  type Rule,
  refusalRules,
} from './diagnosis-rules.ts';

/** Sorts wrongly accepted probes by what explains them; those that no rule explains come with `null`. */
export function diagnoseAcceptance(answers: AnswerPattern): Map<Diagnosis | null, string[]> {
  return claim(acceptanceRules, answers, [...answers.accepted]);
}

/** Sorts wrongly refused probes by what explains them; those that no rule explains come with `null`. */
export function diagnoseRefusal(answers: AnswerPattern): Map<Diagnosis | null, string[]> {
  return claim(refusalRules, answers, [...answers.refused]);
}

function claim(
  rules: readonly Rule[],
  answers: AnswerPattern,
  ids: readonly string[],
): Map<Diagnosis | null, string[]> {
  const claimed = new Map<Diagnosis | null, string[]>();
  let rest = [...ids];
  for (const rule of rules) {
    if (rule.fits?.(answers) === false || contradictions(rule, answers).length > 0) continue;
    const explained = rest.filter((id) => rule.explains(id, answers));
    if (explained.length === 0) continue;
    claimed.set(rule, explained);
    rest = rest.filter((id) => !explained.includes(id));
  }
  if (rest.length > 0) claimed.set(null, rest);
  return claimed;
}

/** Every diagnosis there is, for the reference. */
export const diagnoses: readonly Diagnosis[] = [...acceptanceRules, ...refusalRules].filter(
  ({ id }, index, all) => all.findIndex((other) => other.id === id) === index,
);
