/**
 * Keeps the caller's secrets out of everything that is recorded: each byte of a secret is replaced by an asterisk, so
 * that lengths and offsets in the evidence stay correct. Secrets are the values of all added fields but the open ones,
 * what the URL and the subprotocols hold of secrets, and every text that the caller declares as one.
 */

import type { Field, RequestContext } from '../request.ts';
import { listElements, trimOws } from '../response.ts';
import { Echoes, isAcceptField, minEchoLength } from './echoes.ts';
import { isNegotiated, isOpenField } from './open-fields.ts';
import {
  maskPlaces,
  type SecretPlace,
  secretsInQuery,
  secretsInSubprotocols,
  secretsInText,
} from './secret-places.ts';

/** The parts of a request that name its target. */
type Address = Pick<RequestContext, 'scheme' | 'requestTarget' | 'host'>;

export class Redactor {
  /** Secrets to redact in what the server sends back. */
  readonly #echoes: Echoes;
  /** Parts of requests that contain secrets, however short, and what replaces them. */
  readonly #parts: { readonly part: Buffer; readonly replacement: Buffer }[];
  readonly #texts: readonly string[];

  /**
   * @param fields the fields added to every handshake, credentials and others
   * @param texts further secrets, in every form in which they are sent
   */
  constructor(
    fields: readonly Field[],
    texts: readonly string[] = [],
    { scheme, requestTarget, host }: Address = { scheme: 'http', requestTarget: '', host: '' },
  ) {
    this.#texts = texts;
    const encoded = texts.map((text) => Buffer.from(text, 'utf8').toString('latin1'));
    this.#echoes = new Echoes([...secretsIn(fields, requestTarget), ...encoded]);
    const redacted = fields.map(([name, value]): Field => [name, this.#redactField(name, value, encoded)]);
    const shownTarget = redactTexts(redactQuery(requestTarget), encoded);
    const shownHost = redactTexts(host, encoded);
    this.#parts = [
      // The request line may end with the request target.
      ...[' ', '\r\n'].flatMap((end): Field[] => [
        [` ${requestTarget}${end}`, ` ${shownTarget}${end}`],
        [` ${scheme}://${host}${requestTarget}${end}`, ` ${scheme}://${shownHost}${shownTarget}${end}`],
      ]),
      [`: ${host}\r\n`, `: ${shownHost}\r\n`],
      [`:${host}\r\n`, `:${shownHost}\r\n`],
      // Clients of the drafts send an origin, by default the host.
      [`//${host}\r\n`, `//${shownHost}\r\n`],
      ...fields.map((field, i) => [lineOf(field), lineOf(redacted[i] ?? field)]),
    ]
      .filter(([part, shown]) => part !== shown)
      .map(([part = '', shown = '']) => ({ part: latin1(part), replacement: latin1(shown) }));
  }

  /** Whether there is anything to redact, however short. */
  get hasSecrets(): boolean {
    return this.#texts.length > 0 || this.#parts.length > 0 || this.#echoes.longest > 0;
  }

  /** Bytes that the longest secret takes at most where `redactResponse` finds it; 0 if there is none. */
  get longestEcho(): number {
    return this.#echoes.longest;
  }

  /** A copy of the bytes of a request with every secret redacted. */
  redactRequest(bytes: Buffer): Buffer {
    const copy = Buffer.from(bytes);
    for (const { part, replacement } of this.#parts) replaceAll(copy, part, replacement);
    return copy;
  }

  /** The raw fields of a request with every secret redacted as in its bytes. */
  redactSentFields(fields: readonly Field[]): readonly Field[] {
    if (this.#parts.length === 0) return fields;
    return fields.map(([name, value]) => {
      const line = this.redactRequest(latin1(`\r\n${name}:${value}\r\n`)).toString('latin1');
      return [line.slice(2, 2 + name.length), line.slice(3 + name.length, -2)];
    });
  }

  /** Redacts, in place, every secret that the bytes repeat, in whatever form. */
  redactResponse(bytes: Buffer): Buffer {
    this.#echoes.redact(bytes);
    return bytes;
  }

  /** As `redactResponse`, for latin1 text. */
  redactText(text: string): string {
    return this.#echoes.isEmpty ? text : this.redactResponse(latin1(text)).toString('latin1');
  }

  /** As `redactResponse`, for text in any script that may quote the other side, such as the names in a certificate. */
  redactForeign(text: string): string {
    return this.#echoes.isEmpty ? text : this.redactResponse(Buffer.from(text, 'utf8')).toString('utf8');
  }

  /** A field of a response. */
  redactReceivedField([name, value]: Field): Field {
    // The value alone could not be told from any other that is random.
    const context = isAcceptField(name) ? `${name}: ` : '';
    return [this.redactText(name), this.redactText(`${context}${value}`).slice(context.length)];
  }

  /** A URL as reports name it. */
  redactUrl(url: string): string {
    return this.redactMessage(redactQuery(url));
  }

  /** Redacts text that this tool produces. */
  redactMessage(text: string): string {
    return redactTexts(text, this.#texts);
  }

  /** The value of a field as it may be shown. */
  #redactField(name: string, value: string, texts: readonly string[]): string {
    if (!isOpenField(name)) return '*'.repeat(value.length);
    // The server repeats it and is judged by that: what stays readable in the response stays readable in the request.
    if (isNegotiated(name)) return this.redactText(value);
    return redactTexts(maskPlaces(value, secretsInText(value)), texts);
  }
}

/** Text that may repeat the secrets of several targets, which may overlap: each is looked for in the text as it was. */
export function redactEchoes(text: string, redactors: readonly Redactor[]): string {
  const bytes = Buffer.from(text, 'utf8');
  const asterisk = 0x2a;
  const masked = Buffer.from(bytes);
  for (const redactor of redactors)
    for (const [i, byte] of redactor.redactResponse(Buffer.from(bytes)).entries())
      if (byte === asterisk) masked[i] = asterisk;
  return masked.toString('utf8');
}

/** A URL without the secrets in its query. */
export function redactQuery(url: string): string {
  return maskPlaces(url, secretsInQuery(url));
}

/** What of a request is secret though nobody declared it, in latin1. */
function secretsIn(fields: readonly Field[], requestTarget: string): string[] {
  // One list, over however many lines (rfc9110 §5.3).
  const offer = fields
    .filter(([name]) => name.toLowerCase() === 'sec-websocket-protocol')
    .map(([, value]) => value)
    .join(', ');
  const open = new Set(
    listElements([maskPlaces(offer, secretsInSubprotocols(offer))]).map((element) => element.toLowerCase()),
  );
  const secrets = [
    ...fields.filter(([name]) => !isOpenField(name)).flatMap(partsOfSecret),
    ...textsAt(offer, secretsInSubprotocols(offer)),
    ...fields
      .filter(([name]) => isOpenField(name))
      .flatMap(([, value]) => textsAt(value, secretsInText(value))),
    ...textsAt(requestTarget, secretsInQuery(requestTarget)),
  ];
  return secrets.filter((secret) => !open.has(secret.toLowerCase()));
}

function textsAt(text: string, places: readonly SecretPlace[]): string[] {
  return places.map(({ start, end }) => text.slice(start, end));
}

/**
 * Replaces secrets by asterisks, also where they overlap. One of less than four characters is replaced only as a whole
 * word: it would be found in every second word.
 */
export function redactTexts(text: string, secrets: readonly string[]): string {
  const isRedacted = new Set<number>();
  for (const secret of secrets) {
    for (let at = text.indexOf(secret); secret !== '' && at !== -1; at = text.indexOf(secret, at + 1)) {
      const end = at + secret.length;
      const isWholeWord = !/\w/.test(text.charAt(at - 1)) && !/\w/.test(text.charAt(end));
      if (secret.length < minEchoLength && !isWholeWord) continue;
      for (let i = at; i < end; i += 1) isRedacted.add(i);
    }
  }
  if (isRedacted.size === 0) return text;
  return text
    .split('')
    .map((character, i) => (isRedacted.has(i) ? '*' : character))
    .join('');
}

/** As `redactTexts`, for a message, which may contain the secret as a JSON string. */
export function redactQuoted(message: string, secrets: readonly string[]): string {
  return redactTexts(
    message,
    secrets.flatMap((secret) => [secret, JSON.stringify(secret).slice(1, -1)]),
  );
}

function lineOf([name, value]: Field): string {
  return `\r\n${name}: ${value}\r\n`;
}

/** The parts of a masked value that a server may repeat: all of it, without its scheme, decoded, pair by pair. */
function partsOfSecret([, value]: Field): string[] {
  const values = value.split(/[;,&]/).flatMap((pair) => {
    const one = trimOws(/^[^=]*[^=\s]=(?!=*$)(.*)$/s.exec(pair)?.[1] ?? pair);
    return [one, /^"(.*)"$/s.exec(one)?.[1] ?? one];
  });
  const credentials = trimOws(value.slice(value.indexOf(' ') + 1));
  const decoded = /^basic /i.test(value) ? Buffer.from(credentials, 'base64').toString('latin1') : '';
  const colon = decoded.indexOf(':');
  // The user name as well: it may be the token itself, without a password.
  return [
    value,
    credentials,
    ...values,
    decoded,
    decoded.slice(0, Math.max(colon, 0)),
    decoded.slice(colon + 1),
  ];
}

function replaceAll(bytes: Buffer, wanted: Buffer, replacement: Buffer): void {
  for (let at = bytes.indexOf(wanted); at !== -1; at = bytes.indexOf(wanted, at + replacement.length - 2)) {
    replacement.copy(bytes, at);
  }
}

function latin1(text: string): Buffer {
  return Buffer.from(text, 'latin1');
}
