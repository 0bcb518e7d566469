/** What holds for every entry of a baseline, whatever was audited. */

import { isDay } from '../../scoring/baseline.ts';
import type { SourceLocation } from '../../scoring/source-location.ts';
import { UsageError } from '../../wire/usage-error.ts';

/** Where an entry is, as messages begin. */
export function placeOfEntry(location: SourceLocation | undefined, index: number): string {
  return location === undefined ? `baseline[${index}].` : `${location.file}:${location.line}: `;
}

/**
 * @param words what a person wrote, by its key
 * @throws UsageError for an empty text, and an `until` that is no day
 */
export function checkWords(
  { until, ...words }: Readonly<Record<string, string | undefined>>,
  where: string,
): void {
  for (const [name, text] of Object.entries(words)) {
    if (text?.trim() === '')
      throw new UsageError(
        `${where}${name} is empty; ${name === 'reason' ? 'say why the failures are tolerated' : 'leave it out, or write a glob'}`,
      );
  }
  if (until !== undefined && !isDay(until))
    throw new UsageError(`${where}until ${until} is not a date; write it as 2026-12-31`);
}
