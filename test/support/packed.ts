/** The package as npm packs it, and projects that use it. */

import { execFile } from 'node:child_process';
import { cp, mkdir, readFile, rename, symlink } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { withFolder } from './servers.ts';

const execute = promisify(execFile);

export const root = path.resolve('.');

export interface Packed {
  readonly filename: string;
  readonly unpackedSize: number;
  readonly files: readonly { readonly path: string }[];
}

/** Packs the package into a folder of its own while `use` lasts. */
export async function withPacked<T>(use: (folder: string, result: Packed) => Promise<T>): Promise<T> {
  return withFolder(async (folder) => {
    const args = ['pack', '--json', '--ignore-scripts', '--pack-destination', folder];
    const { stdout } = await execute('npm', args, { cwd: root });
    const [result] = JSON.parse(stdout) as Packed[];
    if (result === undefined) throw new Error('npm pack packed nothing');
    return use(folder, result);
  });
}

/**
 * Installs the packed package into a folder, as a project has it: as files of its own, not as a link.
 *
 * @param links names of packages that the project has too; they are taken from here
 */
export async function withInstalled<T>(
  links: readonly string[],
  use: (folder: string) => Promise<T>,
): Promise<T> {
  return withPacked(async (folder, { filename }) => {
    await execute('tar', ['-xf', filename], { cwd: folder });
    const { name } = JSON.parse(await readFile('package.json', 'utf8'));
    const modules = path.join(folder, 'node_modules');
    await mkdir(modules);
    await rename(path.join(folder, 'package'), path.join(modules, name));
    for (const link of links) {
      await mkdir(path.dirname(path.join(modules, link)), { recursive: true });
      await symlink(path.join(root, 'node_modules', link), path.join(modules, link));
    }
    return use(folder);
  });
}

/** Copies the projects of docs/examples into a folder with `node_modules`. */
export async function copyExamples(folder: string): Promise<string> {
  const copy = path.join(folder, 'examples');
  await cp(path.join(root, 'docs/examples'), copy, { recursive: true });
  return copy;
}
