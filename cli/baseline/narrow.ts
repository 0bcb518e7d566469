/** Which entries of a baseline no longer hold everywhere, and where they still do. */

import type { UnexpectedPass } from '../../scoring/known-failure.ts';

/** What was audited, and which entries of the baseline did not fail there. */
interface Audited {
  readonly unexpectedPasses: readonly UnexpectedPass[];
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
