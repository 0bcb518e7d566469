/** The command that sends any bytes whatever: printf into nc or, over TLS, openssl. */

import { type Piece, piecesOfLine } from './pieces.ts';
import { bracketed, type Place } from './place.ts';
import { printf, printfRepeated, word } from './shell.ts';

export interface RawRequest {
  /** Latin1. */
  readonly bytes: string;
  /** The field whose line is sent in two parts, with a pause between them. */
  readonly cutWithin?: string;
}

/** How a connection is watched. */
export interface Watch {
  /** How long the server is waited for. */
  readonly seconds: number;
  /**
   * What shows: the answer; the end of the connection as well; or how the server takes it that the client ends its side
   * after those seconds.
   */
  readonly shows: 'answer' | 'end' | 'release';
}

/** @returns null where no common program can send it so */
export function connectionCommand(request: RawRequest, place: Place, watch: Watch): string | null {
  const writes = writesOf(request);
  return place.isTls ? opensslCommand(writes, place, watch) : ncCommand(writes, place, watch);
}

/** nc does not end its side when its input ends, and waits for the server as long as it is told. */
function ncCommand(writes: readonly string[], place: Place, { seconds, shows }: Watch): string | null {
  const { host, port, connectTo, socketPath, proxy } = place;
  if (proxy?.isTls === true) return null;
  const options = [
    ...(shows === 'release' ? ['-N'] : []),
    `-w ${shows === 'release' ? 2 * seconds : seconds}`,
    ...(proxy === null ? [] : [`-X connect -x ${proxy.authority}`]),
    ...(socketPath === null ? [word(connectTo ?? host), port] : [`-U ${word(socketPath)}`]),
  ];
  const input = shows === 'release' ? [...writes, `sleep ${seconds}`] : writes;
  return `${grouped(input)} | nc ${options.join(' ')}`;
}

/** What shows when the connection has ended: openssl itself is silent about it. */
export const endOfConnection = '[end of the connection]';

/** openssl ends the connection when its input ends, so that it is kept open for that long. */
function opensslCommand(writes: readonly string[], place: Place, { seconds, shows }: Watch): string | null {
  const { host, port, authority, connectTo, proxy } = place;
  const connected = connectTo === null ? authority : bracketed(connectTo);
  // It cannot end its side alone.
  if (shows === 'release' || proxy?.isTls === true) return null;
  const isAddress = /^[\d.]+$|:/.test(host);
  const options = [
    ...(proxy === null ? [] : [`-proxy ${proxy.authority}`]),
    `-connect ${/:\d+$/.test(connected) ? connected : `${connected}:${port}`}`,
    ...(isAddress ? [] : [`-servername ${host}`]),
  ];
  const client = `openssl s_client -quiet -no_ign_eof ${options.join(' ')}`;
  const output = shows === 'end' ? `{ ${client}; echo '${endOfConnection}'; }` : client;
  return `${grouped([...writes, `sleep ${seconds}`])} | ${output}`;
}

function grouped(commands: readonly string[]): string {
  return commands.length === 1 ? (commands[0] ?? '') : `{ ${commands.join('; ')}; }`;
}

/** The commands that write the request, in order. */
function writesOf({ bytes, cutWithin }: RawRequest): string[] {
  const cut = cutWithin === undefined ? -1 : bytes.indexOf(`\r\n${cutWithin}:`);
  if (cutWithin === undefined || cut === -1) return printfs(bytes);
  const at = cut + cutWithin.length + 8;
  return [...printfs(bytes.slice(0, at)), 'sleep 1', ...printfs(bytes.slice(at))];
}

/** So long that it is written in short. */
const repeated = /([^\r\n])\1{199,}|([^\r\n]+\r\n)\2{19,}/g;

function printfs(bytes: string): string[] {
  const commands: string[] = [];
  let at = 0;
  for (const { 0: run, 1: character, 2: line, index } of bytes.matchAll(repeated)) {
    const unit = character ?? line ?? '';
    if (unit === '*') continue;
    if (index > at) commands.push(printf(piecesOf(bytes.slice(at, index))));
    commands.push(printfRepeated(unit, run.length / unit.length));
    at = index + run.length;
  }
  return at === bytes.length ? commands : [...commands, printf(piecesOf(bytes.slice(at)))];
}

function piecesOf(text: string): Piece[] {
  return text.split(/(?<=\r\n)/).flatMap((line) => piecesOfLineWithEnd(line));
}

function piecesOfLineWithEnd(line: string): Piece[] {
  const end = line.endsWith('\r\n') ? '\r\n' : '';
  return [...piecesOfLine(line.slice(0, line.length - end.length)), { text: end }];
}
