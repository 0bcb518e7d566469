/**
 * Keeps the caller's secrets out of everything that is recorded: each byte of a secret is replaced by an asterisk, so
 * that lengths and offsets in the evidence stay correct. Secrets are the values of fields that carry credentials, and
 * every text that the caller declares as one.
 */

import type { Field, RequestContext } from '../request.ts';
import { trimOws } from '../response.ts';
import { Echoes, isDistinguishable, minEchoLength } from './echoes.ts';

/** Whether the value of a field with this name is a credential. */
export function isSecretField(name: string): boolean {
  return /^(?:authorization|proxy-authorization|cookie)$/i.test(name);
}

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
    const redacted = fields.map(([name, value]): Field => [name, redactField(name, value, encoded)]);
    const shownTarget = redactTexts(requestTarget, encoded);
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
    const visible = redacted
      .filter(([name]) => !isSecretField(name))
      .join()
      .toLowerCase();
    const credentials = fields
      .filter(([name]) => isSecretField(name))
      .flatMap(partsOfSecret)
      .filter((part) => !visible.includes(part.toLowerCase()));
    this.#echoes = new Echoes([...credentials, ...encoded]);
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

  /** Redacts text that this tool produces: a URL, a message. */
  redactMessage(text: string): string {
    return redactTexts(text, this.#texts);
  }
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

/**
 * The value of a field as it may be shown. The server repeats values of Sec-WebSocket-* fields and is judged by that:
 * what stays readable in the response stays readable in the request.
 */
function redactField(name: string, value: string, secrets: readonly string[]): string {
  if (isSecretField(name)) return '*'.repeat(value.length);
  return redactTexts(value, /^sec-websocket-/i.test(name) ? secrets.filter(isDistinguishable) : secrets);
}

function lineOf([name, value]: Field): string {
  return `\r\n${name}: ${value}\r\n`;
}

/** The forms in which a server may repeat a credential: whole, without its scheme, decoded, cookie by cookie. */
function partsOfSecret([name, value]: Field): string[] {
  if (name.toLowerCase() === 'cookie') {
    const values = value.split(';').map((pair) => trimOws(pair.slice(pair.indexOf('=') + 1)));
    return [value, ...values];
  }
  const credentials = trimOws(value.slice(value.indexOf(' ') + 1));
  const decoded = /^basic /i.test(value) ? Buffer.from(credentials, 'base64').toString('latin1') : '';
  const colon = decoded.indexOf(':');
  // The user name as well: it may be the token itself, without a password.
  return [value, credentials, decoded, decoded.slice(0, Math.max(colon, 0)), decoded.slice(colon + 1)];
}

function replaceAll(bytes: Buffer, wanted: Buffer, replacement: Buffer): void {
  for (let at = bytes.indexOf(wanted); at !== -1; at = bytes.indexOf(wanted, at + replacement.length - 2)) {
    replacement.copy(bytes, at);
  }
}

function latin1(text: string): Buffer {
  return Buffer.from(text, 'latin1');
}
