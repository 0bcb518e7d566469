/** The lines of a text that comes in parts. */

import type { Readable } from 'node:stream';

/** Each line that has ended. @returns what stands behind the last line break */
export async function* endedLines(input: Readable): AsyncGenerator<string, string> {
  let rest = '';
  for await (const chunk of input.setEncoding('utf8')) {
    const lines = `${rest}${chunk}`.split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
  return rest;
}
