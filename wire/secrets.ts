/**
 * Credentials of the caller, and how they are kept out of everything that is recorded: each octet of one is
 * replaced by an asterisk, so that lengths and offsets in the evidence stay true.
 */

import type { Field } from './request.ts';
import { trimOws } from './response.ts';

/** Fields whose values are credentials. */
const secretFields: ReadonlySet<string> = new Set(['authorization', 'proxy-authorization', 'cookie']);

/** What a response to a handshake has to say (rfc6455 §4.2.2): a credential that is one of these words stays readable. */
const handshakeWords =
  'HTTP/1.1 101 Switching Protocols Upgrade: websocket Connection: Upgrade, keep-alive, close Content-Length ' +
  'Transfer-Encoding: chunked Sec-WebSocket-Accept Sec-WebSocket-Version Sec-WebSocket-Protocol Sec-WebSocket-Extensions';

/** A server that echoes less than this cannot be told from one that says a common word. */
const minEchoLength = 4;

export class Secrets {
  /** Octet strings to mask in what the server sends back. */
  readonly #echoes: Buffer[];
  /** Field lines to mask in what is sent: there, however short the value. */
  readonly #lines: { readonly line: Buffer; readonly masked: Buffer }[];

  /** @param fields the fields added to every handshake, credentials and others */
  constructor(fields: readonly Field[]) {
    const isSecret = ([name]: Field): boolean => secretFields.has(name.toLowerCase());
    const secret = fields.filter(isSecret);
    this.#lines = secret.map(([name, value]) => ({
      line: latin1(`\r\n${name}: ${value}\r\n`),
      masked: latin1(`\r\n${name}: ${'*'.repeat(value.length)}\r\n`),
    }));
    const open = `${handshakeWords} ${fields.filter((field) => !isSecret(field))}`.toLowerCase();
    this.#echoes = [...new Set(secret.flatMap(partsOfSecret))]
      .filter((part) => part.length >= minEchoLength && !open.includes(part.toLowerCase()))
      // The longest first, so that a part does not break up the whole that holds it.
      .sort((a, b) => b.length - a.length)
      .map(latin1);
  }

  /** Octets of the longest credential that `maskEchoes` looks for; 0 where there is none. */
  get longestEcho(): number {
    return this.#echoes[0]?.length ?? 0;
  }

  /** A copy of request octets with every credential masked. */
  maskRequest(bytes: Buffer): Buffer {
    const copy = Buffer.from(bytes);
    for (const { line, masked } of this.#lines) replaceAll(copy, line, masked);
    return copy;
  }

  /** Masks, in place, every credential that the octets repeat. */
  maskEchoes(bytes: Buffer): Buffer {
    for (const echo of this.#echoes) replaceAll(bytes, echo, Buffer.alloc(echo.length, '*'));
    return bytes;
  }

  /** As `maskEchoes`, for text of which each character is one octet. */
  maskText(text: string): string {
    return this.#echoes.length === 0 ? text : this.maskEchoes(latin1(text)).toString('latin1');
  }
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
