/** What a stress probe is about: whether the server answers it, and whether it accepts handshakes afterwards. */

import { isSwitchingProtocols } from '../wire/response.ts';
import { describeAnswer, isRateLimited, isTimedOut } from './answer.ts';
import type { Subject } from './subject.ts';
import { fail, pass, type Requirement, type Verdict } from './verdict.ts';

/** @returns null where nothing is known: the control was not sent again, or the server was rate-limiting */
export function judgeWithstanding({ probe, exchange, controlsAfter }: Subject): Verdict | null {
  const requirement: Requirement = {
    // No clause asks a server to survive whatever it is sent.
    level: 'SHOULD',
    expected: 'an answer in time, and the control accepted afterwards',
    clauses: probe.clauses,
  };
  const first = controlsAfter.at(0);
  const last = controlsAfter.at(-1);
  const isKnown = first !== undefined && !isRateLimited(first);
  if (isKnown && !isSwitchingProtocols(first.response)) {
    return last !== undefined && isSwitchingProtocols(last.response)
      ? fail(
          requirement,
          `the control afterwards: ${describeAnswer(first)}; accepted later`,
          'stress-blocked',
        )
      : fail(requirement, `no control accepted afterwards: ${describeAnswer(last ?? first)}`, 'stress-ended');
  }
  if (isTimedOut(exchange)) return fail(requirement, describeAnswer(exchange), 'stress-unanswered');
  return isKnown ? pass(requirement, 'answered, and the control accepted afterwards') : null;
}
