/** File names as messages and reports show them. */

import path from 'node:path';

/** Relative to the working directory, with `/` between the parts. */
export function displayPath(file: string): string {
  return path.relative(process.cwd(), file).split(path.sep).join('/');
}
