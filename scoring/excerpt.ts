/** The beginning of what a server sent, quoted for a message: often the server itself says there what is wrong. */

import type { Exchange } from '../wire/exchange.ts';
import { fieldValues } from '../wire/response.ts';

/** Characters shown; a sentence fits, a page does not. */
const maxLength = 120;
/** Bytes read for it. */
const maxBytes = 4096;

/** The first line of the body that says something, quoted; null without one. Of HTML it is the title, or text without tags. */
export function quoteBody(exchange: Exchange): string | null {
  const text = readBody(exchange);
  if (text === null) return null;
  const lines = text.split(/\r\n|\n|\r/);
  const firstLine = lines.find((line) => line.trim() !== '') ?? '';
  if (/^\s*<[!?a-z]/i.test(firstLine)) {
    const title = /<title[^>]*>([^<]*)/i.exec(text)?.[1] ?? '';
    return quote(hasWords(title) ? title : (lines.map(withoutTags).find(hasWords) ?? firstLine));
  }
  // The first line of indented JSON is a brace.
  return quote(hasWords(firstLine) ? firstLine : text);
}

/** The first line of bytes that are not a response, quoted. */
export function quoteBytes(bytes: Buffer): string {
  const [firstLine = ''] = bytes.toString('latin1', 0, maxBytes).split(/\r?\n/);
  return quote(firstLine) ?? '""';
}

/** The beginning of the body without the chunked coding; null if there is none, or if it is compressed. */
export function readBody({ received, response }: Exchange): string | null {
  if (response === null || response.bodyBytes === 0) return null;
  if (fieldValues(response.fields, 'Content-Encoding').some((coding) => coding.toLowerCase() !== 'identity'))
    return null;
  let rest = received.toString('latin1');
  for (let heads = 0; heads <= response.interim.length; heads += 1) {
    rest = rest.replace(/^(?:\r?\n)+/, '');
    const end = /\r?\n\r?\n/.exec(rest);
    if (end === null) return null;
    rest = rest.slice(end.index + end[0].length);
  }
  return decode(response.framing === 'chunked' ? joinChunks(rest) : rest.slice(0, maxBytes));
}

function joinChunks(coded: string): string {
  let content = '';
  let rest = coded;
  while (content.length < maxBytes) {
    const [line, size = ''] = /^([0-9a-f]{1,13})[^\n]*\n/i.exec(rest) ?? [];
    const length = Number.parseInt(size, 16);
    if (line === undefined || length === 0) break;
    content += rest.slice(line.length, line.length + length);
    rest = rest.slice(line.length + length).replace(/^\r?\n/, '');
  }
  return content.slice(0, maxBytes);
}

/** Text of one character per byte as UTF-8; as it is where it is not UTF-8. A cut last character does not count. */
function decode(latin1: string): string {
  const text = Buffer.from(latin1, 'latin1')
    .toString('utf8')
    .replace(/\ufffd+$/, '');
  return text.includes('\ufffd') ? latin1 : text;
}

function withoutTags(html: string): string {
  return html.replace(/<[^>]*>?/g, ' ');
}

function hasWords(text: string): boolean {
  return /[\p{L}\p{N}]/u.test(text);
}

/** Null if there is nothing to see. White space is collapsed; what is invisible, such as controls and bidirectional overrides, is escaped. */
export function quote(text: string): string | null {
  const characters = [...text.replace(/[ \t\r\n]+/g, ' ').trim()];
  if (characters.length === 0) return null;
  const shown = characters
    .slice(0, maxLength)
    .join('')
    .replace(/[\p{C}\p{Zl}\p{Zp}]/gu, escapeCharacter);
  return `"${shown}"${characters.length > maxLength ? ' [...]' : ''}`;
}

function escapeCharacter(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  const digits = code.toString(16);
  return code > 0xff ? `\\u{${digits}}` : `\\x${digits.padStart(2, '0')}`;
}
