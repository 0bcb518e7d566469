/** Which reports are written, and where: the value of `--reporter`. */

import { accessSync, constants, existsSync, lstatSync, readlinkSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { didYouMean } from '../../audit/plan/did-you-mean.ts';
import { reportersByEnding } from '../../reporters/registry.ts';
import { UsageError } from '../../wire/usage-error.ts';
import { isReplaceable, type Sink } from './sinks.ts';

/** A reporter and where it writes. */
export interface ReportDestination<Name extends string = string> {
  readonly name: Name;
  readonly sink: Sink;
}

/**
 * Reads `NAME[=FILE]`, repeated.
 *
 * @param names of the available reporters
 * @throws UsageError for an unknown name, for two reporters on standard output or in one file, and for a file that
 * cannot be written
 */
export function readDestinations<Name extends string>(
  specifications: readonly string[],
  names: readonly Name[],
): ReportDestination<Name>[] {
  const destinations = specifications.map((specification) => readDestination(specification, names));
  const places = destinations.map(placeOf);
  const twice = destinations.find((destination, i) => places.indexOf(placeOf(destination)) !== i);
  if (twice !== undefined) {
    const where = 'file' in twice.sink ? twice.sink.file : 'standard output';
    throw new UsageError(
      `two reporters cannot both write to ${where}; give one of them a file of its own: -r ${twice.name}=FILE`,
    );
  }
  return destinations;
}

/**
 * The reports that a command line asks for, as `--reporter` names them: `--json` and `--output FILE` are short forms.
 *
 * @param names of the available reporters
 * @param otherwise what it gets if it asks for none
 * @throws UsageError for a file whose ending belongs to none of them
 */
export function reportsAskedFor(
  {
    reporter = [],
    json = false,
    output = [],
  }: {
    readonly reporter?: readonly string[] | undefined;
    readonly json?: boolean | undefined;
    readonly output?: readonly string[] | undefined;
  },
  names: readonly string[],
  otherwise: readonly string[] = [],
): readonly string[] {
  const files = output.map((file) => `${reporterOf(file, names)}=${file}`);
  const asked = [...reporter, ...(json ? ['json'] : []), ...files];
  return asked.length > 0 ? asked : otherwise;
}

function reporterOf(file: string, names: readonly string[]): string {
  const known = Object.entries(reportersByEnding).filter(([, name]) => names.includes(name));
  const [, name] = known.find(([ending]) => file.toLowerCase().endsWith(ending)) ?? [];
  if (name === undefined) {
    const endings = known.map(([ending]) => ending).join(', ');
    throw new UsageError(
      `${file} ends with none of ${endings}; use one of these, or name the format: --reporter NAME=FILE`,
      { option: 'output' },
    );
  }
  return name;
}

/** Identifies where a report goes: the real path of a file, or the name of a stream, which is not a path. */
export function placeOf({ sink }: ReportDestination): string {
  return 'file' in sink ? withoutLinks(resolve(sink.file)) : sink.kind;
}

/** An absolute path without symbolic links, also of what is not there yet. */
function withoutLinks(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    const folder = dirname(path);
    if (folder === path) return path;
    if (lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true)
      return withoutLinks(resolve(folder, readlinkSync(path)));
    return join(withoutLinks(folder), basename(path));
  }
}

/** The reporter whose file grows while the run goes on. */
const eventsName = 'ndjson';

/** The reporter, and the format of comparisons, that may be written to a folder, and that a browser shows. */
const pageName = 'html';

/** Names of standard output; opening them again would lose the position in it and truncate it. */
const standardOutput: ReadonlySet<string> = new Set(['/dev/stdout', '/dev/fd/1', '/proc/self/fd/1']);

function readDestination<Name extends string>(
  specification: string,
  names: readonly Name[],
): ReportDestination<Name> {
  const equals = specification.indexOf('=');
  const name = equals === -1 ? specification : specification.slice(0, equals);
  const written = equals === -1 ? null : specification.slice(equals + 1);
  const known = names.find((candidate) => candidate === name);
  if (known === undefined) throw new UsageError(`there is no reporter "${name}"; ${didYouMean(name, names)}`);
  if (written === '') throw new UsageError(`--reporter ${name}= lacks a file name after "="`);
  if (written === null || standardOutput.has(written)) return { name: known, sink: { kind: 'stdout' } };
  if (known === pageName && written.endsWith('/')) {
    const file = `${written}index.html`;
    checkWritable('report file', file);
    return { name: known, sink: { kind: 'folder', file, folder: written } };
  }
  checkWritable('report file', written);
  if (known === eventsName && isReplaceable(written))
    return { name: known, sink: { kind: 'live-file', file: written } };
  return { name: known, sink: { kind: 'file', file: written } };
}

/** The files that a browser shows. */
export function pagesOf(destinations: readonly ReportDestination[]): string[] {
  return destinations.flatMap(({ name, sink }) => (name === pageName && 'file' in sink ? [sink.file] : []));
}

/**
 * Checks before anything is sent whether a file can be written afterwards.
 *
 * @param what it is, for the error message
 * @throws UsageError
 */
export function checkWritable(what: string, file: string): void {
  try {
    const there = statSync(file, { throwIfNoEntry: false });
    if (there?.isDirectory() || /(?:^|\/)\.{0,2}$/.test(file)) throw new Error('it is a directory');
    if (there !== undefined) accessSync(file, constants.W_OK);
    if (isReplaceable(file)) {
      const folder = nearestFolder(dirname(resolve(file)));
      if (!statSync(folder).isDirectory()) throw new Error(`${folder} is not a directory`);
      accessSync(folder, constants.W_OK);
      // It is written under this longer name first.
      statSync(`${file}.${temporaryEnding}`, { throwIfNoEntry: false });
    }
  } catch (error) {
    throw new UsageError(
      `the ${what} ${file} cannot be written: ${error instanceof Error ? error.message : error}`,
    );
  }
}

/** As long as what write-file-atomic adds to a name at most: 32 bits. */
const temporaryEnding = String(2 ** 32 - 1);

/** The folder itself, or the one above it that exists: what is missing is made when the report is written. */
function nearestFolder(folder: string): string {
  return existsSync(folder) || dirname(folder) === folder ? folder : nearestFolder(dirname(folder));
}
