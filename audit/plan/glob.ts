/** Globs as picomatch has them. */

import picomatch, { type PicomatchOptions } from 'picomatch';
import type { UsageError } from '../../wire/usage-error.ts';

/** Characters; picomatch takes no more than 65,536. */
const maxLength = 10_000;

/** With more of them, matching a long URL can take minutes: each may stand for any part of it. */
const maxWildcards = 5;

/** @param refuse makes the error that is thrown for a glob that is too long, or takes too long */
export function globMatcher(
  glob: string,
  refuse: (problem: string) => UsageError,
  options: PicomatchOptions = {},
): (text: string) => boolean {
  if (glob.length > maxLength) throw refuse(`${glob} is longer than ${maxLength} characters`);
  const wildcards = glob.match(/\*+|[?+@!]\(/g)?.length ?? 0;
  if (wildcards > maxWildcards) throw refuse(`${glob} has more than ${maxWildcards} wildcards`);
  const matches = picomatch(glob, options);
  // Pass the text alone: picomatch has more parameters, which a caller such as filter() would fill.
  return (text) => matches(text);
}
