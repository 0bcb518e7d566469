/** Reports changes of files: those in a folder, and single ones elsewhere. */

import { execFile } from 'node:child_process';
import path from 'node:path';
import { watch } from 'chokidar';

export interface WatchedFiles {
  readonly folder: string;
  /** They count wherever they are, also where Git ignores them. */
  readonly files: readonly string[];
  /** Files and folders that do not count, nor temporary files that are named after them. */
  readonly except: readonly string[];
}

export interface FileChanges {
  readonly onChange: (file: string) => void;
  /** Not all files can be watched. */
  readonly onError: (error: Error) => void;
}

/** Folders that hold what others wrote. */
const foreignFolders: ReadonlySet<string> = new Set(['node_modules', '.git', '.hg']);

/**
 * Begins to watch, and resolves when every change from now on is reported. What Git ignores, `node_modules` and `.git`
 * do not count: a server writes its build and its logs there, also while it is audited.
 *
 * @returns ends it
 */
export async function watchFiles(
  { folder, files, except }: WatchedFiles,
  { onChange, onError }: FileChanges,
): Promise<() => Promise<void>> {
  const root = path.resolve(folder);
  const named = new Set(files.map((file) => path.resolve(file)));
  const excluded = except.map((file) => path.resolve(file));
  const watcher = watch([root, ...named], {
    ignoreInitial: true,
    followSymlinks: false,
    ignored: (file) => {
      const absolute = path.resolve(file);
      if (named.has(absolute) || absolute === root) return false;
      return (
        foreignFolders.has(path.basename(absolute)) ||
        excluded.some((one) => absolute === one || absolute.startsWith(`${one}.`))
      );
    },
  });
  watcher.on('error', (error) => onError(error as Error));
  watcher.on('all', async (event, file) => {
    if (event === 'addDir' || event === 'unlinkDir') return;
    if (named.has(path.resolve(file)) || !(await isIgnoredByGit(root, file))) onChange(file);
  });
  await new Promise<void>((resolve) => watcher.once('ready', resolve));
  return () => watcher.close();
}

/** False as well outside of a repository, and without Git. */
function isIgnoredByGit(folder: string, file: string): Promise<boolean> {
  return new Promise((resolve) => {
    execFile('git', ['check-ignore', '--quiet', '--', file], { cwd: folder }, (error) =>
      resolve(error === null),
    );
  });
}
