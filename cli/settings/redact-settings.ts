/** What may be shown of a value: never credentials; texts from the environment as the name of their variable. */

import { isOpenField } from '../../wire/redaction/open-fields.ts';
import type { EnvironmentText } from './placeholders.ts';

/** A value piece by piece: plain text, or the name of the variable that the text came from. */
export type Piece = { readonly text: string } | { readonly variable: string };

/** Splits a text at its secrets. */
export function piecesOf(text: string, secrets: readonly EnvironmentText[]): Piece[] {
  // The longest first: a shorter one may be part of it.
  const byLength = secrets.toSorted((a, b) => b.value.length - a.value.length);
  for (const { name, value } of byLength) {
    const at = text.indexOf(value);
    if (at === -1) continue;
    return [
      ...piecesOf(text.slice(0, at), secrets),
      { variable: name },
      ...piecesOf(text.slice(at + value.length), secrets),
    ];
  }
  return text === '' ? [] : [{ text }];
}

/** The pieces of a field line; null if its value is a secret, and not only names of variables. */
export function piecesOfField(line: string, secrets: readonly EnvironmentText[]): Piece[] | null {
  const pieces = piecesOf(line, secrets);
  if (isOpenField(nameOfField(line))) return pieces;
  const [before, ...rest] = pieces;
  const isNamed =
    before !== undefined &&
    'text' in before &&
    // The scheme of credentials, or the name of a cookie.
    /^[\w-]+:\s*(?:[\w-]+[ =])?$/.test(before.text) &&
    rest.some((piece) => 'variable' in piece) &&
    rest.every((piece) => 'variable' in piece || /^[;,:]\s*(?:[\w-]+=)?$/.test(piece.text));
  return isNamed ? pieces : null;
}

export function nameOfField(line: string): string {
  return line.slice(0, Math.max(0, line.indexOf(':')));
}

/** The pieces of a URL; null in place of user info that is not only names of variables. */
export function piecesOfUrl(url: string, secrets: readonly EnvironmentText[]): (Piece | null)[] {
  // Split first: a secret may span several parts of the URL. A URL contains no NUL.
  const marked = piecesOf(url.replaceAll('\0', ''), secrets)
    .map((piece) => ('variable' in piece ? `\0${piece.variable}\0` : piece.text))
    .join('');
  const unmark = (text: string): Piece[] =>
    text
      .split('\0')
      .map((part, i) => (i % 2 === 1 ? { variable: part } : { text: part }))
      .filter((piece) => 'variable' in piece || piece.text !== '');
  const [, scheme = '', userInfo, rest = ''] =
    /^([a-z][a-z0-9+.-]*:\/\/)?(?:([^/?]*)@)?(.*)$/is.exec(marked) ?? [];
  if (userInfo === undefined) return unmark(marked);
  const isNamed = unmark(userInfo).every((piece) => 'variable' in piece || piece.text === ':');
  return [...unmark(scheme), ...(isNamed ? unmark(`${userInfo}@`) : [null]), ...unmark(rest)];
}

/** The pieces of the value of any option except a field: as for a URL if it is one, or may be one with user info. */
export function piecesOfValue(text: string, secrets: readonly EnvironmentText[]): (Piece | null)[] {
  return /:\/\/|^[^\s/?@]+:[^\s/?]*@/.test(text) ? piecesOfUrl(text, secrets) : piecesOf(text, secrets);
}
