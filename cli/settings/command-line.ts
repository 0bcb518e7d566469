/** The highest layer of settings: the command line, without defaults. */

import { UsageError } from '../../wire/usage-error.ts';
import { type AuditOption, commandOptions } from '../options/audit-options.ts';
import { noDuration, readDuration } from '../options/duration.ts';
import { type Layer, type Setting, type Value, valueKindOf } from './setting.ts';

/**
 * @param argv as yargs read it
 * @param fill replaces the placeholders in a value of an option
 * @throws UsageError for an option that is given twice, or empty
 */
export function readCommandLine(
  argv: Readonly<Record<string, unknown>>,
  fill: (value: unknown, option: string) => unknown,
): Layer {
  const layer = new Map<string, Setting>();
  const options: [name: string, option: AuditOption][] = Object.entries(commandOptions);
  for (const [name, option] of options) {
    const value = argv[name];
    if (value === undefined) continue;
    // yargs reads --no-NAME as false.
    const isNegated = [value].flat().includes(false) && valueKindOf(option) !== 'boolean';
    if (isNegated && name !== 'config')
      throw new UsageError(`--no-${name} is not an option; leave --${name} out`);
    if (Array.isArray(value) && valueKindOf(option) !== 'list')
      throw new UsageError('is given more than once; keep one of them', { option: name });
    if ([value].flat().includes('')) throw new UsageError('needs a value', { option: name });
    const filled = isNegated ? 'none' : (fill(value, name) as Value);
    layer.set(name, {
      value: valueKindOf(option) === 'duration' ? milliseconds(name, String(filled)) : filled,
      layer: 'command line',
      where: 'command line',
    });
  }
  return layer;
}

function milliseconds(name: string, text: string): number {
  const ms = readDuration(text);
  if (ms === null) throw new UsageError(noDuration(text), { place: `--${name}` });
  return ms;
}
