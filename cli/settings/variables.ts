/** The second layer of settings: environment variables, named HANDSHAKE13_ and the option. */

import { didYouMean } from '../../audit/plan/did-you-mean.ts';
import { queueKeyVariable } from '../../queue/sealer.ts';
import { UsageError } from '../../wire/usage-error.ts';
import { type AuditOption, layeredOptions } from '../options/audit-options.ts';
import { noDuration, readDuration } from '../options/duration.ts';
import { type Layer, type Setting, type Value, valueKindOf } from './setting.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

const prefix = 'HANDSHAKE13_';

const options: ReadonlyMap<string, readonly [name: string, option: AuditOption]> = new Map(
  Object.entries(layeredOptions).map((entry) => [variableOf(entry[0]), entry]),
);

/** A variable that is empty counts as one that is not set. @throws UsageError for a value of the wrong kind */
export function readVariables(env: Environment): Layer {
  const layer = new Map<string, Setting>();
  for (const [variable, [name, option]] of options) {
    const text = env[variable] ?? '';
    if (text !== '')
      layer.set(name, { value: read(variable, text, option), layer: 'environment', where: variable });
  }
  return layer;
}

/**
 * Rejects mistyped names, which would otherwise be ignored silently.
 *
 * @param used names that the configuration file uses: they may have any prefix
 */
export function refuseUnknownVariables(env: Environment, used: ReadonlySet<string>): void {
  for (const variable of Object.keys(env)) {
    if (!variable.startsWith(prefix) || options.has(variable) || used.has(variable)) continue;
    if (variable === queueKeyVariable) continue;
    const hint = didYouMean(variable, [...options.keys()], 'see handshake13 --help for the options');
    throw new UsageError(`the environment variable ${variable} is not an option; ${hint}`);
  }
}

function variableOf(name: string): string {
  return `${prefix}${name.toUpperCase().replaceAll('-', '_')}`;
}

const booleans: Readonly<Record<string, boolean>> = { true: true, 1: true, false: false, 0: false };

function read(variable: string, text: string, option: AuditOption): Value {
  const refuse = (what: string): UsageError => new UsageError(`${variable} is "${text}" but must be ${what}`);
  switch (valueKindOf(option)) {
    case 'list':
      return text.split(/\r?\n/).filter((line) => line.trim() !== '');
    case 'number':
      if (text.trim() === '' || Number.isNaN(Number(text))) throw refuse('a number');
      return Number(text);
    case 'duration': {
      const ms = readDuration(text);
      if (ms === null) throw new UsageError(noDuration(text), { place: variable });
      return ms;
    }
    case 'boolean': {
      const value = Object.hasOwn(booleans, text) ? booleans[text] : undefined;
      if (value === undefined) throw refuse('true, false, 1 or 0');
      return value;
    }
    case 'choice': {
      const choices = (option.choices ?? []).map(String);
      if (!choices.includes(text)) throw refuse(`one of ${choices.join(', ')}`);
      return text;
    }
    case 'text':
      return text;
  }
}
