/** What a baseline says of a failure, in a few words. */

import type { KnownFailure } from '../scoring/known.ts';
import { oneLine } from './visible.ts';

/** `REASON (OWNER, until DAY)`, on one line. */
export function knownReason({ reason, owner, until }: KnownFailure): string {
  const more = [...(owner === undefined ? [] : [owner]), ...(until === undefined ? [] : [`until ${until}`])];
  return oneLine(more.length === 0 ? reason : `${reason} (${more.join(', ')})`);
}
