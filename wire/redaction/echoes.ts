/** Finds secrets in what a server sends, in every form in which it may repeat them. */

import { decodingsOf, originsOf, unescapeText } from './decodings.ts';

/** What a response to a handshake may contain, whoever sends it: a secret that is in it cannot be told from it. */
const protocolText = (
  'HTTP/1.1 101 Switching Protocols Upgrade: websocket Connection: Upgrade, keep-alive, close Content-Length ' +
  'Transfer-Encoding: chunked Sec-WebSocket-Accept Sec-WebSocket-Version Sec-WebSocket-Protocol ' +
  'Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits; server_max_window_bits; ' +
  'client_no_context_takeover; server_no_context_takeover Content-Type: text/plain; charset=utf-8 text/html ' +
  'application/json Content-Encoding: gzip Cache-Control: no-cache, no-store Host Origin Date: GMT Server Location Allow ' +
  '400 Bad Request 401 Unauthorized 403 Forbidden 404 Not Found 405 Method Not Allowed 426 Upgrade Required ' +
  '500 Internal Server Error 501 Not Implemented 502 Bad Gateway 503 Service Unavailable 505 HTTP Version Not ' +
  'Supported WWW-Authenticate: Basic realm Bearer Digest Retry-After'
).toLowerCase();

/** Values that many fields and parameters have and that say nothing; the subprotocols are of the registry of IANA. */
const ordinaryWords: ReadonlySet<string> = new Set(
  (
    'true false null none undefined default example localhost json text html xml utf-8 utf8 binary ' +
    'base64 chat superchat soap wamp mqtt amqp stomp xmpp v10.stomp v11.stomp v12.stomp graphql-ws ' +
    'graphql-transport-ws wamp.2.json ocpp1.6 ocpp2.0 ocpp2.0.1 bearer basic digest token access_token key auth ' +
    'jwt'
  ).split(' '),
);

/** What a server is judged by. */
const versionList = /^\d{1,3}(?:[ \t]*,[ \t]*\d{1,3})+$/;

/** A shorter echo is indistinguishable from ordinary words, so it is not redacted. */
export const minEchoLength = 4;

/** A shorter one is found by chance in what is random. */
const minLengthInRandom = 8;

/** A value that rfc6455 §4.2.2 computes from the key: twenty bytes in base64. */
const acceptValue = /^sec-websocket-accept[ \t]*:[ \t]*([A-Za-z0-9+/]{27}=)[ \t]*\r?$/gim;

export function isAcceptField(name: string): boolean {
  return name.toLowerCase() === 'sec-websocket-accept';
}

/** Whether a secret is distinguishable in a response from what any server sends. */
export function isDistinguishable(secret: string): boolean {
  const lowerCase = secret.toLowerCase();
  return (
    secret.length >= minEchoLength &&
    !protocolText.includes(lowerCase) &&
    !ordinaryWords.has(lowerCase) &&
    !versionList.test(secret)
  );
}

export class Echoes {
  /** As they are compared. */
  readonly #secrets: readonly string[];
  readonly #shortest: number;
  readonly #longest: number;

  /** @param secrets in latin1; those that are not distinguishable are not looked for */
  constructor(secrets: readonly string[]) {
    const distinguishable = secrets.filter(isDistinguishable);
    const all = distinguishable
      .flatMap((secret) => [secret, unescapeText(secret)])
      .flatMap((secret) => [secret, ...inOtherCase(secret)]);
    this.#secrets = [...new Set(all.filter(isDistinguishable).map(comparable))];
    const lengths = this.#secrets.map(({ length }) => length);
    this.#shortest = Math.min(...lengths);
    this.#longest = Math.max(0, ...lengths);
  }

  get isEmpty(): boolean {
    return this.#secrets.length === 0;
  }

  /** The bytes that the longest secret takes at most, where every byte of its escapes is a chunk of its own. */
  get longest(): number {
    return this.#longest * maxBytesPerByte;
  }

  /** Replaces, in place, every byte that carries part of a secret by an asterisk. */
  redact(bytes: Buffer): void {
    if (bytes.length < this.#shortest || this.isEmpty) return;
    const text = bytes.toString('latin1');
    const random = [...text.matchAll(acceptValue)].map(({ 0: line, 1: value = '', index }) => {
      const start = index + line.indexOf(value);
      return [start, start + value.length] as const;
    });
    for (const decoding of decodingsOf(text, this.#shortest)) {
      const compared = comparable(decoding.text);
      for (const secret of this.#secrets) {
        for (let at = compared.indexOf(secret); at !== -1; at = compared.indexOf(secret, at + 1)) {
          const origins = [...originsOf(decoding, at, at + secret.length)];
          const byChance =
            secret.length < minLengthInRandom &&
            random.some(([start, end]) => origins.every((origin) => start <= origin && origin < end));
          if (!byChance) for (const origin of origins) bytes[origin] = asterisk;
        }
      }
    }
  }
}

/** In capitals and in small letters, whose bytes differ beyond ASCII; nothing for what is not UTF-8. */
function inOtherCase(secret: string): string[] {
  const text = Buffer.from(secret, 'latin1').toString('utf8');
  const encode = (one: string): string => Buffer.from(one, 'utf8').toString('latin1');
  return encode(text) === secret ? [encode(text.toUpperCase()), encode(text.toLowerCase())] : [];
}

const asterisk = 0x2a;

/** `&#x41;`, and with every character the size and the line ends of a chunk. */
const maxBytesPerByte = 36;

/** Letter case and the plus sign, which is a space in a form (application/x-www-form-urlencoded), make no difference. */
function comparable(text: string): string {
  return text.replaceAll('+', ' ').toLowerCase();
}
