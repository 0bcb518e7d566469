/** Versions of a range: put into words, and the comparisons in a server's code that would tell just these apart. */

/** The highest version that there can be (rfc6455 §4.3). */
export const highestVersion = 255;

/** The version of the protocol itself. */
const current = 13;

/** In ascending order; three and more in a row as a range: `8, 14 to 127`. */
export function describeVersions(versions: Iterable<number>): string {
  const runs: [first: number, last: number][] = [];
  for (const version of [...new Set(versions)].toSorted((a, b) => a - b)) {
    const run = runs.at(-1);
    if (run !== undefined && run[1] === version - 1) run[1] = version;
    else runs.push([version, version]);
  }
  return runs
    .map(([first, last]) => {
      if (first === last) return String(first);
      return last === first + 1 ? `${first}, ${last}` : `${first} to ${last}`;
    })
    .join(', ');
}

interface Comparison {
  /** What the server seems to do. */
  readonly says: string;
  readonly matches: (version: number) => boolean;
}

const negative = '128 to 255 seem to be negative numbers there, as in a signed 8-bit type';

/** Comparisons that accept more than they should. */
const accepting: readonly Comparison[] = [
  { says: 'The version is probably not compared at all.', matches: () => true },
  { says: 'Probably every version from 13 on is accepted.', matches: (version) => version > current },
  {
    says: `Probably every version from 13 on is accepted; ${negative}.`,
    matches: (version) => version > current && version < 128,
  },
  { says: 'Probably every version up to 13 is accepted.', matches: (version) => version < current },
  {
    says: `Probably every version up to 13 is accepted; ${negative}.`,
    matches: (version) => version < current || version > 127,
  },
  {
    says: 'Probably only the first two characters are compared.',
    matches: (version) => String(version).startsWith('13'),
  },
  {
    says: 'Probably only the last two characters are compared.',
    matches: (version) => String(version).endsWith('13'),
  },
  {
    says: 'Probably the server only looks whether the value contains "13".',
    matches: (version) => String(version).includes('13'),
  },
  ...[4, 5, 6, 7].map((bits) => ({
    says: `Probably only the lowest ${bits} bits are compared.`,
    matches: (version: number) => version % 2 ** bits === current,
  })),
];

/** Boundaries at which code begins to answer otherwise. */
const separating: readonly Comparison[] = [
  { says: `Probably ${negative}.`, matches: (version) => version > 127 },
  { says: 'Probably not more than two digits are read.', matches: (version) => version > 99 },
  { says: 'Probably a single digit is handled apart.', matches: (version) => version < 10 },
  { says: 'Versions above 13 are handled apart.', matches: (version) => version > current },
  { says: 'Versions below 13 are handled apart.', matches: (version) => version < current },
];

/** Too few versions fit too many comparisons. */
const leastAsked = 200;

/** The comparison that accepts exactly these of the versions that were asked for, in words; null where none does. */
export function explainAccepted(accepted: readonly number[], asked: readonly number[]): string | null {
  return explain(accepting, accepted, asked);
}

/** The boundary that separates exactly these of the versions that were asked for, in words; null where none does. */
export function explainSeparated(separated: readonly number[], asked: readonly number[]): string | null {
  return explain(separating, separated, asked);
}

function explain(
  comparisons: readonly Comparison[],
  told: readonly number[],
  asked: readonly number[],
): string | null {
  if (asked.length < leastAsked) return null;
  const isTold = new Set(told);
  const fitting = comparisons.find(({ matches }) =>
    asked.every((version) => matches(version) === isTold.has(version)),
  );
  return fitting?.says ?? null;
}
