/** Programs and libraries of Debian that are not installed: unpacked into a folder of their own, which goes when the tests end. */

import { execFile } from 'node:child_process';
import { rmSync } from 'node:fs';
import { access, constants, mkdtemp, readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

const execute = promisify(execFile);

/** Not on everybody's path. */
const systemFolders = ['/usr/sbin', '/sbin'];

export async function isInstalled(program: string): Promise<boolean> {
  const folders = [...(process.env.PATH ?? '').split(':'), ...systemFolders];
  const found = folders.map((folder) => access(path.join(folder, program), constants.X_OK));
  return Promise.any(found).then(
    () => true,
    () => false,
  );
}

export interface UnpackedPackages {
  readonly folder: string;
  /** An environment in which their programs, libraries and Python modules are found first. */
  readonly env: NodeJS.ProcessEnv;
}

/** @param names of packages, those that they need included */
export async function unpackPackages(...names: string[]): Promise<UnpackedPackages> {
  const folder = await mkdtemp(path.join(tmpdir(), 'handshake13-packages-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const fetch = () => execute('apt-get', ['download', ...names], { cwd: folder });
  // A machine that was just set up has no lists of packages yet.
  // Tests that run beside this one must not ask for them at the same time.
  const update = ['--', path.join(tmpdir(), 'handshake13-apt.lock'), 'apt-get', 'update'];
  await fetch().catch(() => execute('flock', update).then(fetch));
  for (const name of await readdir(folder)) await execute('dpkg', ['-x', name, '.'], { cwd: folder });
  const { stdout } = await execute('find', [folder, '-name', '*.so.*']);
  const libraries = new Set(stdout.trim().split('\n').map(path.dirname));
  const programs = ['bin', 'usr/bin', 'usr/sbin'].map((name) => path.join(folder, name));
  return {
    folder,
    env: {
      ...process.env,
      PATH: [...programs, process.env.PATH, ...systemFolders].join(':'),
      LD_LIBRARY_PATH: [...libraries].join(':'),
      PYTHONPATH: path.join(folder, 'usr/lib/python3/dist-packages'),
    },
  };
}
