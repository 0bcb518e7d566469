/** Globs as picomatch has them. */

import picomatch, { type PicomatchOptions } from 'picomatch';
import type { UsageError } from '../../wire/usage-error.ts';

/** Characters; picomatch takes no more than 65,536. */
const maxLength = 10_000;

/** @param refuse makes the error that is thrown for a glob that is too long */
export function globMatcher(
  glob: string,
  refuse: (problem: string) => UsageError,
  options: PicomatchOptions = {},
): (text: string) => boolean {
  if (glob.length > maxLength) throw refuse(`${glob} is longer than ${maxLength} characters`);
  const matches = picomatch(glob, options);
  // Pass the text alone: picomatch has more parameters, which a caller such as filter() would fill.
  return (text) => matches(text);
}
