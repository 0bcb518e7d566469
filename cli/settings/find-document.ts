/** Finds the configuration file: by name, or from the working directory upwards. */

import { existsSync, lstatSync, realpathSync, type Stats, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import { UsageError } from '../../wire/usage-error.ts';
import type { ConfigDocument } from './config-document.ts';
import { displayPath } from './paths.ts';

const key = 'handshake13';

/** The first of these in a folder is used. */
const places = [
  'handshake13.config.json',
  'handshake13.config.yaml',
  'handshake13.config.yml',
  'handshake13.config.js',
  'handshake13.config.mjs',
  'package.json',
];

const dataTypes = ['.json', '.yaml', '.yml'];
const moduleTypes = ['.js', '.mjs', '.cjs'];

/**
 * @param named the file that the caller names; null: search for one
 * @returns null if there is none
 * @throws UsageError if it cannot be read, or was found and may be somebody else's
 */
export async function findDocument(named: string | null): Promise<ConfigDocument | null> {
  if (named !== null) return readNamed(named);
  for (const folder of foldersFrom(process.cwd())) {
    for (const file of places.map((place) => path.join(folder, place))) {
      const stats = statsOf(file);
      if (stats?.isFile() !== true || !(await holdsConfiguration(file))) continue;
      refuseStrangers(file, stats);
      return read(file, (problem) => new UsageError(`the configuration file ${file} ${problem}`));
    }
  }
  return null;
}

/** Null where there is no such file. @throws UsageError where that cannot be determined */
function statsOf(file: string): Stats | null {
  try {
    return statSync(file, { throwIfNoEntry: false }) ?? null;
  } catch (error) {
    throw new UsageError(
      `the configuration file ${displayPath(file)} cannot be read: ${error instanceof Error ? error.message : error}; use --no-config`,
    );
  }
}

/** The working directory and those above it, up to the root of its repository, and not above the home folder. */
function foldersFrom(folder: string): string[] {
  const home = homeFolder();
  const all = [folder];
  for (let above = folder; ; above = path.dirname(above)) {
    if (above !== folder) all.push(above);
    if (isRepository(above)) return all;
    // Outside of a repository nothing above belongs to what is audited.
    if (above === home || above === path.dirname(above)) return isRepository(above) ? all : [folder];
  }
}

/** As the working directory is named. Null for a user without one: whom the system does not know, such as in a container. */
function homeFolder(): string | null {
  try {
    return realpathSync(homedir());
  } catch {
    return null;
  }
}

function isRepository(folder: string): boolean {
  return ['.git', '.hg'].some((name) => existsSync(path.join(folder, name)));
}

async function holdsConfiguration(file: string): Promise<boolean> {
  if (path.basename(file) !== 'package.json') return true;
  let manifest: unknown;
  try {
    manifest = JSON.parse((await readRegular(file)).replace(/^\uFEFF/, ''));
  } catch (error) {
    throw new UsageError(
      `${displayPath(file)} is not valid JSON: ${error instanceof Error ? error.message : error}`,
    );
  }
  return typeof manifest === 'object' && manifest !== null && Object.hasOwn(manifest, key);
}

/** A file that nobody named has to be the user's own or the system's, and nobody else may be able to change it. */
function refuseStrangers(file: string, stats: Stats): void {
  // Windows has neither owners nor modes of this kind.
  const user = process.getuid?.();
  if (user === undefined) return;
  const refuse = (why: string, fix: string): UsageError =>
    new UsageError(
      `the configuration file ${displayPath(file)} ${why}, so it is not read automatically; ${fix}, name it with --config, or use --no-config`,
    );
  // Of a symbolic link both ends.
  if ([stats, lstatSync(file)].some(({ uid }) => uid !== user && uid !== 0))
    throw refuse('belongs to another user', 'make it yours');
  // A group with the number of its owner is a private one.
  const isShared = (stats.mode & 0o002) !== 0 || ((stats.mode & 0o020) !== 0 && stats.gid !== stats.uid);
  if (isShared) throw refuse('can be written by others', `use chmod go-w ${displayPath(file)}`);
}

async function readNamed(file: string): Promise<ConfigDocument> {
  const refuse = (problem: string): UsageError => new UsageError(`${file} ${problem}`, { option: 'config' });
  const known = [...dataTypes, ...moduleTypes];
  if (!known.includes(path.extname(file)))
    throw refuse(`is of an unknown type; its name must end with one of ${known.join(', ')}`);
  if (path.basename(file) === 'package.json' && existsSync(file) && !(await holdsConfiguration(file)))
    throw refuse(`has no key "${key}"`);
  return read(path.resolve(file), refuse);
}

/** @param refuse makes the error that is thrown if the file cannot be opened */
async function read(file: string, refuse: (problem: string) => UsageError): Promise<ConfigDocument> {
  let text: string;
  try {
    text = await readRegular(file);
  } catch (error) {
    throw refuse(`cannot be read: ${error instanceof Error ? error.message : error}`);
  }
  // Loaded only if there is something to read: the YAML parser takes a while to load.
  const { importDocument, readDocument } = await import('./config-document.ts');
  if (moduleTypes.includes(path.extname(file))) return importDocument(file);
  return readDocument(file, text, path.basename(file) === 'package.json' ? [key] : []);
}

/** @throws Error for a named pipe or a device as well, which may have no end */
async function readRegular(file: string): Promise<string> {
  if (!statSync(file).isFile()) throw new Error('it is not a regular file');
  return readFile(file, 'utf8');
}
