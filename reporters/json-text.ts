/** JSON as the reporters write it: safe to show in the log of a CI job. */

import { stringifyChunked } from '@discoveryjs/json-ext';
import { escapeInJson } from './ci-commands.ts';
import type { Output } from './reporter.ts';

/** On one line. */
export function toJson(value: unknown): string {
  return escapeInJson(JSON.stringify(value));
}

/** Indented, and in parts, at the pace of the destination: it may be longer than a string can be. */
export async function writeJson(output: Output, value: unknown): Promise<void> {
  // A part never ends within a string.
  for (const part of stringifyChunked(value, { space: 2 })) {
    output.write(escapeInJson(part));
    await output.drained();
  }
  output.write('\n');
}
