/** Opens pages in the browser of the user. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { UsageError } from '../../wire/usage-error.ts';

/** The program of each platform that opens a file with what the user has chosen for it. */
const programs: Partial<Record<NodeJS.Platform, readonly [program: string, ...args: string[]]>> = {
  darwin: ['open'],
  // The first word in quotation marks would be the title of a window.
  win32: ['cmd', '/c', 'start', '""'],
};

/** @throws UsageError where there is no page to open */
export function checkOpenable(open: boolean, pages: readonly string[]): void {
  if (open && pages.length === 0)
    throw new UsageError('opens a page, and no report is one; add -r html=FILE', { option: 'open' });
}

/** @param say gets a line for each page that could not be opened */
export async function openInBrowser(files: readonly string[], say: (problem: string) => void): Promise<void> {
  for (const file of files) {
    const problem = await open(file);
    if (problem !== null) say(problem);
  }
}

/** @returns why a page could not be opened, in words; null where it could */
async function open(file: string): Promise<string | null> {
  const [program, ...args] = programs[process.platform] ?? ['xdg-open'];
  const child = spawn(program, [...args, resolve(file)], { detached: true, stdio: 'ignore' });
  try {
    await once(child, 'spawn');
    child.unref();
    return null;
  } catch (error) {
    return `${file} could not be opened with ${program} (${error instanceof Error ? error.message : error}); open it in a browser`;
  }
}
