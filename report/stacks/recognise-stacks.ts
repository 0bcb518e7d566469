/** Which stacks name themselves in the answers of a target, and which of its findings their recipes repair. */

import { isSwitched } from '../../scoring/answer.ts';
import { quote, readBody } from '../../scoring/excerpt.ts';
import type { Finding } from '../../scoring/findings.ts';
import { bytesBehindHead } from '../../scoring/server-frames.ts';
import type { Exchange } from '../../wire/exchange.ts';
import { fieldValues } from '../../wire/response.ts';
import type { RecognisedStack } from '../report.ts';
import { isRepaired, type Stack, stacks, type Trait } from './stacks.ts';

/**
 * In the order of the table: libraries before the proxies that may stand in front of them.
 *
 * @param exchanges all that the target answered
 */
export function recogniseStacks(
  exchanges: readonly Exchange[],
  findings: readonly Pick<Finding, 'id'>[],
): RecognisedStack[] {
  const answered = exchanges.filter(({ response }) => response !== null);
  const recognised = Object.entries(stacks).flatMap(([anchor, stack]) => {
    const because = evidenceOf(stack, answered);
    return because === null ? [] : [{ anchor, stack, because }];
  });
  const bases = new Set(recognised.map(({ stack }) => stack.builtOn));
  return recognised
    .filter(({ anchor }) => !bases.has(anchor))
    .map(({ anchor, stack, because }) => ({
      name: stack.name,
      recipe: `docs/recipes.md#${anchor}`,
      because,
      repairs: findings.map(({ id }) => id).filter((id) => isRepaired(id, stack)),
    }));
}

/** What names the stack in most responses, in words; null if nothing does. */
function evidenceOf({ traits, isProxy }: Stack, answered: readonly Exchange[]): string | null {
  const counts = new Map<string, number>();
  for (const exchange of answered) {
    const quoted = traits.map((trait) => findTrait(trait, exchange)).find((found) => found !== null);
    if (quoted !== undefined) counts.set(quoted, (counts.get(quoted) ?? 0) + 1);
  }
  const [most] = [...counts].sort(([, a], [, b]) => b - a);
  if (most === undefined) return null;
  const where = `${most[0]} in ${most[1]} of ${answered.length} responses`;
  return isProxy ? `${where}; it may be a proxy in front of the WebSocket server` : where;
}

/** What names the stack in this answer, quoted; null if nothing does. */
function findTrait(trait: Trait, exchange: Exchange): string | null {
  if ('field' in trait) {
    const values = fieldValues(exchange.response?.fields ?? [], trait.field);
    const value = values.find((one) => trait.value.test(one));
    return value === undefined ? null : quote(`${trait.field}: ${value}`);
  }
  const found =
    'body' in trait
      ? trait.body.exec(readBody(exchange) ?? '')
      : isSwitched(exchange)
        ? trait.frame.exec(bytesBehindHead(exchange).toString('latin1'))
        : null;
  return found === null ? null : quote(found[1] ?? found[0]);
}
