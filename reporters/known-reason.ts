/** What a baseline says of a failure, in a few words. */

import type { KnownFailure } from '../scoring/known.ts';
import { visibleUnicode } from './visible.ts';

/** Of an entry that has run out: what was promised, on one line. */
export function expiredReason({ until, ...known }: KnownFailure): string {
  return `known until ${until}, which has passed: ${knownReason(known)}`;
}

/** `REASON (OWNER, until DAY)`, on one line. */
export function knownReason({ reason, owner, until }: KnownFailure): string {
  const more = [...(owner === undefined ? [] : [owner]), ...(until === undefined ? [] : [`until ${until}`])];
  return visibleUnicode(more.length === 0 ? reason : `${reason} (${more.join(', ')})`);
}
