/** The command for curl, where curl sends the request as it was sent. */

import { type Piece, piecesOfLine } from './pieces.ts';
import { bracketed, type Place } from './place.ts';
import { word } from './shell.ts';

/** Field lines that are still readable as options. */
const maxLines = 20;
const maxLength = 2000;

/**
 * curl sends Host first, then User-Agent and Accept of its own, then the fields that it is given, each as it is written
 * and in their order. It cannot send any head that departs from the grammar of HTTP/1.1.
 *
 * @param request latin1
 * @returns null where curl would send something else
 */
export function curlCommand(request: string, place: Place, seconds: number): string | null {
  if (request.length > maxLength || request.indexOf('\r\n\r\n') !== request.length - 4) return null;
  const [requestLine = '', hostLine, ...lines] = request.slice(0, -4).split('\r\n');
  const [, method = '', target = '', version = ''] =
    /^([A-Z]+) (\/[!-~]*) HTTP\/1\.([01])$/.exec(requestLine) ?? [];
  if (method === '' || target.includes('#') || hostLine !== `Host: ${place.authority}`) return null;
  const options = lines.map(headerOption);
  if (options.length > maxLines || options.some((option) => option === null)) return null;
  const scheme = place.isTls ? 'https' : 'http';
  const targetPieces = piecesOfLine(`GET ${target}`).map(withoutMethod);
  return [
    `curl -s${method === 'HEAD' ? 'I' : 'i'}${place.isTls && !place.isChecked ? 'k' : ''}`,
    `--max-time ${seconds}`,
    ...(method === 'GET' || method === 'HEAD' ? [] : [`-X ${method}`]),
    // Over TLS curl would ask for HTTP/2.
    ...(version === '0' ? ['--http1.0'] : place.isTls ? ['--http1.1'] : []),
    ...(/[[\]{}]/.test(target) ? ['-g'] : []),
    ...(/\/\.{1,2}(?:[/?]|$)/.test(target) ? ['--path-as-is'] : []),
    ...(place.connectTo === null ? [] : [`--connect-to ::${bracketed(place.connectTo)}:`]),
    ...(place.socketPath === null ? [] : [`--unix-socket ${word(place.socketPath)}`]),
    ...(place.proxy === null
      ? []
      : [`--proxy ${word(place.proxy.url)} --proxytunnel --suppress-connect-headers`]),
    ...options,
    word({ text: `${scheme}://${place.authority}` }, ...targetPieces),
  ].join(' ');
}

function withoutMethod(piece: Piece, index: number): Piece {
  return index === 0 && 'text' in piece ? { text: piece.text.slice('GET '.length) } : piece;
}

/** Null for a line that curl cannot send. */
function headerOption(line: string): string | null {
  const [, name = '', value = ''] = /^([!#$%&'*+.^`|~\w-]+):([\x20-\x7e]*)$/.exec(line) ?? [];
  // Several Host lines; what curl sends by itself is replaced in another place.
  if (name === '' || /^(?:host|content-length|transfer-encoding|expect)$/i.test(name)) return null;
  // A line without a value removes the field, a semicolon instead of the colon sends it.
  if (value === '') return `-H ${word(`${name};`)}`;
  return value.trim() === '' ? null : `-H ${word(...piecesOfLine(line))}`;
}
