/** Shares of a list of targets, so that several machines audit it together. */

import { createHash } from 'node:crypto';

/** One share of a list. */
export interface Shard {
  /** From 1. */
  readonly index: number;
  readonly total: number;
}

/** What a report shows of a target of a list. */
export interface ListedTarget {
  readonly url: string;
  readonly label: string | null;
  readonly connectTo?: string;
}

/** What a target is known by in a list; reports show all of it. */
export function identityOf({ url, label, connectTo }: ListedTarget): string {
  return JSON.stringify([url, label, connectTo]);
}

/**
 * Whether something belongs to a share: by a hash of it alone, so that it stays there while the list grows.
 *
 * @param identity of a target, or any text
 */
export function isInShard(identity: string, shard: Shard | null): boolean {
  if (shard === null) return true;
  const hash = createHash('sha256').update(identity).digest().readUIntBE(0, 6);
  return hash % shard.total === shard.index - 1;
}
