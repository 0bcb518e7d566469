/**
 * Escapes bytes from the wire, reversibly, and the text of users, so that both are safe on a terminal and in the log of
 * a CI job.
 */

import { escapeCiCommands } from './ci-commands.ts';

const named: Readonly<Record<string, string>> = {
  '\t': '\\t',
  '\n': '\\n',
  '\r': '\\r',
  '\0': '\\0',
  '\\': '\\\\',
};

/** For text with one character per byte: escapes everything except printable ASCII. */
export function escapeBytes(text: string): string {
  return escapeCiCommands(text.replace(/[^\x20-\x5b\x5d-\x7e]/g, escapeCharacter));
}

/** For a user's own text in any script: escapes only what is invisible, such as controls and bidirectional overrides. */
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

/** Like `escapeBytes`, without the middle of a text that is longer than that. */
export function escapeShort(text: string, maxLength: number): string {
  if (text.length <= maxLength) return escapeBytes(text);
  const kept = Math.floor(maxLength / 2);
  // Joining the two ends may form a new command.
  return escapeCiCommands(
    `${escapeBytes(text.slice(0, kept))} [...] ${escapeBytes(text.slice(-kept))} (${text.length} bytes)`,
  );
}

/** A message line by line, with visible line ends; lines are limited in length (bytes) and number. */
export function escapeLines(bytes: Buffer, maxLineLength: number, maxLines: number): string[] {
  const lines = bytes
    .toString('latin1')
    .split(/(?<=\n)/)
    .filter((line) => line !== '');
  const shown = lines.slice(0, maxLines).map((line) => escapeShort(line, maxLineLength));
  return lines.length > maxLines ? [...shown, `[${lines.length - maxLines} more lines]`] : shown;
}
