/** The third layer of settings: the configuration file, and the targets in it. */

import path from 'node:path';
import type { SourceLocation } from '../../scoring/source-location.ts';
import { UsageError } from '../../wire/usage-error.ts';
import { type AuditOption, auditOptions } from '../options/audit-options.ts';
import { readDuration } from '../options/duration.ts';
import type { ConfigDocument } from './config-document.ts';
import { displayPath } from './paths.ts';
import { type DocumentPath, fillIn, type SecretText, variablesIn } from './placeholders.ts';
import { type Layer, type Setting, type Value, valueKindOf } from './setting.ts';
import type { Environment } from './variables.ts';

export interface ConfigFile {
  readonly layer: Layer;
  readonly targets: readonly ConfiguredTarget[];
  /** Names of all variables that are used, also by targets that are not read. */
  readonly variables: ReadonlySet<string>;
}

/** A target that may not be audited: its environment variables are resolved only when it is read. */
export interface ConfiguredTarget {
  readonly label: string | undefined;
  /** @throws UsageError for a variable that is not set */
  readonly read: () => ReadTarget;
}

export interface ReadTarget {
  readonly url: string;
  readonly label?: string;
  readonly location: SourceLocation;
  readonly own: Layer;
}

type Keys = Readonly<Record<string, unknown>>;

/**
 * @param found gets every value from the environment when it is read
 * @throws UsageError for data that does not match the schema, and for a variable that is not set
 */
export async function readConfigFile(
  document: ConfigDocument,
  env: Environment,
  found: (secret: SecretText) => void,
): Promise<ConfigFile> {
  const { value, lineOf } = document;
  const file = displayPath(document.file);
  const placeOf = (at: DocumentPath): string => `${file}:${lineOf(at)}`;
  const fill = <T>(part: T, at: DocumentPath): T => fillIn(part, at, env, placeOf, found) as T;
  const layerOf = (keys: Keys, at: DocumentPath): Layer => {
    const found = Object.entries(keys).flatMap(([name, given]): [string, Setting][] => {
      const option: AuditOption | undefined = Object.hasOwn(auditOptions, name)
        ? auditOptions[name as keyof typeof auditOptions]
        : undefined;
      if (option === undefined) return [];
      const read = resolveFiles(toValue(option, given), option, path.dirname(document.file));
      return [[name, { value: read, layer: 'file', where: placeOf([...at, name]) }]];
    });
    return new Map(found);
  };

  const { targets, ...options } = isKeys(value) ? value : {};
  const filled = fill(options, []);
  const data = isKeys(value) ? { ...filled, ...('targets' in value && { targets }) } : (value ?? {});
  await refuseMistakes(data, placeOf);

  return {
    layer: layerOf(filled, []),
    targets: ((targets ?? []) as (string | Keys)[]).map((target, i) => {
      const at = ['targets', i];
      const keys = isKeys(target) ? target : { url: target };
      return {
        label: keys.label as string | undefined,
        read: () => {
          const { url, label, ...own } = fill(keys, at);
          return {
            url: url as string,
            ...(label !== undefined && { label: label as string }),
            location: { file, line: lineOf(at) },
            own: layerOf(own, at),
          };
        },
      };
    }),
    variables: new Set(variablesIn(value)),
  };
}

/** Reports one mistake, the first in the file. */
async function refuseMistakes(data: unknown, placeOf: (at: DocumentPath) => string): Promise<void> {
  const { findMistakes } = await import('./validate.ts');
  const lines = findMistakes(data).map(({ path: at, message }) => ({ place: placeOf(at), message }));
  const lineOf = ({ place }: { readonly place: string }): number =>
    Number(place.slice(place.lastIndexOf(':') + 1));
  const [first] = lines.sort((a, b) => lineOf(a) - lineOf(b));
  if (first !== undefined) throw new UsageError(`${first.place}: ${first.message}`);
}

function isKeys(value: unknown): value is Keys {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A list may be written as its only item, a list of fields as names and values, and a time with its unit. */
function toValue(option: AuditOption, given: unknown): Value {
  const kind = valueKindOf(option);
  if (kind === 'duration') return readDuration(String(given)) ?? (given as Value);
  if (kind !== 'list') return given as Value;
  if (isKeys(given)) return Object.entries(given).map(([name, value]) => `${name}: ${value}`);
  return Array.isArray(given) ? given : [String(given)];
}

/** Resolves file names against the folder of the file that contains them, relative to the working directory. */
function resolveFiles(value: Value, { file }: AuditOption, folder: string): Value {
  if (file === undefined) return value;
  const base = path.relative(process.cwd(), folder);
  // Not normalised: a name from the environment must be recognisable later to be redacted.
  const fromHere = (name: string): string =>
    path.isAbsolute(name) || base === '' ? name : `${base}${path.sep}${name}`;
  const resolved = (one: string): string => {
    if (file === 'whole') return fromHere(one);
    const equals = one.indexOf('=');
    const name = one.slice(equals + 1);
    return equals === -1 || name === '' ? one : `${one.slice(0, equals)}=${fromHere(name)}`;
  };
  return typeof value === 'string' ? resolved(value) : (value as readonly string[]).map(resolved);
}
