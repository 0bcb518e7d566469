/** Times as people write them: `500ms`, `5s`, `2m`; a bare number is milliseconds. */

const units = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 } as const;

/** What a duration looks like, as a JSON Schema and a regular expression write it. */
export const durationPattern = `^\\d+(\\.\\d+)?\\s*(${Object.keys(units).join('|')})?$`;

const duration = new RegExp(durationPattern);

/** @returns milliseconds; null for a text that is not a duration */
export function readDuration(text: string): number | null {
  const match = duration.exec(text.trim());
  if (match === null) return null;
  const [written, , unit] = match;
  // A bare number stays as it is: what uses it refuses a fraction.
  return unit === undefined
    ? Number(written)
    : Math.round(Number.parseFloat(written) * units[unit as keyof typeof units]);
}

/** Milliseconds in the largest unit that needs no fraction: `30m` for 1800000; what needs no unit stays a number. */
export function writeDuration(ms: number): string | number {
  const fitting = Object.entries(units).filter(([, length]) => ms !== 0 && ms % length === 0);
  const [unit, length] = fitting.at(-1) ?? ['', 1];
  return unit === '' ? ms : `${ms / length}${unit}`;
}

/** The end of an error message about a text that is not a duration. */
export function noDuration(text: string): string {
  return `${JSON.stringify(text)} is not a duration; write 500ms, 5s or 2m`;
}
