/** "Did you mean": the end of an error message about a word that is not known. */

import { closestMatch } from 'leven';

/** @param otherwise what to say where no known word is near */
export function didYouMean(
  written: string,
  known: readonly string[],
  otherwise = `known are ${known.join(', ')}`,
): string {
  const nearest = nearestWord(written, known);
  return nearest === null ? otherwise : `did you mean ${nearest}?`;
}

/** The known word that a mistyped one is most like; null if it is like none of them. */
export function nearestWord(written: string, known: readonly string[]): string | null {
  // What all of them begin with says nothing.
  const length = written.length - sharedPrefix(known).length;
  const maxDistance = Math.min(3, Math.floor(length / 3));
  return (
    closestMatch(written, known, { maxDistance }) ?? known.find((word) => isSwapped(written, word)) ?? null
  );
}

function sharedPrefix([first = '', ...others]: readonly string[]): string {
  const differs = [...first].findIndex((letter, i) => others.some((word) => word[i] !== letter));
  return differs === -1 ? first : first.slice(0, differs);
}

/** Whether two neighbouring letters of a word are exchanged, which is one slip although it changes two letters. */
function isSwapped(written: string, word: string): boolean {
  if (written.length !== word.length) return false;
  const at = [...word].findIndex((letter, i) => letter !== written[i]);
  const swapped = `${word.slice(0, at)}${word[at + 1]}${word[at]}${word.slice(at + 2)}`;
  return at !== -1 && written === swapped;
}
