/** Where reports go: standard output, or files that are written whole or not at all. */

import { accessSync, constants, statSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { suggest } from '../audit/suggest.ts';
import { UsageError } from '../wire/usage-error.ts';

/** A reporter and where it writes; `file` is null for standard output. */
export interface ReportDestination<Name extends string = string> {
  readonly name: Name;
  readonly file: string | null;
}

/**
 * Reads `NAME[=FILE]`, repeated.
 *
 * @param names of the reporters that there are
 * @throws UsageError for an unknown name, for two reporters on standard output or in one file, and for a file that
 * cannot be written
 */
export function readDestinations<Name extends string>(
  specifications: readonly string[],
  names: readonly Name[],
): ReportDestination<Name>[] {
  const destinations = specifications.map((specification) => readDestination(specification, names));
  const files = destinations.map(({ file }) => (file === null ? '' : resolve(file)));
  const twice = destinations.find((_, i) => files.indexOf(files[i] ?? '') !== i);
  if (twice !== undefined) {
    const where = twice.file ?? 'standard output';
    throw new UsageError(
      `two reporters cannot both write to ${where}; give one of them a file of its own: -r ${twice.name}=FILE`,
    );
  }
  return destinations;
}

/** Names of standard output; to open them anew would lose the place in it, and what it holds already. */
const standardOutput: ReadonlySet<string> = new Set(['/dev/stdout', '/dev/fd/1', '/proc/self/fd/1']);

function readDestination<Name extends string>(
  specification: string,
  names: readonly Name[],
): ReportDestination<Name> {
  const equals = specification.indexOf('=');
  const name = equals === -1 ? specification : specification.slice(0, equals);
  const written = equals === -1 ? null : specification.slice(equals + 1);
  const file = written !== null && standardOutput.has(written) ? null : written;
  const known = names.find((candidate) => candidate === name);
  if (known === undefined) throw new UsageError(`there is no reporter "${name}"; ${suggest(name, names)}`);
  if (file === '') throw new UsageError(`--reporter ${name}= lacks the file after "="`);
  if (file !== null) checkWritable(file);
  return { name: known, file };
}

/** Finds out before anything is sent whether the report can be written afterwards. */
function checkWritable(file: string): void {
  try {
    const there = statSync(file, { throwIfNoEntry: false });
    if (there?.isDirectory()) throw new Error('it is a directory');
    if (there !== undefined) accessSync(file, constants.W_OK);
    if (isReplaceable(file)) {
      const folder = dirname(resolve(file));
      if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory())
        throw new Error('its directory does not exist');
      accessSync(folder, constants.W_OK);
    }
  } catch (error) {
    throw new UsageError(
      `the report file ${file} cannot be written: ${error instanceof Error ? error.message : error}`,
    );
  }
}

/** A device or a pipe is written to, and so is what /dev/fd/3 stands for; only a regular file is replaced. */
function isReplaceable(file: string): boolean {
  if (/^\/(dev|proc)\//.test(resolve(file))) return false;
  return statSync(file, { throwIfNoEntry: false })?.isFile() ?? true;
}

/** Writes a report whole or not at all: to a temporary name first, then renamed. */
export async function writeReport(file: string, text: string): Promise<void> {
  if (!isReplaceable(file)) {
    await writeFile(file, text, { flag: 'a' });
    return;
  }
  const { default: writeFileAtomic } = await import('write-file-atomic');
  await writeFileAtomic(file, text);
}
