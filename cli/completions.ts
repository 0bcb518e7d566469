/** What the shell suggests for the word being typed. */

import type { Options } from 'yargs';
import { caseCatalogue } from '../cases/catalogue.ts';
import { formatNames } from '../compare/formats.ts';
import { fixtures } from '../fixtures/catalogue.ts';
import { catalogue } from '../probes/catalogue.ts';
import { clientReporterNames } from '../reporters/client/registry.ts';
import { reporterNames } from '../reporters/registry.ts';
import { completionShells } from './completion-script.ts';
import { explainableWords } from './explain/explanation.ts';
import {
  type CommandName,
  commandNames,
  generalOptions,
  listSubjects,
  optionsOfCommand,
} from './options/command-options.ts';

/** The reporters of commands that do not have those of an audit. */
const reportersOf: Readonly<Partial<Record<CommandName, readonly string[]>>> = {
  diff: formatNames,
  client: clientReporterNames,
  listen: clientReporterNames,
};

/** @param words of the command line after its name; the last one is unfinished and may be empty */
export function completionsOf(words: readonly string[]): string[] {
  const current = words.at(-1) ?? '';
  const before = words.slice(0, -1);
  return candidates(before, current.startsWith('-')).filter((word) => word.startsWith(current));
}

function candidates(before: readonly string[], isOption: boolean): readonly string[] {
  const command = commandNames.find((name) => before.includes(name)) ?? 'audit';
  const options: [name: string, option: Options][] = Object.entries(optionsOfCommand[command]);
  const probeIds = catalogue.map(({ id }) => id);
  const previous = before.at(-1) ?? '';
  const [name, option] =
    options.find(([known, { alias }]) => previous === `--${known}` || previous === `-${alias}`) ?? [];
  if ((command === 'client' || command === 'listen') && (name === 'case' || name === 'skip'))
    return caseCatalogue.map(({ id }) => id);
  if (name === 'probe' || name === 'skip') return probeIds;
  if (name === 'reporter') return reportersOf[command] ?? reporterNames;
  if (option !== undefined && option.type !== 'boolean') return (option.choices ?? []).map(String);
  if (isOption) {
    const general = [...Object.keys(generalOptions), 'help', 'version'];
    return [...options.map(([known]) => known), ...general].map((known) => `--${known}`);
  }
  if (command === 'explain') return explainableWords;
  if (command === 'list') return listSubjects;
  if (command === 'completion') return completionShells;
  if (command === 'serve') return fixtures.map((fixture) => fixture.name);
  return before.length === 0 ? commandNames : [];
}
