/** What the baseline says about a failure, in a few words. */

import type { KnownFailure, UnexpectedPass } from '../scoring/known-failure.ts';
import { escapeUnicode } from './escape.ts';

/** An expired entry, on one line. @param show escapes what a person wrote */
export function describeExpiredFailure({ until, ...known }: KnownFailure, show = escapeUnicode): string {
  return `known until ${until}, which has passed: ${describeKnownFailure(known, show)}`;
}

/** How an entry that did not fail is dealt with. */
export const unexpectedPassFix = 'run again with --update-baseline';

/** An entry that did not fail, on one line: `known.yaml:4: malformed/hex (status) no longer fails`. */
export function describeUnexpectedPass(
  { location, index, probe, criterion }: UnexpectedPass,
  show = escapeUnicode,
): string {
  const place =
    location === undefined ? `entry ${index + 1} of the baseline` : show(`${location.file}:${location.line}`);
  const all = criterion === '*';
  const what = probe === null ? (all ? 'everything' : criterion) : all ? probe : `${probe} (${criterion})`;
  return `${place}: ${show(what)} no longer fails`;
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
