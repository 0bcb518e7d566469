/** `handshake13 explain`: describes what a report names. */

import { exitCodes } from '../exit-codes.ts';
import { explanationOf } from '../explain/explanation.ts';

/** @returns the exit code @throws UsageError for a word that names nothing, or several probes */
export function runExplain(word: string): number {
  process.stdout.write(explanationOf(word));
  return exitCodes.conformant;
}
