/** Markdown within a limit: its head, then as many parts of its sections as fit, and what was left out. */

import type { RootContent } from 'mdast';
import { detailsEnd, paragraph, render } from './nodes.ts';

/** Bytes: a comment on GitHub holds 65,536 characters. Where the destination has a limit, that one counts. */
export const usualRoom = 60_000;

/** Bytes reserved for the line that says what was left out. */
const reserve = 300;

/** The details of something, to be folded. */
export interface Section {
  readonly start: RootContent;
  /** The most important first. */
  readonly blocks: readonly RootContent[][];
}

/**
 * @param room in bytes
 * @param noun what a section is about: `target`, `client`
 * @throws Error if not even the head fits
 */
export function withinRoom(head: string, sections: Iterable<Section>, room: number, noun: string): string {
  const parts = [head];
  const end = render([detailsEnd]);
  let left = room - reserve - Buffer.byteLength(head);
  if (left < 0) throw new Error(`a summary does not fit in ${room} bytes`);
  const missing = { blocks: 0, sections: 0 };
  for (const { start, blocks } of sections) {
    const written: string[] = [];
    if (left >= 0) {
      const opening = render([start]);
      left -= sizeOf(opening) + sizeOf(end);
      for (const block of blocks.map(render)) {
        left -= sizeOf(block);
        // Stop here, even if a later block would fit: nothing in between is missing.
        if (left < 0) break;
        written.push(block);
      }
      if (written.length > 0) parts.push(opening, ...written, end);
    }
    if (left < 0) {
      missing.blocks += blocks.length - written.length;
      missing.sections += 1;
    }
  }
  return [...parts, ...(left < 0 ? [leftOut(missing.blocks, missing.sections, room, noun)] : [])].join('\n');
}

/** With the line before it. */
function sizeOf(part: string): number {
  return 1 + Buffer.byteLength(part);
}

function leftOut(blocks: number, sections: number, room: number, noun: string): string {
  return render([
    paragraph(
      `Left out, to stay within ${room} bytes: ${blocks} ${blocks === 1 ? 'part' : 'parts'} of the details, of ${sections} ${sections === 1 ? noun : `${noun}s`}. The JSON report has them all.`,
    ),
  ]);
}
