/** Where reports go: standard output, or files that are written whole or not at all. */

import { accessSync, constants, existsSync, statSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { suggest } from '../audit/suggest.ts';
import { type ReporterName, reporterNames } from '../reporters/registry.ts';
import { UsageError } from '../wire/usage-error.ts';

/** A reporter and where it writes; `file` is null for standard output. */
export interface ReportDestination {
  readonly name: ReporterName;
  readonly file: string | null;
}

/**
 * Reads `NAME[=FILE]`, repeated.
 *
 * @throws UsageError for an unknown name, for two reporters on standard output or in one file, and for a file that
 * cannot be written
 */
export function readDestinations(specifications: readonly string[]): ReportDestination[] {
  const destinations = specifications.map(readDestination);
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

function readDestination(specification: string): ReportDestination {
  const equals = specification.indexOf('=');
  const name = equals === -1 ? specification : specification.slice(0, equals);
  const file = equals === -1 ? null : specification.slice(equals + 1);
  const known = reporterNames.find((candidate) => candidate === name);
  if (known === undefined)
    throw new UsageError(`there is no reporter "${name}"; ${suggest(name, reporterNames)}`);
  if (file === '') throw new UsageError(`--reporter ${name}= lacks the file after "="`);
  if (file !== null) checkWritable(file);
  return { name: known, file };
}

/** Finds out before anything is sent whether the report can be written afterwards. */
function checkWritable(file: string): void {
  try {
    if (existsSync(file)) {
      if (statSync(file).isDirectory()) throw new Error('it is a directory');
      accessSync(file, constants.W_OK);
    }
    if (isReplaceable(file)) {
      if (!existsSync(dirname(resolve(file)))) throw new Error('its directory does not exist');
      accessSync(dirname(resolve(file)), constants.W_OK);
    }
  } catch (error) {
    throw new UsageError(
      `the report file ${file} cannot be written: ${error instanceof Error ? error.message : error}`,
    );
  }
}

/** A device or a pipe is written to; only a regular file is replaced. */
function isReplaceable(file: string): boolean {
  return !existsSync(file) || statSync(file).isFile();
}

/** Writes a report whole or not at all: to a temporary name first, then renamed. */
export async function writeReport(file: string, text: string): Promise<void> {
  if (!isReplaceable(file)) {
    writeFileSync(file, text);
    return;
  }
  const { default: writeFileAtomic } = await import('write-file-atomic');
  await writeFileAtomic(file, text);
}
