/** Targets that are given more than once. */

import { createTarget } from '../wire/endpoint/target.ts';
import type { ResolvedTarget } from './settings/resolve.ts';

/** The targets without repetitions: of one URL, label and options each is one, wherever it is written. */
export function withoutDuplicates(targets: readonly ResolvedTarget[]): ResolvedTarget[] {
  const seen = new Set<string>();
  return targets.filter(({ url, label, own }) => {
    const options = [...own].map(([name, { value }]) => [name, value]);
    const key = JSON.stringify([normalised(url), label, options]);
    const isNew = !seen.has(key);
    seen.add(key);
    return isNew;
  });
}

/** As reports name the URL, unless it has user info, which they leave out. */
function normalised(url: string): string {
  if (url.includes('@')) return url;
  try {
    return createTarget(url).url;
  } catch {
    // It is reported with its place later.
    return url;
  }
}
