/** Where secrets stand in a URL and in a list of subprotocols: by the name before them, by position and by form. */

import { isSecretName } from './secret-names.ts';

/** Part of a text. */
export interface SecretPlace {
  readonly start: number;
  readonly end: number;
  /** What the text calls the secret. */
  readonly name: string;
}

/** A JSON Web Token (rfc7519), signed or encrypted: it begins with `{"` in base64. */
const webToken = /eyJ[\w-]+(?:\.[\w-]*){2,}/g;

/** The user info of URLs, the values of query parameters with the name of a secret, and JSON Web Tokens. */
export function secretsInText(text: string): SecretPlace[] {
  return merge([...userInfos(text), ...parameters(text, parameterInText), ...webTokens(text)]);
}

/** The same in a URL whose user info is treated as credentials. */
export function secretsInQuery(url: string): SecretPlace[] {
  return merge([...parameters(url, parameterInUrl), ...webTokens(url)]);
}

/** What follows `bearer` or another name of a secret, as the next element or in the same one, and JSON Web Tokens. */
export function secretsInSubprotocols(list: string): SecretPlace[] {
  const places: SecretPlace[] = [];
  let before = '';
  for (const { 0: element, index } of list.matchAll(/[^,\s][^,]*(?<!\s)/g)) {
    const end = index + element.length;
    const within = valueWithin(element);
    if (isSecretName(before)) places.push({ start: index, end, name: before });
    else if (within !== null) places.push({ start: index + within.at, end, name: within.name });
    before = isSecretName(before) ? '' : element;
  }
  return merge([...places, ...webTokens(list)]);
}

/** The text with each place replaced by as many asterisks. */
export function maskPlaces(text: string, places: readonly SecretPlace[]): string {
  return places.reduce(
    (masked, { start, end }) => masked.slice(0, start) + '*'.repeat(end - start) + masked.slice(end),
    text,
  );
}

/** A shorter one is part of a name: `auth.v1`. */
const minValueLength = 8;

/** The value in an element such as `base64url.bearer.authorization.k8s.io.TOKEN`. */
function valueWithin(element: string): { readonly at: number; readonly name: string } | null {
  for (const { 0: word, index } of element.matchAll(/[A-Za-z0-9]+(?=[._=:|~-])/g)) {
    const at = index + word.length + 1;
    if (isSecretName(word) && element.length - at >= minValueLength) return { at, name: word };
  }
  return null;
}

function userInfos(text: string): SecretPlace[] {
  return [...text.matchAll(/\/\/([^/?#\s]*)@/g)].map(({ 1: info = '', index }) => ({
    start: index + 2,
    end: index + 2 + info.length,
    name: 'USER_INFO',
  }));
}

/** A semicolon separates as well, if a name follows it; and a fragment may hold parameters. */
const parameterInUrl = /[?&;#]([^=&;?#]+)=((?:(?!;[^=&;]*=)[^&#])+)/g;
const parameterInText = /[?&;#]([^=&;?#\s]+)=((?:(?!;[^=&;]*=)[^&#\s])+)/g;

function parameters(text: string, pattern: RegExp): SecretPlace[] {
  return [...text.matchAll(pattern)].flatMap(({ 0: whole, 1: name = '', 2: value = '', index }) => {
    const end = index + whole.length;
    return isSecretName(decoded(name)) ? { start: end - value.length, end, name: decoded(name) } : [];
  });
}

function webTokens(text: string): SecretPlace[] {
  return [...text.matchAll(webToken)].map(({ 0: token, index }) => ({
    start: index,
    end: index + token.length,
    name: 'JWT',
  }));
}

/** In order, without those that another one overlaps: the longer ones stay. */
function merge(places: readonly SecretPlace[]): SecretPlace[] {
  const kept: SecretPlace[] = [];
  for (const place of places.toSorted((a, b) => b.end - b.start - (a.end - a.start)))
    if (kept.every(({ start, end }) => end <= place.start || place.end <= start)) kept.push(place);
  return kept.sort((a, b) => a.start - b.start);
}

function decoded(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}
