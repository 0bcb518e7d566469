/** The highest layer of settings: the command line, without defaults. */

import { reporterNames } from '../../reporters/registry.ts';
import { UsageError } from '../../wire/usage-error.ts';
import { type AuditOption, checkValues, commandOptions, layeredOptions } from '../options/audit-options.ts';
import { noDuration, readDuration } from '../options/duration.ts';
import { reportsAskedFor } from '../output/destinations.ts';
import { type Layer, type Setting, type Value, valueKindOf } from './setting.ts';

/**
 * @param argv as yargs read it
 * @param fill replaces the placeholders in a value of an option
 * @throws UsageError for an option that is given twice, or empty, or contradicts its short form
 */
export function readCommandLine(
  argv: Readonly<Record<string, unknown>>,
  fill: (value: unknown, option: string) => unknown,
): Layer {
  checkValues(argv, commandOptions);
  const layer = new Map<string, Setting>();
  const set = (name: string, value: Value): void => {
    layer.set(name, { value, layer: 'command line', where: 'command line' });
  };
  const options: [name: string, option: AuditOption][] = Object.entries(layeredOptions);
  for (const [name, option] of options) {
    if (argv[name] === undefined) continue;
    const value = fill(argv[name], name) as Value;
    set(name, valueKindOf(option) === 'duration' ? milliseconds(name, String(value)) : value);
  }
  const { quick, json, output } = argv;
  if (quick === true) {
    const { value: tier = 'core' } = layer.get('tier') ?? {};
    if (tier !== 'core')
      throw new UsageError('and --quick contradict each other; keep one of them', { option: 'tier' });
    set('tier', tier);
  }
  const reports = reportsAskedFor(
    {
      reporter: layer.get('reporter')?.value as string[] | undefined,
      json: json === true,
      output: fill(output, 'output') as string[] | undefined,
    },
    reporterNames,
  );
  if (reports.length > 0) set('reporter', reports);
  return layer;
}

function milliseconds(name: string, text: string): number {
  const ms = readDuration(text);
  if (ms === null) throw new UsageError(noDuration(text), { place: `--${name}` });
  return ms;
}
