/** Choosing probes by their tier and by globs of their ids. */

import { controlId } from '../../probes/control.ts';
import type { Probe, TierChoice } from '../../probes/probe.ts';
import { UsageError } from '../../wire/usage-error.ts';
import { didYouMean } from './did-you-mean.ts';
import { globMatcher } from './glob.ts';

/** Which tiers may be sent. */
export interface TierSelection {
  readonly tier: TierChoice;
  /** Whether the probes of the tier `stress` may be sent, whatever `tier` says. */
  readonly stress: boolean;
}

/**
 * The probes of the tiers chosen whose id matches one of `include` (all, where it is empty) and none of `exclude`; a
 * glob may also be the name of a family. The control is always among them.
 *
 * @throws UsageError for a glob that matches no probe, or none that may be sent, and where nothing is left to send
 */
export function selectProbes(
  catalogue: readonly Probe[],
  include: readonly string[],
  exclude: readonly string[],
  tiers: TierSelection,
): Probe[] {
  const included = include.map((glob) => matcherOf(catalogue, 'probe', glob));
  const sendable = catalogue.filter((probe) => isOfTiers(probe, tiers));
  for (const [i, glob] of include.entries()) {
    const matching = catalogue.filter(({ id }) => included[i]?.(id));
    if (!matching.some((probe) => isOfTiers(probe, tiers))) throw refuseTier(glob, matching);
  }
  const excluded = exclude.map((glob) => matcherOf(catalogue, 'skip', glob));
  const chosen = sendable.filter(
    ({ id }) =>
      (included.length === 0 || included.some((matches) => matches(id))) &&
      !excluded.some((matches) => matches(id)),
  );
  if (chosen.length === 0) throw new UsageError('leaves no probe to send', { option: 'skip' });
  return catalogue.filter((probe) => probe.id === controlId || chosen.includes(probe));
}

function isOfTiers({ tier }: Probe, chosen: TierSelection): boolean {
  return tier === 'stress' ? chosen.stress : chosen.tier === 'all' || tier === chosen.tier;
}

function refuseTier(glob: string, matching: readonly Probe[]): UsageError {
  return matching.every(({ tier }) => tier === 'stress')
    ? new UsageError(`is needed for ${glob}: it matches only stress probes, which may bring a server down`, {
        option: 'stress',
      })
    : new UsageError(`is core, and ${glob} matches only other probes; leave one of them out`, {
        option: 'tier',
      });
}

function matcherOf(catalogue: readonly Probe[], option: string, glob: string): (id: string) => boolean {
  return probeMatcher(catalogue, glob, (problem) => new UsageError(problem, { option }));
}

/**
 * A glob of probe ids, or the name of a family, as a test of ids.
 *
 * @param refuse makes the error that is thrown if it matches no probe, or is too long
 */
export function probeMatcher(
  catalogue: readonly Probe[],
  glob: string,
  refuse: (problem: string) => UsageError,
): (id: string) => boolean {
  const isFamily = catalogue.some(({ family }) => family === glob);
  const matches = globMatcher(isFamily ? `${glob}/*` : glob, refuse);
  if (!catalogue.some(({ id }) => matches(id))) {
    throw refuse(`${glob} matches no probe; ${suggestProbe(catalogue, glob)}`);
  }
  return matches;
}

/** A suggestion for an unknown glob, as the end of an error message. */
function suggestProbe(catalogue: readonly Probe[], written: string): string {
  if (written === '*') return 'did you mean **? A single * does not match a slash';
  const sameSlug = catalogue.find(({ id }) => id.endsWith(`/${written}`));
  if (sameSlug !== undefined) return `did you mean ${sameSlug.id}?`;
  const names = [...new Set(catalogue.flatMap(({ id, family }) => [id as string, `${family}/*`]))];
  return didYouMean(written, names, '"handshake13 list" shows them all');
}
