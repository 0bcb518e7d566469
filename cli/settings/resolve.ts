/** All settings of an audit: the four layers merged, and the targets with settings of their own. */

import type { SourceLocation } from '../../scoring/source-location.ts';
import { redactQuoted } from '../../wire/redaction/redactor.ts';
import { UsageError } from '../../wire/usage-error.ts';
import { type AuditArguments, type AuditOption, layeredOptions } from '../options/audit-options.ts';
import { longName } from '../options/long-name.ts';
import { readCommandLine } from './command-line.ts';
import { type ConfigFile, readConfigFile } from './config-file.ts';
import { readDeclaredSecrets } from './declared-secrets.ts';
import { findDocument } from './find-document.ts';
import { displayPath } from './paths.ts';
import { fillIn, type SecretText } from './placeholders.ts';
import { isAboveFiles, type Layer, type Setting } from './setting.ts';
import { type ListedTarget, readTargetFile, standardInput, streamTargets } from './target-list.ts';
import { type Environment, readVariables, refuseUnknownVariables } from './variables.ts';

export interface Settings {
  /** The effective settings by option, without those that have neither value nor default. */
  readonly layer: Layer;
  readonly args: AuditArguments;
  /** Those of the command line, or of the configuration file. */
  readonly targets: readonly ResolvedTarget[];
  /** Those of a target file. */
  readonly listed: readonly ListedTarget[];
  /** Those that standard input brings; null where it is not read. */
  readonly stream: AsyncIterable<ListedTarget | UsageError> | null;
  /** Labels of the targets in the configuration file. */
  readonly labels: readonly string[];
  /** Values from the environment on the command line and in the configuration file, and those of `--secret`. */
  readonly secrets: readonly SecretText[];
  /** Options that the environment sets. */
  readonly fromEnvironment: ReadonlySet<string>;
  /** Relative to the working directory; `none` if the caller wants none, null if there is none. */
  readonly configFile: string | null;
  /** It was found, and not named. */
  readonly isConfigFound: boolean;
}

export interface ResolvedTarget {
  readonly url: string;
  readonly label?: string;
  readonly location?: SourceLocation;
  /** Settings of this target that differ from the shared ones. */
  readonly own: Layer;
  /** The effective settings of this target. */
  readonly args: AuditArguments;
}

/**
 * @param words the targets on the command line: URLs, or labels of targets in the configuration file
 * @param argv the options, as yargs read them
 * @throws UsageError for a mistake in any layer
 */
export async function readSettings(
  words: readonly string[],
  argv: Readonly<Record<string, unknown>>,
  env: Environment,
): Promise<Settings> {
  const found: SecretText[] = [];
  try {
    return await readLayers(words, argv, env, found);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    const { problem, option, place } = error;
    const values = found.map(({ value }) => value);
    throw new UsageError(redactQuoted(problem, values), {
      option: option ?? undefined,
      place: place ?? undefined,
    });
  }
}

/** @param found gets every secret as soon as it is read */
async function readLayers(
  given: readonly string[],
  argv: Readonly<Record<string, unknown>>,
  env: Environment,
  found: SecretText[],
): Promise<Settings> {
  const fill = <T>(value: T, place: string): T =>
    fillIn(
      value,
      [],
      env,
      () => place,
      (secret) => found.push(secret),
    ) as T;
  const commandLine = readCommandLine(argv, (value, option) => fill(value, `--${option}`));
  const words = given.map((word) => fill(word, 'target'));
  const variables = readVariables(env);
  const { value: named = null } = commandLine.get('config') ?? variables.get('config') ?? {};
  const document = named === 'none' ? null : await findDocument(named as string | null);
  const config: ConfigFile =
    document === null
      ? { layer: new Map(), targets: [], variables: new Set() }
      : await readConfigFile(document, env, (secret) => found.push(secret));
  refuseUnknownVariables(env, config.variables);
  const layer = merge([commandLine, variables, config.layer, defaultLayer]);
  found.push(...readDeclaredSecrets(layer, env, found));
  const list = layer.get('targets')?.value;
  const isStream = list === standardInput;
  const listed = typeof list === 'string' && !isStream ? await readListed(list, layer) : [];
  const targets = chooseTargets(words, config, isStream || listed.length > 0);
  return {
    layer,
    args: toArguments(layer),
    targets: targets.map(({ own = new Map(), ...target }) => {
      const holds = withOwn(layer, own);
      return {
        ...target,
        own: new Map([...holds].filter(([name, setting]) => layer.get(name) !== setting)),
        args: toArguments(holds),
      };
    }),
    listed,
    stream: isStream ? streamTargets(process.stdin) : null,
    labels: config.targets.flatMap(({ label }) => label ?? []),
    secrets: found,
    fromEnvironment: new Set(variables.keys()),
    configFile: named === 'none' ? 'none' : document && displayPath(document.file),
    isConfigFound: named === null && document !== null,
  };
}

/**
 * Adds to a usage error where the option was given, unless that was on the command line.
 *
 * @param name of the option, if the error does not carry it
 */
export function withPlace(error: unknown, layer: Layer, name?: string): unknown {
  if (!(error instanceof UsageError)) return error;
  const { problem, option, place } = error;
  const setting = layer.get(name ?? longName(option ?? ''));
  const isElsewhere = setting?.layer === 'environment' || setting?.layer === 'file';
  return isElsewhere && place === null
    ? new UsageError(problem, { option: option ?? undefined, place: setting.where })
    : error;
}

const options: Readonly<Record<string, AuditOption>> = layeredOptions;

const defaultLayer: Layer = new Map(
  Object.entries(options).flatMap(([name, { default: value }]): [string, Setting][] =>
    value === undefined ? [] : [[name, { value, layer: 'default', where: 'default' }]],
  ),
);

/** For each option the highest layer that gives it, unless a higher layer excludes it. */
function merge(layers: readonly Layer[]): Layer {
  const merged = new Map<string, Setting>();
  for (const layer of layers) {
    const above = new Map(merged);
    for (const [name, setting] of layer) {
      const isExcluded = setting.value === true && above.get(options[name]?.excludes ?? '')?.value === true;
      if (!above.has(name) && !isExcluded) merged.set(name, setting);
    }
  }
  // In the order of the table.
  return new Map(
    Object.keys(options).flatMap((name): [string, Setting][] => {
      const setting = merged.get(name);
      return setting === undefined ? [] : [[name, setting]];
    }),
  );
}

/** The layers have checked that every value is of the kind of its option. */
function toArguments(layer: Layer): AuditArguments {
  return Object.fromEntries(
    [...layer].map(([name, { value }]) => [name, value]),
  ) as unknown as AuditArguments;
}

type ChosenTarget = Pick<ResolvedTarget, 'url' | 'label' | 'location'> & { readonly own?: Layer };

async function readListed(file: string, layer: Layer): Promise<ListedTarget[]> {
  try {
    return await readTargetFile(file);
  } catch (error) {
    throw withPlace(error, layer);
  }
}

/** The targets of the command line; where neither they nor a list are given, all of the configuration file. */
function chooseTargets(words: readonly string[], config: ConfigFile, hasList: boolean): ChosenTarget[] {
  if (words.length === 0 && !hasList) return config.targets.map((target) => target.read());
  return words.flatMap((word): ChosenTarget[] => {
    const labelled = config.targets.filter(({ label }) => label === word);
    return labelled.length === 0 ? [{ url: word }] : labelled.map((target) => target.read());
  });
}

/** Settings of the target override those of the file that contains it, and nothing else. */
function withOwn(shared: Layer, own: Layer): Layer {
  const holds = new Map(shared);
  for (const [name, setting] of own) {
    const above = shared.get(name);
    if (name === 'header') holds.set(name, mergeFields(above, setting));
    else if (!isAboveFiles(above)) holds.set(name, setting);
  }
  return holds;
}

/** The fields of both; for a name in both, those of the higher setting. */
function mergeFields(shared: Setting | undefined, own: Setting): Setting {
  if (shared === undefined) return own;
  const linesOf = ({ value }: Setting): readonly string[] => value as readonly string[];
  const nameOf = (line: string): string => (line.split(':')[0] ?? '').toLowerCase();
  const [upper, lower] = isAboveFiles(shared) ? [shared, own] : [own, shared];
  const names = new Set(linesOf(upper).map(nameOf));
  const kept = linesOf(lower).filter((line) => !names.has(nameOf(line)));
  if (kept.length === 0) return upper;
  return { ...own, value: [...kept, ...linesOf(upper)] };
}
