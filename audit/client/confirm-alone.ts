/** Runs again, with nothing beside it, what was in doubt twice while other cases ran: only that counts. */

import { type CaseVerdict, type ControlConduct, isSettled, isSlow } from '../../scoring/client/judge-case.ts';
import type { FinishedCase } from './finished-case.ts';

/** Runs a case once more; null if the run was interrupted. */
type Again = (before: FinishedCase) => Promise<FinishedCase | null>;

/**
 * Of the cases that came to the same one stands for all, unless it comes to something else alone, or they were run while
 * the machine was busy.
 *
 * @param finish gets each case of which no doubt is left, or nothing more is to be learnt
 */
export async function confirmAlone(
  doubtful: readonly FinishedCase[],
  control: ControlConduct,
  again: Again,
  finish: (one: FinishedCase) => void,
): Promise<void> {
  for (const alike of alikeOf(doubtful)) {
    let isConfirmed = false;
    for (const one of alike) {
      const made = isConfirmed && !isSlow(one.observation, control) ? one : await runAlone(one, again);
      if (made === null) return;
      isConfirmed ||= isSame(made.verdict, one.verdict);
      finish(made);
    }
  }
}

function alikeOf(doubtful: readonly FinishedCase[]): FinishedCase[][] {
  const groups = new Map<string, FinishedCase[]>();
  for (const one of doubtful) {
    const { verdict, cause } = one.verdict;
    const key = cause ?? verdict;
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  return [...groups.values()];
}

/** What comes to something else is run until two attempts agree, three times at most. */
async function runAlone(one: FinishedCase, again: Again): Promise<FinishedCase | null> {
  let before = one;
  for (let left = 3; left > 0; left--) {
    const made = await again(before);
    if (made === null) return null;
    if (isSettled(made.one, made.verdict) || isSame(made.verdict, before.verdict)) return made;
    before = made;
  }
  return { ...before, verdict: { ...before.verdict, verdict: 'inconclusive', cause: null, level: null } };
}

function isSame(one: CaseVerdict, other: CaseVerdict): boolean {
  return one.verdict === other.verdict && one.cause === other.cause;
}
