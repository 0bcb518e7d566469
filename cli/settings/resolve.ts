/** All settings of one audit: four layers as one, and the targets with what is their own. */

import type { SourceLocation } from '../../report/source-location.ts';
import { UsageError } from '../../wire/usage-error.ts';
import { type AuditArguments, type AuditOption, commandOptions } from '../options/audit-options.ts';
import { longName } from '../options/long-name.ts';
import { readCommandLine } from './command-line.ts';
import { type ConfigFile, readConfigFile } from './config-file.ts';
import { findDocument } from './find-document.ts';
import { displayPath } from './paths.ts';
import type { EnvironmentText } from './placeholders.ts';
import { isAboveFiles, type Layer, type Setting } from './setting.ts';
import { readTargetList } from './target-list.ts';
import { type Environment, readVariables, refuseUnknownVariables } from './variables.ts';

export interface Settings {
  /** What holds, option by option; one that has neither value nor default is left out. */
  readonly layer: Layer;
  readonly args: AuditArguments;
  readonly targets: readonly SettledTarget[];
  /** Names by which targets of the configuration file can be called. */
  readonly labels: readonly string[];
  /** What came from the environment into the configuration file. */
  readonly secrets: readonly EnvironmentText[];
  /** Options that the environment gives. */
  readonly fromEnvironment: ReadonlySet<string>;
  /** As seen from the working directory; `none` where the caller wants none, null where there is none. */
  readonly configFile: string | null;
}

export interface SettledTarget {
  readonly url: string;
  readonly label?: string;
  readonly location?: SourceLocation;
  /** What holds for this target and not for the others. */
  readonly own: Layer;
  /** What holds for this target. */
  readonly args: AuditArguments;
}

/**
 * @param words the targets on the command line: URLs, or labels of targets in the configuration file
 * @param argv what else yargs read
 * @throws UsageError for whatever is wrong in any layer
 */
export async function readSettings(
  words: readonly string[],
  argv: Readonly<Record<string, unknown>>,
  env: Environment,
): Promise<Settings> {
  const commandLine = readCommandLine(argv);
  const variables = readVariables(env);
  const { value: named = null } = commandLine.get('config') ?? variables.get('config') ?? {};
  const document = named === 'none' ? null : await findDocument(named as string | null);
  const config: ConfigFile =
    document === null
      ? { layer: new Map(), targets: [], variables: new Set(), secrets: [] }
      : await readConfigFile(document, env);
  refuseUnknownVariables(env, config.variables);
  const layer = merge([commandLine, variables, config.layer, defaultLayer]);
  const targets = await chooseTargets(words, layer, config);
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
    labels: config.targets.flatMap(({ label }) => label ?? []),
    secrets: config.secrets,
    fromEnvironment: new Set(variables.keys()),
    configFile: named === 'none' ? 'none' : document && displayPath(document.file),
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

const options: Readonly<Record<string, AuditOption>> = commandOptions;

const defaultLayer: Layer = new Map(
  Object.entries(options).flatMap(([name, { default: value }]): [string, Setting][] =>
    value === undefined ? [] : [[name, { value, layer: 'default', where: 'default' }]],
  ),
);

/** Option by option the uppermost layer that gives it; what an upper layer excludes does not count. */
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

/** The layers have checked that every value is of the kind that its option takes. */
function toArguments(layer: Layer): AuditArguments {
  return Object.fromEntries(
    [...layer].map(([name, { value }]) => [name, value]),
  ) as unknown as AuditArguments;
}

type ChosenTarget = Pick<SettledTarget, 'url' | 'label' | 'location'> & { readonly own?: Layer };

/** What the command line names, and the list of targets; where neither names one, all of the configuration file. */
async function chooseTargets(
  words: readonly string[],
  layer: Layer,
  config: ConfigFile,
): Promise<ChosenTarget[]> {
  const list = layer.get('targets')?.value;
  const listed =
    typeof list === 'string'
      ? await readTargetList(list).catch((error) => {
          throw withPlace(error, layer);
        })
      : [];
  if (words.length + listed.length === 0) return config.targets.map((target) => target.read());
  const named = words.flatMap((word): ChosenTarget[] => {
    const labelled = config.targets.filter(({ label }) => label === word);
    return labelled.length === 0 ? [{ url: word }] : labelled.map((target) => target.read());
  });
  return [...named, ...listed];
}

/** What is the target's own stands above the file that it is written in, and below all else. */
function withOwn(shared: Layer, own: Layer): Layer {
  const holds = new Map(shared);
  for (const [name, setting] of own) {
    const above = shared.get(name);
    if (name === 'header') holds.set(name, mergeFields(above, setting));
    else if (!isAboveFiles(above)) holds.set(name, setting);
  }
  return holds;
}

/** Fields of both, and where both have one of a name, those of the setting that stands above. */
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
