/** What a target has told of its versions by the time its drafts are judged. */

import type { Answer } from '../wire/exchange.ts';
import { acceptedVersions, advertisedVersions, type VersionRequest } from './versions.ts';

/** What the target has told of its versions by the time the drafts are judged, which a list may justify. */
export interface KnownVersions {
  readonly advertised: ReadonlySet<number>;
  readonly accepted: ReadonlySet<number>;
}

export const nothingKnown: KnownVersions = { advertised: new Set(), accepted: new Set() };

/**
 * @param answers of every handshake that was answered, the drafts' and the follow-ups' among them
 * @param followUps versions asked for on the strength of the lists
 */
export function knownVersions(
  answers: Iterable<Answer>,
  followUps: readonly VersionRequest[],
): KnownVersions {
  return {
    advertised: new Set(advertisedVersions(answers)),
    accepted: new Set(acceptedVersions(followUps)),
  };
}
