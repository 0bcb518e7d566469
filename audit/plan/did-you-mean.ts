/** "Did you mean": the end of an error message about a word that is not known. */

import { closestMatch } from 'leven';

/** @param otherwise what to say where no known word is close */
export function didYouMean(
  written: string,
  known: readonly string[],
  otherwise = `known are ${known.join(', ')}`,
): string {
  const closest = closestMatch(written, known, { maxDistance: Math.max(2, Math.floor(written.length / 3)) });
  return closest === undefined ? otherwise : `did you mean ${closest}?`;
}
