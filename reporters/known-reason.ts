/** What a baseline says of a failure, in a few words. */

import type { KnownFailure } from '../scoring/known.ts';
import { visibleUnicode } from './visible.ts';

/** `REASON (OWNER, until DAY)`, on one line. */
export function knownReason({ reason, owner, until }: KnownFailure): string {
  const more = [...(owner === undefined ? [] : [owner]), ...(until === undefined ? [] : [`until ${until}`])];
  return visibleUnicode(more.length === 0 ? reason : `${reason} (${more.join(', ')})`);
}
