/** What handshakes say of who sends them, where the caller gives no User-Agent. */

import { tool } from '../../report/tool.ts';

/** @param contact whom to write to */
export function userAgent(contact?: string): string {
  return `${tool.name}/${tool.version}${contact === undefined ? '' : ` (+${contact})`}`;
}
