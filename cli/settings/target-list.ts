/** `--targets FILE`: one target per line, for hundreds of targets. */

import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import type { SourceLocation } from '../../scoring/source-location.ts';
import { UsageError } from '../../wire/usage-error.ts';
import { displayPath } from './paths.ts';

export interface ListedTarget {
  readonly url: string;
  readonly label?: string;
  /** Undefined for standard input. */
  readonly location?: SourceLocation;
}

/**
 * Reads `URL [label]` in every line that is neither blank nor begins with `#`.
 *
 * @param file `-` is standard input
 * @throws UsageError if it cannot be read, or names no target: the targets of the configuration file would be a surprise
 */
export async function readTargetList(file: string): Promise<ListedTarget[]> {
  const lines = (await readAll(file)).replace(/^\uFEFF/, '').split('\n');
  const targets = lines.flatMap((line, i): ListedTarget[] => {
    const [, url, label = ''] = /^\s*([^#\s]\S*)\s*(.*?)\s*$/.exec(line) ?? [];
    if (url === undefined) return [];
    return [
      {
        url,
        ...(label !== '' && { label }),
        ...(file !== '-' && { location: { file: displayPath(resolve(file)), line: i + 1 } }),
      },
    ];
  });
  if (targets.length === 0)
    throw new UsageError(`${file} contains no targets; write one per line`, { option: 'targets' });
  return targets;
}

async function readAll(file: string): Promise<string> {
  try {
    return file === '-' ? await text(process.stdin) : await readFile(file, 'utf8');
  } catch (error) {
    throw new UsageError(`${file} cannot be read: ${error instanceof Error ? error.message : error}`, {
      option: 'targets',
    });
  }
}
