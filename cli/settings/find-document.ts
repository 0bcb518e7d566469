/** Finds the configuration file: by name, or from the working directory upwards. */

import path from 'node:path';
import { type Loader, lilconfig } from 'lilconfig';
import { UsageError } from '../../wire/usage-error.ts';
import type { ConfigDocument } from './config-document.ts';

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

/** Loaded only if there is something to read: the YAML parser takes a while to load. */
const read: Loader = async (file, text) => (await import('./config-document.ts')).readDocument(file, text);

const importIt: Loader = async (file) => (await import('./config-document.ts')).importDocument(file);

const readJson: Loader = async (file, text) => {
  if (path.basename(file) !== 'package.json') return read(file, text);
  let manifest: unknown;
  try {
    manifest = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    throw new UsageError(`${file} is not valid JSON: ${error instanceof Error ? error.message : error}`);
  }
  if (typeof manifest !== 'object' || manifest === null || !Object.hasOwn(manifest, key)) return {};
  return { [key]: (await import('./config-document.ts')).readDocument(file, text, [key]) };
};

const loaders = {
  '.json': readJson,
  '.yaml': read,
  '.yml': read,
  '.js': importIt,
  '.mjs': importIt,
  '.cjs': importIt,
};

/**
 * @param named the file that the caller names; null: search for one
 * @returns null if there is none
 * @throws UsageError if it cannot be read
 */
export async function findDocument(named: string | null): Promise<ConfigDocument | null> {
  const searcher = lilconfig(key, { searchPlaces: places, loaders, cache: false });
  if (named !== null && !(path.extname(named) in loaders)) {
    const known = Object.keys(loaders).join(', ');
    throw new UsageError(`${named} is of an unknown type; its name must end with one of ${known}`, {
      option: 'config',
    });
  }
  try {
    if (named === null) return (await searcher.search())?.config ?? null;
    const found = await searcher.load(named);
    if (found?.isEmpty === true) return { file: path.resolve(named), value: null, lineOf: () => 1 };
    if (found?.config) return found.config;
  } catch (error) {
    if (error instanceof UsageError) throw error;
    const problem = `cannot be read: ${error instanceof Error ? error.message : error}`;
    throw named === null
      ? new UsageError(`the configuration file ${problem}`)
      : new UsageError(`${named} ${problem}`, { option: 'config' });
  }
  throw new UsageError(`${named} has no key "${key}"`, { option: 'config' });
}
