/** Texts that are kept in a file, and compared as a whole. */

import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'chai';

/** What differs from run to run: addresses, random values, and times. */
const volatile: readonly (readonly [pattern: RegExp, replacement: string])[] = [
  [/127\.0\.0\.1(:| )\d+/g, '127.0.0.1$1PORT'],
  [/(?<=Sec-WebSocket-Accept: )\S+/g, 'ACCEPT'],
  [/\d+\.\d s(?=[ ;])/g, 'TIME s'],
  // More than two seconds where the answer took long.
  [/(?<=--max-time )(?:[3-9]|\d{2,})(?= )/g, '2'],
];

/**
 * Fails where the text is not what test/reporters/golden/ holds under this name; UPDATE_GOLDEN in the environment writes
 * it there.
 */
export function expectGolden(name: string, text: string): void {
  const steady = volatile.reduce(
    (changed, [pattern, replacement]) => changed.replaceAll(pattern, replacement),
    text,
  );
  // tsc does not copy text files: they are read from the sources, with the repository as working directory.
  const file = path.resolve('test/reporters/golden', name);
  if (process.env.UPDATE_GOLDEN !== undefined) writeFileSync(file, steady);
  expect(steady).to.equal(readFileSync(file, 'utf8'));
}
