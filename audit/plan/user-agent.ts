/** What handshakes say of who sends them, where a contact is given. */

import { tool } from '../../report/tool.ts';

/** @param contact whom to write to */
export function userAgent(contact: string): string {
  return `${tool.name}/${tool.version} (+${contact})`;
}
