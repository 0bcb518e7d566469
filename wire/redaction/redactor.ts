/**
 * Secrets of the caller, and how they are kept out of everything that is recorded: each octet of one is replaced by
 * an asterisk, so that lengths and offsets in the evidence stay true. Secret is the value of a field that carries
 * credentials, and every text that the caller says is one.
 */

import type { Field, RequestContext } from '../request.ts';
import { trimOws } from '../response.ts';

/** Whether the value of a field with this name is a credential. */
export function isSecretField(name: string): boolean {
  return /^(?:authorization|proxy-authorization|cookie)$/i.test(name);
}

/** What a response to a handshake has to say (rfc6455 §4.2.2): a credential that is one of these words stays readable. */
const handshakeWords = (
  'HTTP/1.1 101 Switching Protocols Upgrade: websocket Connection: Upgrade, keep-alive, close Content-Length ' +
  'Transfer-Encoding: chunked Sec-WebSocket-Accept Sec-WebSocket-Version Sec-WebSocket-Protocol Sec-WebSocket-Extensions'
).toLowerCase();

/** A server that echoes less than this cannot be told from one that says a common word. */
const minEchoLength = 4;

/** Where requests go, as they say it themselves. */
type Address = Pick<RequestContext, 'requestTarget' | 'host'>;

export class Redactor {
  /** Octet strings to mask in what the server sends back. */
  readonly #echoes: Buffer[];
  /** Parts of requests that hold secrets: there, however short. */
  readonly #parts: { readonly part: Buffer; readonly masked: Buffer }[];
  readonly #texts: readonly string[];

  /**
   * @param fields the fields added to every handshake, credentials and others
   * @param texts what else is secret, in every form in which it is sent
   */
  constructor(
    fields: readonly Field[],
    texts: readonly string[] = [],
    { requestTarget, host }: Address = { requestTarget: '', host: '' },
  ) {
    this.#texts = texts;
    const octets = texts.map((text) => Buffer.from(text, 'utf8').toString('latin1'));
    const masked = fields.map(([name, value]): Field => [name, maskField(name, value, octets)]);
    this.#parts = [
      [` ${requestTarget} `, ` ${redactTexts(requestTarget, octets)} `],
      [`: ${host}\r\n`, `: ${redactTexts(host, octets)}\r\n`],
      // Clients of the drafts name their origin, which is the host where none is given.
      [`//${host}\r\n`, `//${redactTexts(host, octets)}\r\n`],
      ...fields.map((field, i) => [lineOf(field), lineOf(masked[i] ?? field)]),
    ]
      .filter(([part, shown]) => part !== shown)
      .map(([part = '', shown = '']) => ({ part: latin1(part), masked: latin1(shown) }));
    const open = masked
      .filter(([name]) => !isSecretField(name))
      .join()
      .toLowerCase();
    const credentials = fields
      .filter(([name]) => isSecretField(name))
      .flatMap(partsOfSecret)
      .filter((part) => !open.includes(part.toLowerCase()));
    this.#echoes = [...new Set([...credentials, ...octets])]
      .filter(isTellable)
      // The longest first, so that a part does not break up the whole that holds it.
      .sort((a, b) => b.length - a.length)
      .map(latin1);
  }

  /** Octets of the longest secret that `maskEchoes` looks for; 0 where there is none. */
  get longestEcho(): number {
    return this.#echoes[0]?.length ?? 0;
  }

  /** A copy of request octets with every secret masked. */
  redactRequest(bytes: Buffer): Buffer {
    const copy = Buffer.from(bytes);
    for (const { part, masked } of this.#parts) replaceAll(copy, part, masked);
    return copy;
  }

  /** The fields of a request, raw, with every secret masked as in its bytes. */
  redactSentFields(fields: readonly Field[]): readonly Field[] {
    if (this.#parts.length === 0) return fields;
    return fields.map(([name, value]) => {
      const line = this.redactRequest(latin1(`\r\n${name}:${value}\r\n`)).toString('latin1');
      return [line.slice(2, 2 + name.length), line.slice(3 + name.length, -2)];
    });
  }

  /** Masks, in place, every secret that the octets repeat. */
  redactResponse(bytes: Buffer): Buffer {
    for (const echo of this.#echoes) replaceAll(bytes, echo, Buffer.alloc(echo.length, '*'));
    return bytes;
  }

  /** As `maskEchoes`, for text of which each character is one octet. */
  redactText(text: string): string {
    return this.#echoes.length === 0 ? text : this.redactResponse(latin1(text)).toString('latin1');
  }

  /** Masks what we say ourselves: a URL, a message. */
  redactMessage(text: string): string {
    return redactTexts(text, this.#texts);
  }
}

/**
 * Replaces secret texts by asterisks, also where they overlap. One of less than four characters only where it stands
 * alone: it would be found in every second word.
 */
export function redactTexts(text: string, secrets: readonly string[]): string {
  const isMasked = new Set<number>();
  for (const secret of secrets) {
    for (let at = text.indexOf(secret); secret !== '' && at !== -1; at = text.indexOf(secret, at + 1)) {
      const end = at + secret.length;
      const standsAlone = !/\w/.test(text.charAt(at - 1)) && !/\w/.test(text.charAt(end));
      if (secret.length < minEchoLength && !standsAlone) continue;
      for (let i = at; i < end; i += 1) isMasked.add(i);
    }
  }
  if (isMasked.size === 0) return text;
  return text
    .split('')
    .map((character, i) => (isMasked.has(i) ? '*' : character))
    .join('');
}

/** As `maskTexts`, for a message, which may quote what it is about. */
export function redactQuoted(message: string, secrets: readonly string[]): string {
  return redactTexts(
    message,
    secrets.flatMap((secret) => [secret, JSON.stringify(secret).slice(1, -1)]),
  );
}

/**
 * The value of a field as it may be shown. The server repeats values of the fields of the handshake, and is judged by
 * that: what would be readable in the response stays so in the request.
 */
function maskField(name: string, value: string, secrets: readonly string[]): string {
  if (isSecretField(name)) return '*'.repeat(value.length);
  return redactTexts(value, /^sec-websocket-/i.test(name) ? secrets.filter(isTellable) : secrets);
}

/** Whether these octets in a response can be told from what any server says. */
function isTellable(octets: string): boolean {
  return octets.length >= minEchoLength && !handshakeWords.includes(octets.toLowerCase());
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
  // The user name as well: it may be the token itself, with no password beside it.
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
