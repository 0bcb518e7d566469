/** Lines for standard error, beside the reports. */

import { escapeUnicode } from '../reporters/escape.ts';

/** A line on standard error, whatever is in the text. */
export function notify(text: string): void {
  process.stderr.write(`handshake13: ${escapeUnicode(text)}\n`);
}
