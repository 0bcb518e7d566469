/** `--secret VALUE` and `--secret env:NAME`: texts that are secret wherever they stand. */

import { UsageError } from '../../wire/usage-error.ts';
import type { SecretText } from './placeholders.ts';
import type { Layer, Setting } from './setting.ts';
import type { Environment } from './variables.ts';

/** What stands before the name of a variable. */
export const fromVariable = 'env:';

/**
 * @param known secrets that have a name already
 * @throws UsageError for a variable that is not set or empty
 */
export function readDeclaredSecrets(
  layer: Layer,
  env: Environment,
  known: readonly SecretText[],
): SecretText[] {
  const setting = layer.get('secret');
  const declared: SecretText[] = [];
  for (const text of (setting?.value ?? []) as readonly string[]) {
    const secret = text.startsWith(fromVariable)
      ? readVariable(text.slice(fromVariable.length), env, setting)
      : { name: freeName([...known, ...declared]), value: text, isLiteral: true as const };
    if ([...known, ...declared].every(({ value }) => value !== secret.value)) declared.push(secret);
  }
  return declared;
}

function readVariable(name: string, env: Environment, setting: Setting | undefined): SecretText {
  const value = env[name] ?? '';
  if (value !== '') return { name, value };
  const problem =
    name === ''
      ? 'is env: without the name of a variable; write env:NAME'
      : `is env:${name}, but the environment variable ${name} is not set or is empty; set it`;
  const place = setting?.layer === 'command line' ? undefined : setting?.where;
  throw new UsageError(problem, { option: 'secret', place });
}

/** SECRET, SECRET_2, SECRET_3 ... */
function freeName(taken: readonly SecretText[]): string {
  const isFree = (name: string): boolean => taken.every((secret) => secret.name !== name);
  for (let nth = 1; ; nth += 1) {
    const name = nth === 1 ? 'SECRET' : `SECRET_${nth}`;
    if (isFree(name)) return name;
  }
}
