/** Numbers that are left empty on the command line, which yargs would read as 0. */

import type { Options } from 'yargs';
import { UsageError } from '../../wire/usage-error.ts';
import { optionsOfCommand } from './command-options.ts';

const numeric = new Set(
  Object.values(optionsOfCommand).flatMap((options: Readonly<Record<string, Options>>) =>
    Object.entries(options).flatMap(([name, { type }]) => (type === 'number' ? [name] : [])),
  ),
);

/** @throws UsageError for `--delay=` and `--delay ''`, such as of a variable that is not set */
export function refuseEmptyNumbers(args: readonly string[]): void {
  const end = args.indexOf('--');
  const options = end === -1 ? args : args.slice(0, end);
  for (const [i, arg] of options.entries()) {
    const [, name = '', value = options[i + 1]] = /^--([^=]+)(?:=(.*))?$/s.exec(arg) ?? [];
    if (numeric.has(name) && value?.trim() === '') throw new UsageError('needs a value', { option: name });
  }
}
