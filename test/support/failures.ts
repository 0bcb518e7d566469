/**
 * What an audit found wrong, and what was expected of it, in a form short enough for a table.
 *
 * A failure is written as the name of its criterion or check, with `!` after it where its level is MUST.
 */

import picomatch from 'picomatch';
import type { Finding, TargetReport } from '../../index.ts';
import { catalogue } from '../../probes/catalogue.ts';

/** What is sent where no stress probes are asked for. */
export const sentByDefault = catalogue.filter(({ tier }) => tier !== 'stress');

/** By probe id: `status! versionList socketClosed`. Probes without a failure are left out. */
export type Failures = Readonly<Record<string, string>>;

/** Probes, by globs of their ids, and what fails on each of them. */
export type Expected = readonly (readonly [globs: string | readonly string[], failures: string])[];

/** Everything with this verdict, probe by probe. */
export function verdictsOf({ probes }: TargetReport, wanted: 'fail' | 'inconclusive'): Failures {
  return collect(
    probes.flatMap(({ id, criteria, checks }) =>
      Object.entries({ ...criteria, ...checks }).flatMap(([name, verdict]) =>
        verdict.verdict === wanted ? [[id, marked(name, verdict.level)] as const] : [],
      ),
    ),
  );
}

export const failuresOf = (target: TargetReport): Failures => verdictsOf(target, 'fail');

/** @throws Error for a glob that matches no probe: it would expect nothing */
export function expectedFailures(table: Expected): Failures {
  return collect(
    table.flatMap(([globs, failures]) =>
      idsMatching(globs).flatMap((id) =>
        failures
          .split(' ')
          .filter((failure) => failure !== '')
          .map((failure) => [id, failure] as const),
      ),
    ),
  );
}

/** Ids of what is sent by default, in the order of the catalogue. @throws Error for a glob that matches none */
export function idsMatching(globs: string | readonly string[]): string[] {
  const matchers = [globs].flat().map((glob) => {
    const matches = picomatch(glob);
    if (!sentByDefault.some(({ id }) => matches(id))) throw new Error(`${glob} matches no probe`);
    return matches;
  });
  return sentByDefault.map(({ id }) => id).filter((id) => matchers.some((matches) => matches(id)));
}

/** `first-field-wins!`: the finding and, after it, whether it is one about a MUST. */
export function findingsOf({ findings }: { readonly findings: readonly Finding[] }): string[] {
  return findings.map(({ id, level }) => marked(id, level));
}

function marked(name: string, level: string): string {
  return level === 'MUST' ? `${name}!` : name;
}

function collect(pairs: readonly (readonly [id: string, failure: string])[]): Failures {
  const failures = new Map<string, Set<string>>();
  for (const [id, failure] of pairs) {
    const known = failures.get(id) ?? new Set();
    failures.set(id, known.add(failure));
  }
  return Object.fromEntries([...failures].map(([id, names]) => [id, [...names].sort().join(' ')]));
}
