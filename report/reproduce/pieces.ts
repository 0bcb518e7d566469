/**
 * A recorded request as text for a shell: plain bytes, the names of variables in place of masked secrets, long
 * repetitions, and pauses.
 */

import { isOpenField } from '../../wire/redaction/open-fields.ts';
import { variableName } from '../../wire/redaction/secret-names.ts';
import {
  type SecretPlace,
  secretsInQuery,
  secretsInSubprotocols,
  secretsInText,
} from '../../wire/redaction/secret-places.ts';

/** One character is one byte (latin1). */
export interface Text {
  readonly text: string;
}

/** What is put together in one word: text, and environment variables with secrets. */
export type Piece = Text | { readonly variable: string };

/** The pieces of the request line or of a field line. */
export function piecesOfLine(line: string): Piece[] {
  return splitAt(line, maskedPlaces(line));
}

/** What a declared secret is called, which may stand anywhere. */
const declared = 'SECRET';

/** Where asterisks stand for a secret, by what is known of the place: a lone asterisk may be the server's own. */
function maskedPlaces(line: string): SecretPlace[] {
  const known = knownPlaces(line).filter(({ start, end }) => /^\*+$/.test(line.slice(start, end)));
  const others = [...line.matchAll(/\*{4,}/g)]
    .map(({ 0: { length }, index }) => ({ start: index, end: index + length, name: declared }))
    .filter(({ start, end }) => !known.some((place) => place.start < end && start < place.end));
  return [...known, ...others].sort((a, b) => a.start - b.start);
}

function knownPlaces(line: string): readonly SecretPlace[] {
  if (isRequestLine(line)) return secretsInQuery(line);
  const colon = line.indexOf(':');
  const name = line.slice(0, Math.max(0, colon));
  const value = line.slice(colon + 1);
  const start = colon + 1 + (value.length - value.trimStart().length);
  if (!isOpenField(name)) return [{ start, end: line.length, name }];
  const placesIn = name.toLowerCase() === 'sec-websocket-protocol' ? secretsInSubprotocols : secretsInText;
  return placesIn(value).map((place) => ({
    ...place,
    start: colon + 1 + place.start,
    end: colon + 1 + place.end,
  }));
}

function isRequestLine(line: string): boolean {
  return /^[A-Z]+ /.test(line);
}

function splitAt(line: string, places: readonly SecretPlace[]): Piece[] {
  let at = 0;
  const pieces = places.flatMap(({ start, end, name }): Piece[] => {
    const before = line.slice(at, start);
    at = end;
    return [{ text: before }, { variable: variableName(name) }];
  });
  return [...pieces, { text: line.slice(at) }].filter((piece) => !('text' in piece) || piece.text !== '');
}

/** Keys from the examples of RFC 6455 (§1.3) and of MDN: where only their form matters, everybody can recognise them. */
const exampleKeys = ['dGhlIHNhbXBsZSBub25jZQ==', 'x3JJHMbDL1EzLkh9GBhXDw=='];

/** The request with known keys instead of random ones, except where the form of the key is not the usual one. */
export function withExampleKeys(request: string): string {
  let nth = 0;
  return request.replace(
    /(?<=\r\nSec-WebSocket-Key:[ \t]*)([A-Za-z0-9+/]{21}[AQgw]==|[A-Za-z0-9+/]{100,})(?=[ \t]*\r\n)/gi,
    (key) => {
      // Zeros are base64 too, and can be written in short.
      if (key.length > 100) return 'A'.repeat(key.length);
      nth += 1;
      return exampleKeys[nth - 1] ?? key;
    },
  );
}
