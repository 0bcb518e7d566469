/** What the baseline says about a failure, in a few words. */

import type { KnownFailure } from '../scoring/known-failure.ts';
import { escapeUnicode } from './escape.ts';

/** An expired entry, on one line. @param show escapes what a person wrote */
export function describeExpiredFailure({ until, ...known }: KnownFailure, show = escapeUnicode): string {
  return `known until ${until}, which has passed: ${describeKnownFailure(known, show)}`;
}

/** `REASON (OWNER, until DAY)`, on one line. @param show escapes what a person wrote */
export function describeKnownFailure(known: KnownFailure, show = escapeUnicode): string {
  return knownFailurePieces(known, show, (words) => words).join('');
}

/** The same in pieces. @param fromUser makes a piece of a person's words. @param ownText makes a piece of the tool's */
export function knownFailurePieces<Piece>(
  { reason, owner, until }: KnownFailure,
  fromUser: (text: string) => Piece,
  ownText: (words: string) => Piece,
): Piece[] {
  const more = [
    ...(owner === undefined ? [] : [[fromUser(owner)]]),
    ...(until === undefined ? [] : [[ownText('until '), fromUser(until)]]),
  ].flatMap((pieces, i) => [ownText(i === 0 ? ' (' : ', '), ...pieces]);
  return [fromUser(reason), ...more, ...(more.length === 0 ? [] : [ownText(')')])];
}
