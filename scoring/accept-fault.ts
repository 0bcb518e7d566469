/** What is wrong with Sec-WebSocket-Accept, and which of the usual mistakes it is. */

import { createHash } from 'node:crypto';
import type { Exchange } from '../wire/exchange.ts';
import { fieldValues, type Response, trimOws } from '../wire/response.ts';
import type { Fault } from './fault.ts';
import { acceptFor, handshakeGuid } from './server-handshake.ts';

const kind = { level: 'MUST', clauses: ['server-handshake'] } as const;
const formula = `base64(SHA-1(key + "${handshakeGuid}"))`;

export function acceptFaults({ sentFields }: Exchange, { fields }: Response): Fault[] {
  // As it was sent: with the white space around it, if any.
  const sent = fieldValues(sentFields, 'Sec-WebSocket-Key')[0] ?? '';
  const [value, ...more] = fieldValues(fields, 'Sec-WebSocket-Accept');
  if (value === undefined) {
    return [
      {
        ...kind,
        actual: 'no Sec-WebSocket-Accept',
        title: 'Sends a 101 without Sec-WebSocket-Accept',
        detail: 'Nothing shows that the server has read the key.',
        fix: `Send Sec-WebSocket-Accept with the 101: ${formula}, of the key exactly as received.`,
        clients: 'accept-missing',
      },
    ];
  }
  if (more.length > 0) {
    return [
      {
        ...kind,
        clauses: ['server-handshake', 'once-in-response'],
        actual: `Sec-WebSocket-Accept ${more.length + 1} times`,
        title: 'Sends Sec-WebSocket-Accept more than once',
        detail: 'The field must not stand more than once in a response.',
        fix: 'Send Sec-WebSocket-Accept once. Look for two places that write it, such as a proxy and the server behind it.',
        clients: 'accept-twice',
      },
    ];
  }
  if (value === acceptFor(trimOws(sent))) return [];
  const mistake = mistakes(sent).find(({ wrong }) => wrong.includes(value));
  return [
    {
      ...kind,
      actual: `Sec-WebSocket-Accept: ${value}`,
      title: 'Sends a wrong Sec-WebSocket-Accept',
      detail: mistake === undefined ? strange(value) : `The value is ${mistake.is}.`,
      fix: mistake?.fix ?? `Send ${formula}, of the key exactly as received.`,
      clients: 'accept-wrong',
    },
  ];
}

interface Mistake {
  /** Every value that it leads to. */
  readonly wrong: readonly string[];
  /** What the value is. */
  readonly is: string;
  readonly fix: string;
}

/** The usual mistakes, computed from the key that was sent. The first that leads to a value explains it. */
function mistakes(sent: string): Mistake[] {
  const key = trimOws(sent);
  const right = acceptFor(key);
  const digest = Buffer.from(right, 'base64');
  const hex = digest.toString('hex');
  const cutKeys = Array.from({ length: Math.min(key.length, 64) }, (_, length) => key.slice(0, length)).slice(
    1,
  );
  return [
    {
      // One space behind the colon belongs to the way in which fields are written, and is dropped by most readers.
      wrong: [sent, sent.replace(/^ /, ''), sent.trimStart(), sent.trimEnd()]
        .filter((one) => one !== key)
        .map(acceptFor),
      is: 'made of the key with white space still around it',
      fix: 'Take the spaces and tabs off the key before it is hashed.',
    },
    {
      wrong: [acceptFor(key.toLowerCase()), acceptFor(key.toUpperCase())],
      is: 'made of the key with its case changed',
      fix: 'Keep the case of the key: hash its bytes exactly as received.',
    },
    {
      wrong: [acceptFor('')],
      is: 'made of an empty key: the same for every client',
      fix: 'Hash the key of the request followed by the GUID, and check that the key was found: field names are case-insensitive.',
    },
    {
      wrong: cutKeys.map(acceptFor),
      is: 'made of the key with its end cut off',
      fix: 'Hash the whole key, with the "=" at its end.',
    },
    {
      wrong: ['\0', '\n', '\r', '\r\n'].map((end) => acceptFor(key + end)),
      is: 'made of the key and the end of its line or of its buffer',
      fix: 'Hash the key alone: no NUL and no line end belongs to it.',
    },
    {
      wrong: [digestOf(Buffer.concat([Buffer.from(key, 'base64'), Buffer.from(handshakeGuid)]))],
      is: 'made of the decoded key',
      fix: 'Do not decode the key: hash its text exactly as received.',
    },
    {
      wrong: [digestOf(Buffer.from(key, 'latin1'))],
      is: 'made of the key without the GUID',
      fix: `Append "${handshakeGuid}" to the key before it is hashed.`,
    },
    {
      wrong: [digestOf(Buffer.from(key + handshakeGuid.toLowerCase(), 'latin1'))],
      is: 'made with the GUID in lower case',
      fix: `Append the GUID in upper case: "${handshakeGuid}".`,
    },
    {
      wrong: [hex, hex.toUpperCase(), base64(hex), base64(hex.toUpperCase())],
      is: 'the digest in hexadecimal',
      fix: 'Encode the 20 bytes of the SHA-1 digest in base64, and not their hexadecimal digits.',
    },
    {
      wrong: [digest.toString('base64url'), right.replace('=', ''), `${digest.toString('base64url')}=`],
      is: 'the correct digest in another alphabet, or without its padding',
      fix: 'Encode the digest in plain base64, with "+", "/" and the "=" at its end.',
    },
    {
      wrong: [right.toLowerCase(), right.toUpperCase()],
      is: 'the correct one with its case changed',
      fix: 'Send the base64 text as it was encoded: its case matters.',
    },
    {
      wrong: [key],
      is: 'the key itself, sent back',
      fix: `Do not send the key back: send ${formula}.`,
    },
    {
      wrong: [acceptFor('dGhlIHNhbXBsZSBub25jZQ==')].filter((one) => one !== right),
      is: 'that of the example in RFC 6455',
      fix: `Compute the value for every request: ${formula}.`,
    },
  ];
}

/** What can be said of a value that no usual mistake leads to. */
function strange(value: string): string {
  if (value === '') return 'The field is empty.';
  return Buffer.from(value, 'base64').length === 20 && /^[A-Za-z0-9+/]{27}=$/.test(value)
    ? 'The value has the form of a SHA-1 digest in base64, and is not the one for this key: it may be made of another key.'
    : 'The value is not a SHA-1 digest in base64.';
}

function digestOf(bytes: Buffer): string {
  return createHash('sha1').update(bytes).digest('base64');
}

function base64(text: string): string {
  return Buffer.from(text, 'latin1').toString('base64');
}
