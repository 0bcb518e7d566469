/** The command that reproduces one probe: with every option that matters, wherever it was given, and without secrets. */

import { planTarget, type TargetInput } from '../audit/plan/targets.ts';
import { findProbe } from '../probes/catalogue.ts';
import type { NamedTarget, ReproduceCommand } from '../reporters/reporter.ts';
import { type ConnectionOptions, createTarget } from '../wire/endpoint/target.ts';
import { variableName } from '../wire/redaction/secret-names.ts';
import { type AuditOption, asWritten, commandOptions } from './options/audit-options.ts';
import type { SecretText } from './settings/placeholders.ts';
import {
  type Piece,
  piecesOfField,
  piecesOfUrl,
  piecesOfValue,
  secretsOverLines,
} from './settings/redact-settings.ts';
import type { ResolvedTarget, Settings } from './settings/resolve.ts';

const options: Readonly<Record<string, AuditOption>> = commandOptions;

/**
 * @param inputs the targets that are not listed, as the library takes them, in the same order
 * @param shared the options of all targets
 * @param writtenUrl the URL of a listed target, which has no options of its own
 * @param defaults of every option: values equal to them are omitted
 */
export function createReproduceCommand(
  settings: Settings,
  inputs: readonly TargetInput[],
  shared: ConnectionOptions,
  writtenUrl: (target: NamedTarget) => string,
  defaults: Readonly<Record<string, unknown>>,
): ReproduceCommand {
  let commands: ReadonlyMap<string, (probe: string) => string> | null = null;
  const prepare = (): NonNullable<typeof commands> =>
    new Map(
      settings.targets.map((target, i) => {
        const { target: planned, label, location } = planTarget(inputs[i] ?? target.url, shared);
        const command = commandFor(target, planned.url, settings, defaults);
        return [keyOf({ url: planned.url, label, location }), command];
      }),
    );
  return (target, probe) => {
    // Not before there is something to reproduce.
    commands ??= prepare();
    const listed = { url: writtenUrl(target), args: withAddress(settings.args, target) };
    const command = commands.get(keyOf(target)) ?? commandFor(listed, target.url, settings, defaults);
    return command(probe);
  };
}

/** The options with a rule for the address that the target was connected to. */
export function withAddress<T extends Partial<ResolvedTarget['args']>>(
  args: T,
  { url, connectTo }: NamedTarget,
): T {
  return connectTo === undefined ? args : { ...args, resolve: [resolveRuleFor(url, connectTo)] };
}

/** `HOST:PORT:ADDRESS`, as `--resolve` takes it. */
export function resolveRuleFor(url: string, address: string): string {
  const { hostname, port } = createTarget(url);
  return [hostname, port, address].map((part) => (String(part).includes(':') ? `[${part}]` : part)).join(':');
}

/** Distinguishes the targets of a report: several may have the same URL. */
export function keyOf({ url, label, location }: NamedTarget): string {
  return JSON.stringify([url, label, location?.file, location?.line]);
}

/** @param reported the URL as reports show it */
export function commandFor(
  { url, args }: { readonly url: string; readonly args: Partial<ResolvedTarget['args']> },
  reported: string,
  { secrets, fromEnvironment, configFile }: Pick<Settings, 'secrets' | 'fromEnvironment' | 'configFile'>,
  defaults: Readonly<Record<string, unknown>>,
): (probe: string) => string {
  const all = [...secrets, ...secretsOverLines(args.header ?? [])];
  const words = Object.entries(args)
    .filter(
      ([name, value]) =>
        options[name]?.reproduce === true && (value !== defaults[name] || fromEnvironment.has(name)),
    )
    .flatMap(([name, value]) => [value].flat().map((one) => [name, one] as const))
    .map(([name, value]) => {
      if (typeof value === 'boolean') return value ? `--${name}` : `--no-${name}`;
      return `--${name} ${valueArgument(name, String(asWritten(options[name] ?? {}, value)), all)}`;
    });
  const pieces = piecesOfUrl(url, secrets);
  // The command is complete: a configuration file would only add to it.
  if (configFile !== null) words.push('--no-config');
  if (pieces.includes(null)) words.push(`--header ${valueArgument('header', 'Authorization: ', secrets)}`);
  const named = pieces.filter((piece) => piece !== null);
  const hasSecret = named.some((piece) => !('text' in piece));
  const target = quote(hasSecret ? named : [{ text: reported }]);
  return (probe) => {
    const selection = ['--probe', quote([{ text: probe }]), ...(isStress(probe) ? ['--stress'] : [])];
    return ['handshake13', target, ...selection, ...words, '-vv'].join(' ');
  };
}

function isStress(probe: string): boolean {
  return findProbe(probe)?.tier === 'stress';
}

/** In place of a secret stands the name of an environment variable, which the command reads itself. */
function valueArgument(name: string, text: string, secrets: readonly SecretText[]): string {
  if (name === 'header') return quote(piecesOfField(text, secrets));
  const userInfo = [{ literal: `${variableName(name)}_USER_INFO` }, { text: '@' }];
  return quote(piecesOfValue(name, text, secrets).flatMap((piece) => piece ?? userInfo));
}

/** Quotes a word for a POSIX shell if necessary. */
function quote(pieces: readonly Piece[]): string {
  const word = pieces
    .map((piece) => {
      if ('text' in piece) return piece.text.replaceAll('${', () => '$${');
      return `\${${'variable' in piece ? piece.variable : piece.literal}}`;
    })
    .join('');
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
