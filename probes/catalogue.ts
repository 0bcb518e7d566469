/** All probes, gathered from the family files, and what can be derived from them. */

import { afterRefusal } from './after-refusal.ts';
import { commaListed } from './comma-listed.ts';
import { disguised } from './disguised.ts';
import { draft } from './draft.ts';
import { duplicate } from './duplicate.ts';
import { handshake } from './handshake.ts';
import { malformed } from './malformed.ts';
import { missing } from './missing.ts';
import { type Family, families, type Probe } from './probe.ts';
import { stress } from './stress.ts';
import { unsupported } from './unsupported.ts';
import { valid } from './valid.ts';

const byFamily = {
  valid,
  missing,
  duplicate,
  unsupported,
  draft,
  'comma-listed': commaListed,
  malformed,
  disguised,
  handshake,
  'after-refusal': afterRefusal,
  stress,
} as const satisfies Record<Family, readonly Probe[]>;

/** The id of a probe in the catalogue: a misspelt one does not compile. */
export type ProbeId = (typeof byFamily)[Family][number]['id'];

/** Every probe, family by family in the order of `families`; the control, `valid/13`, is the first. */
export const catalogue: readonly Probe[] = families.flatMap<Probe>((family) => byFamily[family]);

/** The probes that conformance depends on: all except stress probes. */
export const conformanceProbes: readonly Probe[] = catalogue.filter(({ tier }) => tier !== 'stress');

const byId: ReadonlyMap<string, Probe> = new Map(catalogue.map((probe) => [probe.id, probe]));

/** The probe with this id, `family/slug`. */
export function findProbe(id: string): Probe | undefined {
  return byId.get(id);
}

/**
 * Fields that a probe only adds. Of Cookie only the length matters there, and many servers let nobody in without one;
 * Content-Length is not the caller's to add in any case.
 */
const addedByProbes: ReadonlySet<string> = new Set(['', 'cookie', 'content-length', 'x-nul']);

/**
 * The names, in lower case, of the fields that some probe varies. A caller who added one of these to every
 * handshake would change what the probes are about. What stress probes vary has no meaning for a handshake.
 */
export const variedFields: ReadonlySet<string> = new Set(
  catalogue
    .filter(({ tier }) => tier !== 'stress')
    .flatMap((probe) =>
      probe.request.lines.flatMap((line) => ('name' in line ? [line.name.toLowerCase()] : [])),
    )
    .filter((name) => !addedByProbes.has(name)),
);
