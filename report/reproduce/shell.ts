/** Words of a POSIX shell. Nothing of a report can end a quotation or begin a command. */

import type { Piece } from './pieces.ts';

/** One word; text outside of printable ASCII cannot be in it. */
export function word(...pieces: readonly (Piece | string)[]): string {
  return pieces.map((piece) => (isVariable(piece) ? `"$${piece.variable}"` : quoted(textOf(piece)))).join('');
}

function isVariable(piece: Piece | string): piece is { readonly variable: string } {
  return typeof piece !== 'string' && 'variable' in piece;
}

function textOf(piece: string | { readonly text: string }): string {
  return typeof piece === 'string' ? piece : piece.text;
}

function quoted(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

/** The environment variables that commands of these words read, each once. */
export function variablesIn(commands: readonly string[]): string[] {
  const names = commands.flatMap((command) =>
    [...command.matchAll(/"\$(\w+)"/g)].map(([, name = '']) => name),
  );
  return [...new Set(names)];
}

/** What `printf` writes: the text as its format, and a secret as an argument. */
export function printf(pieces: readonly Piece[]): string {
  const format = pieces.map((piece) => ('text' in piece ? escapeFormat(piece.text) : '%s')).join('');
  const values = pieces.flatMap((piece) => ('variable' in piece ? [` "$${piece.variable}"`] : []));
  return `printf '${format}'${values.join('')}`;
}

/** The format is used again for each argument, of which `%.0s` writes nothing. */
export function printfRepeated(text: string, times: number): string {
  return `printf '${escapeFormat(text)}%.0s' $(seq ${times})`;
}

const named: Readonly<Record<string, string>> = {
  '\r': '\\r',
  '\n': '\\n',
  '\t': '\\t',
  '\\': '\\\\',
  '%': '%%',
};

/** Octal escapes are the only ones that every `printf` knows. */
function escapeFormat(text: string): string {
  return text.replace(
    /[^\x20-\x7e]|[\\%']/g,
    (character) => named[character] ?? `\\${character.charCodeAt(0).toString(8).padStart(3, '0')}`,
  );
}

/** Characters of a comment. */
const maxComment = 200;

/**
 * A line that does nothing. An interactive zsh takes it for a command of the name `#`, and looks for substitutions and
 * further commands in it, so that it holds only what means nothing to a shell.
 */
export function comment(text: string): string {
  const plain = text
    .slice(0, maxComment)
    .replace(/[()"'`]/g, '')
    .replace(/[^\w .,:/+=%@-]/g, '_');
  return `# ${plain}`;
}
