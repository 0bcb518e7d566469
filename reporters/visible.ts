/** Octets from the wire as text that is safe on a terminal, and from which each octet can be told. */

const named: Readonly<Record<string, string>> = {
  '\t': '\\t',
  '\n': '\\n',
  '\r': '\\r',
  '\0': '\\0',
  '\\': '\\\\',
};

/** Text of which each character is one octet: everything but printable ASCII is escaped. */
export function visible(text: string): string {
  return text.replace(/[^\x20-\x5b\x5d-\x7e]/g, escapeCharacter);
}

/**
 * Text that a person wrote, on one line: what cannot be seen is escaped, such as controls and marks that turn the
 * direction of what follows.
 */
export function visibleProse(text: string, unicode: boolean): string {
  const line = text.trim().replace(/\s+/g, ' ');
  return unicode ? line.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, (character) => visible(character)) : visible(line);
}

function escapeCharacter(character: string): string {
  const code = character.charCodeAt(0);
  return (
    named[character] ??
    (code > 0xff ? `\\u{${code.toString(16)}}` : `\\x${code.toString(16).padStart(2, '0')}`)
  );
}

/** Like `visible`, with the middle left out where it is longer than that. */
export function visibleShort(text: string, maxLength: number): string {
  if (text.length <= maxLength) return visible(text);
  const kept = Math.floor(maxLength / 2);
  return `${visible(text.slice(0, kept))} [...] ${visible(text.slice(-kept))} (${text.length} octets)`;
}

/** A message line by line, its line ends visible; each line shortened to that many octets, and no more than so many lines. */
export function visibleLines(bytes: Buffer, maxLineLength: number, maxLines: number): string[] {
  const lines = bytes
    .toString('latin1')
    .split(/(?<=\n)/)
    .filter((line) => line !== '');
  const shown = lines.slice(0, maxLines).map((line) => visibleShort(line, maxLineLength));
  return lines.length > maxLines ? [...shown, `[${lines.length - maxLines} more lines]`] : shown;
}
