/** The list of versions in a refusal (rfc6455 §4.3, §4.4): reading it, and what can be wrong with it. */

import { fieldValues, listElements, type Response } from '../wire/response.ts';

/** `version` of rfc6455 §4.3: 0 to 255 in decimal, no leading zero. */
const versionGrammar = /^(?:\d|[1-9]\d|1\d\d|2[0-4]\d|25[0-5])$/;

export interface VersionList {
  /** The elements as they stand there; of several field lines all, in order. Empty ones mean nothing and are left out. */
  readonly elements: readonly string[];
  /** Those of them that are versions, without repeats. */
  readonly versions: readonly number[];
}

/** The version list of a response; null where it has no Sec-WebSocket-Version at all. */
export function readVersionList(response: Response): VersionList | null {
  const values = fieldValues(response.fields, 'Sec-WebSocket-Version');
  if (values.length === 0) return null;
  const elements = listElements(values);
  const versions = new Set(elements.filter((element) => versionGrammar.test(element)).map(Number));
  return { elements, versions: [...versions] };
}

/** Whether every element is a legal version, and there is at least one. */
export function isWellFormed(list: VersionList): boolean {
  return list.elements.length > 0 && list.elements.every((element) => versionGrammar.test(element));
}

/** Field lines with a list of versions under a name that is almost Sec-WebSocket-Version, as they were written. */
export function misspeltLists({ fields }: Response): string[] {
  return fields
    .filter(([name, value]) => isMisspelt(name) && /^[\d\s,]+$/.test(value))
    .map(([name, value]) => `${name}: ${value}`);
}

/** The right letters with other punctuation, or a letter or two wrong, added or left out. */
function isMisspelt(name: string): boolean {
  const letters = (text: string): string => text.toLowerCase().replace(/[^a-z0-9]/g, '');
  const written = letters(name);
  const right = letters('Sec-WebSocket-Version');
  if (name.toLowerCase() === 'sec-websocket-version') return false;
  return Math.abs(written.length - right.length) <= 2 && distance(written, right) <= 2;
}

/** How many letters have to be changed, added or left out (Levenshtein). */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const changed = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(changed, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
