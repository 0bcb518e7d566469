/**
 * Whether the connections of the audit itself changed the answers: a server may limit the connections of one client, or
 * treat a refused connection otherwise while many are open.
 */

import type { Probe } from '../probes/probe.ts';
import type { Exchange } from '../wire/exchange.ts';
import { leastRepeated, loneAttempts, wasAlone, wasWatched } from './attempts.ts';
import { explainDifference } from './instability.ts';
import { nothingKnown } from './known-versions.ts';
import { findLeftOpen } from './left-open.ts';
import type { ScoringContext } from './subject.ts';

/** Probes that are answered differently alone: fewer may be chance. */
export const leastInfluenced = 3;

export interface ProbeAttempts {
  readonly probe: Probe;
  readonly attempts: readonly Exchange[];
}

export interface CrowdInfluence {
  /** Ids of the probes that were answered differently, in order. */
  readonly probes: readonly string[];
  /** How, in words that name the connections. */
  readonly description: string;
}

/**
 * Finds probes whose attempts agree where they were sent alone, and differ from those sent while other connections were
 * open; null where there are too few.
 */
export function findCrowdInfluence(
  all: readonly ProbeAttempts[],
  profile: ScoringContext['profile'],
): CrowdInfluence | null {
  const context = { ...nothingKnown, profile, unsound: null, leftOpen: findLeftOpen(all) };
  const changed = all.flatMap(({ probe, attempts }) => {
    const alone = loneAttempts(attempts);
    const among = attempts.filter((exchange) => !wasAlone(exchange));
    if (alone.length === 0 || explainDifference(probe, alone, context) !== null) return [];
    const other = among.find((one) => explainDifference(probe, [one, ...alone], context) !== null);
    // What became of a connection shows best in one that was watched.
    const lone = alone.findLast(wasWatched) ?? alone.at(-1);
    if (other === undefined || lone === undefined) return [];
    const difference = explainDifference(probe, [other, lone], context);
    return difference === null
      ? []
      : [{ id: probe.id, open: other.openConnections, difference, isWatched: wasWatched(lone) }];
  });
  const example = changed.find(({ isWatched }) => isWatched) ?? changed[0];
  if (example === undefined || changed.length < leastInfluenced) return null;
  const open = changed.map((one) => one.open);
  const [fewest, most] = [Math.min(...open), Math.max(...open)];
  const number = fewest === most ? `${most}` : `${fewest} to ${most}`;
  return {
    probes: changed.map(({ id }) => id),
    description: `${changed.length} probes were answered differently while ${number} other connections of the audit were open, such as ${example.id}: ${example.difference} alone; only what was answered alone is judged`,
  };
}

/**
 * Why no answer of the server can be relied on, in words: it answers the same handshakes differently although nothing
 * else is sent. Null where it does not.
 */
export function explainUnsteadiness(
  all: readonly ProbeAttempts[],
  profile: ScoringContext['profile'],
): string | null {
  const context = { ...nothingKnown, profile, unsound: null, leftOpen: findLeftOpen(all) };
  const repeated = all.flatMap(({ probe, attempts }) => {
    const alone = loneAttempts(attempts);
    return alone.length < leastRepeated
      ? []
      : [{ id: probe.id, difference: explainDifference(probe, alone, context) }];
  });
  const unsteady = repeated.filter(({ difference }) => difference !== null);
  if (unsteady.length < leastUnsteady || unsteady.length * 2 < repeated.length) return null;
  const shown = unsteady
    .slice(0, leastUnsteady)
    .map(({ id, difference }) => `${id}: ${difference}`)
    .join('; ');
  return `the server answers the same handshake differently although nothing else is sent (${shown}): several servers behind one address, or one that answers by chance`;
}

/** Probes that show it: of one alone, the server may well treat that handshake by chance and the others not. */
export const leastUnsteady = 2;
