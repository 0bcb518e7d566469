/**
 * Octets from the wire as text that is safe on a terminal and in a CI job's log, and from which each octet can be told;
 * and the words of people.
 */

import { escapeCiCommands } from './ci-commands.ts';

const named: Readonly<Record<string, string>> = {
  '\t': '\\t',
  '\n': '\\n',
  '\r': '\\r',
  '\0': '\\0',
  '\\': '\\\\',
};

/** Text of which each character is one octet: everything but printable ASCII is escaped. */
export function escapeBytes(text: string): string {
  return escapeCiCommands(text.replace(/[^\x20-\x5b\x5d-\x7e]/g, escapeCharacter));
}

/** A user's own text, of any script: only what cannot be seen is escaped, such as controls and bidirectional overrides. */
export function escapeUnicode(text: string): string {
  return escapeCiCommands(text.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, escapeCharacter));
}

function escapeCharacter(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  return (
    named[character] ??
    (code > 0xff ? `\\u{${code.toString(16)}}` : `\\x${code.toString(16).padStart(2, '0')}`)
  );
}

/** Like `visible`, with the middle left out where it is longer than that. */
export function escapeShort(text: string, maxLength: number): string {
  if (text.length <= maxLength) return escapeBytes(text);
  const kept = Math.floor(maxLength / 2);
  // What the cut puts together may be a command again.
  return escapeCiCommands(
    `${escapeBytes(text.slice(0, kept))} [...] ${escapeBytes(text.slice(-kept))} (${text.length} octets)`,
  );
}

/** A message line by line, its line ends visible; each line shortened to that many octets, and no more than so many lines. */
export function escapeLines(bytes: Buffer, maxLineLength: number, maxLines: number): string[] {
  const lines = bytes
    .toString('latin1')
    .split(/(?<=\n)/)
    .filter((line) => line !== '');
  const shown = lines.slice(0, maxLines).map((line) => escapeShort(line, maxLineLength));
  return lines.length > maxLines ? [...shown, `[${lines.length - maxLines} more lines]`] : shown;
}
