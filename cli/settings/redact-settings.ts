/** What may be shown of a value: credentials never, and texts from the environment by the name of their variable. */

import { isSecretField } from '../../wire/redaction/redactor.ts';
import type { EnvironmentText } from './placeholders.ts';

/** A value piece by piece: plain text, or the name of the variable that the text came from. */
export type Piece = { readonly text: string } | { readonly variable: string };

/** Cuts a text where secrets stand in it. */
export function piecesOf(text: string, secrets: readonly EnvironmentText[]): Piece[] {
  // The longest first: a short one may be a part of it.
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

/** A field line, cut; null where its value is a credential of which more is written than a variable's name. */
export function piecesOfField(line: string, secrets: readonly EnvironmentText[]): Piece[] | null {
  const pieces = piecesOf(line, secrets);
  if (!isSecretField(nameOfField(line))) return pieces;
  const [before, value, ...more] = pieces;
  const isNamed =
    before !== undefined &&
    'text' in before &&
    // The scheme of credentials, or the name of a cookie.
    /^[\w-]+:\s*(?:[\w-]+[ =])?$/.test(before.text) &&
    value !== undefined &&
    'variable' in value &&
    more.length === 0;
  return isNamed ? pieces : null;
}

export function nameOfField(line: string): string {
  return line.slice(0, Math.max(0, line.indexOf(':')));
}

/** The pieces of a URL; null in place of user info of which more is written than names of variables. */
export function piecesOfUrl(url: string, secrets: readonly EnvironmentText[]): (Piece | null)[] {
  // Cut first: a secret may reach over all parts of the URL. NUL stands in none.
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

/** The pieces of any option's value but a field: as those of a URL where it is one, or may be one with user info. */
export function piecesOfValue(text: string, secrets: readonly EnvironmentText[]): (Piece | null)[] {
  return /:\/\/|^[^\s/?@]+:[^\s/?]*@/.test(text) ? piecesOfUrl(text, secrets) : piecesOf(text, secrets);
}
