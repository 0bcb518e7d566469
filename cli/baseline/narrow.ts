/** Which entries of a baseline no longer hold everywhere, and where they still do. */

import type { Finding } from '../../scoring/findings.ts';
import type { UnexpectedPass } from '../../scoring/known-failure.ts';

/** What a baseline depends on of something that was audited. */
export interface Audited {
  readonly findings: readonly Pick<Finding, 'known' | 'level' | 'expired'>[];
  readonly unexpectedPasses: readonly UnexpectedPass[];
  /** Why not everything could be judged, in words; null if it could. */
  readonly reason: string | null;
}

/** If anything has no verdict, the run does not prove that a failure is gone. */
export function isConclusive(partial: boolean, audited: readonly Audited[]): boolean {
  return !partial && audited.every(({ reason }) => reason === null);
}

/**
 * For each entry that passes somewhere: the names of what it is about and where it does not.
 *
 * @param audited all that was
 */
export function narrow<T extends Audited>(
  baseline: readonly { readonly index: number; readonly isAbout: (one: T) => boolean }[],
  audited: readonly T[],
  nameOf: (one: T) => string,
): Map<number, readonly string[]> {
  const narrowed = new Map<number, readonly string[]>();
  for (const { index, isAbout } of baseline) {
    const passes = ({ unexpectedPasses }: T): boolean =>
      unexpectedPasses.some((pass) => pass.index === index);
    const about = audited.filter(isAbout);
    if (!about.some(passes)) continue;
    narrowed.set(index, about.filter((one) => !passes(one)).map(nameOf));
  }
  return narrowed;
}
