/** Samples of things that are to be compared, taken in turns: what disturbs the machine disturbs all of them alike. */

/**
 * Measures each thing once per round, in an order that is turned around every other round, after a round that
 * does not count.
 *
 * @returns the samples of each thing, in the order of the rounds
 */
export async function alternate<Name extends string, Sample>(
  rounds: number,
  measures: Readonly<Record<Name, () => Promise<Sample>>>,
): Promise<Record<Name, Sample[]>> {
  const names = Object.keys(measures) as Name[];
  const samples = Object.fromEntries(names.map((name) => [name, []])) as unknown as Record<Name, Sample[]>;
  for (let round = 0; round <= rounds; round++) {
    for (const name of round % 2 === 0 ? names : names.toReversed()) {
      const sample = await measures[name]();
      // The first round only warms up: the file system's cache, the compiler, the server.
      if (round > 0) samples[name].push(sample);
    }
  }
  return samples;
}

/** @throws Error where there is nothing to take it from */
export function median(samples: readonly number[]): number {
  const sorted = samples.toSorted((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)];
  const lower = sorted[Math.floor((sorted.length - 1) / 2)];
  if (upper === undefined || lower === undefined) throw new Error('no samples');
  return (upper + lower) / 2;
}
