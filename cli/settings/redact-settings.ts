/** What may be shown of a value: never secrets; texts from the environment as the name of their variable. */

import { isOpenField } from '../../wire/redaction/open-fields.ts';
import { variableName } from '../../wire/redaction/secret-names.ts';
import {
  type SecretPlace,
  secretsInQuery,
  secretsInSubprotocols,
  secretsInText,
} from '../../wire/redaction/secret-places.ts';
import { fromVariable } from './declared-secrets.ts';
import type { SecretText } from './placeholders.ts';

/**
 * A value piece by piece: plain text; the name of the variable that the text came from; or, for a secret that is
 * written out, the name of a variable that could hold it.
 */
export type Piece = { readonly text: string } | { readonly variable: string } | { readonly literal: string };

/** Splits a text at its secrets. */
export function piecesOf(text: string, secrets: readonly SecretText[]): Piece[] {
  // The longest first: a shorter one may be part of it.
  const byLength = secrets.toSorted((a, b) => b.value.length - a.value.length);
  for (const { name, value, isLiteral } of byLength) {
    const at = text.indexOf(value);
    if (at === -1) continue;
    return [
      ...piecesOf(text.slice(0, at), secrets),
      isLiteral ? { literal: name } : { variable: name },
      ...piecesOf(text.slice(at + value.length), secrets),
    ];
  }
  return text === '' ? [] : [{ text }];
}

/** The pieces of a field line. */
export function piecesOfField(line: string, secrets: readonly SecretText[]): Piece[] {
  const name = nameOfField(line);
  if (isOpenField(name)) {
    const placesIn = isOffer(line) ? placesInOffer : secretsInText;
    return unmark(mark(line, secrets), placesIn);
  }
  const pieces = piecesOf(line, secrets);
  const [before, ...rest] = pieces;
  const isNamed =
    before !== undefined &&
    'text' in before &&
    // The scheme of credentials, or the name of a cookie.
    /^[\w-]+:\s*(?:[\w-]+[ =])?$/.test(before.text) &&
    rest.some((piece) => !('text' in piece)) &&
    rest.every((piece) => !('text' in piece) || /^[;,:]\s*(?:[\w-]+=)?$/.test(piece.text));
  return isNamed ? pieces : [{ text: `${name}: ` }, { literal: variableName(name) }];
}

/** Subprotocols that are secret because of the field line before them: lines of one name are one list (rfc9110 §5.3). */
export function secretsOverLines(lines: readonly string[]): SecretText[] {
  const offers = lines.filter(isOffer).map((line) => line.slice(line.indexOf(':') + 1));
  if (offers.length < 2) return [];
  const list = offers.join(',');
  return secretsInSubprotocols(list).map(({ start, end, name }) => ({
    name: variableName(name),
    value: list.slice(start, end),
    isLiteral: true,
  }));
}

function isOffer(line: string): boolean {
  return nameOfField(line).toLowerCase() === 'sec-websocket-protocol';
}

function placesInOffer(line: string): SecretPlace[] {
  const start = line.indexOf(':') + 1;
  return secretsInSubprotocols(line.slice(start)).map((place) => ({
    ...place,
    start: start + place.start,
    end: start + place.end,
  }));
}

export function nameOfField(line: string): string {
  return line.slice(0, Math.max(0, line.indexOf(':')));
}

/** The pieces of a URL; null in place of user info that is not only names of variables. */
export function piecesOfUrl(url: string, secrets: readonly SecretText[]): (Piece | null)[] {
  // The URL parser leaves tabs and line breaks out.
  const marked = mark(url.replace(/[\t\r\n]/g, ''), secrets);
  const [, scheme = '', userInfo, rest = ''] =
    /^([a-z][a-z0-9+.-]*:\/\/)?(?:([^/?]*)@)?(.*)$/is.exec(marked) ?? [];
  if (userInfo === undefined) return unmark(marked, secretsInQuery);
  const isNamed = unmark(userInfo).every((piece) => !('text' in piece) || piece.text === ':');
  return [...unmark(scheme), ...(isNamed ? unmark(`${userInfo}@`) : [null]), ...unmark(rest, secretsInQuery)];
}

/** The pieces of the value of any option except a field: as for a URL if it is one, or may be one with user info. */
export function piecesOfValue(
  option: string,
  text: string,
  secrets: readonly SecretText[],
): (Piece | null)[] {
  if (option === 'secret')
    return text.startsWith(fromVariable) ? [{ text }] : namedOnly(piecesOf(text, secrets));
  if (option === 'subprotocol') return unmark(mark(text, secrets), secretsInSubprotocols);
  return isUrlLike(text) ? piecesOfUrl(text, secrets) : piecesOf(text, secrets);
}

/** Whether a text is a URL, or may be one with user info. */
export function isUrlLike(text: string): boolean {
  return /:\/\/|^[^\s/?@]+:[^\s/?]*@/.test(text);
}

function namedOnly(pieces: readonly Piece[]): Piece[] {
  return pieces.some((piece) => 'text' in piece) ? [{ literal: 'SECRET' }] : [...pieces];
}

/** Around the name of a variable in a text: none of the texts contains it. A literal has a second one before its name. */
const [variableMark, literalMark] = ['\0', '\x01'] as const;

/** Secrets are marked before a URL is split: one may span several parts of it. */
function mark(text: string, secrets: readonly SecretText[]): string {
  return piecesOf(text.replaceAll(variableMark, ''), secrets).map(marked).join('');
}

function marked(piece: Piece): string {
  if ('text' in piece) return piece.text;
  const name = 'variable' in piece ? piece.variable : `${literalMark}${piece.literal}`;
  return `${variableMark}${name}${variableMark}`;
}

/** @param placesIn where the text has further secrets: what is not only names there is written out */
function unmark(text: string, placesIn: (text: string) => readonly SecretPlace[] = () => []): Piece[] {
  let all = text;
  for (const { start, end, name } of placesIn(text).toReversed()) {
    const isNamed = unmark(text.slice(start, end)).every((piece) => !('text' in piece));
    if (!isNamed) all = all.slice(0, start) + marked({ literal: variableName(name) }) + all.slice(end);
  }
  return all
    .split(variableMark)
    .map((part, i): Piece => {
      if (i % 2 === 0) return { text: part };
      return part.startsWith(literalMark) ? { literal: part.slice(literalMark.length) } : { variable: part };
    })
    .filter((piece) => !('text' in piece) || piece.text !== '');
}
