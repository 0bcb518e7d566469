/** What a baseline says of a failure, in a few words. */

import type { KnownFailure } from '../scoring/known-failure.ts';
import { escapeUnicode } from './escape.ts';

/** Of an entry that has run out: what was promised, on one line. @param show makes safe what a person wrote */
export function describeExpiredFailure({ until, ...known }: KnownFailure, show = escapeUnicode): string {
  return `known until ${until}, which has passed: ${describeKnownFailure(known, show)}`;
}

/** `REASON (OWNER, until DAY)`, on one line. @param show makes safe what a person wrote */
export function describeKnownFailure(known: KnownFailure, show = escapeUnicode): string {
  return knownFailurePieces(known, show, (words) => words).join('');
}

/** The same piece by piece. @param written what becomes of a person's words. @param own what becomes of ours */
export function knownFailurePieces<Piece>(
  { reason, owner, until }: KnownFailure,
  written: (text: string) => Piece,
  own: (words: string) => Piece,
): Piece[] {
  const more = [
    ...(owner === undefined ? [] : [[written(owner)]]),
    ...(until === undefined ? [] : [[own('until '), written(until)]]),
  ].flatMap((pieces, i) => [own(i === 0 ? ' (' : ', '), ...pieces]);
  return [written(reason), ...more, ...(more.length === 0 ? [] : [own(')')])];
}
