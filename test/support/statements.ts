/**
 * What the texts of a report state of its exchanges, read apart from the scoring: each kind of statement with what has
 * to be seen in the bytes for it to be true.
 */

import type { Finding } from '../../scoring/findings.ts';
import type { CloseKind } from '../../wire/exchange.ts';

/** One exchange, as the bytes show it. */
export interface Seen {
  /** Received, in latin1. */
  readonly bytes: string;
  readonly close: CloseKind | undefined;
}

export type Run = ReadonlyMap<string, Seen>;

type Texts = Pick<Finding, 'title' | 'cause' | 'impact' | 'fix' | 'probes'>;

export interface Statement {
  readonly says: RegExp;
  /** Whether the exchanges of the run bear it out. */
  readonly isTrue: (run: Run, claimed: readonly Seen[], match: RegExpExecArray) => boolean;
}

const isSwitch = ({ bytes }: Seen): boolean => /^HTTP\/1\.\d 101/.test(bytes);
const hasStatus = ({ bytes }: Seen, status: string): boolean =>
  new RegExp(`^HTTP/1\\.\\d ${status}\\b`).test(bytes);
const isSilent = ({ bytes }: Seen): boolean => bytes === '';
const head = ({ bytes }: Seen): string => bytes.split(/\r?\n\r?\n/, 1)[0] ?? '';
const has = (seen: Seen, name: string): boolean => new RegExp(`^${name}:`, 'im').test(head(seen));
const hasEnd = ({ bytes }: Seen): boolean => /\r?\n\r?\n/.test(bytes);
/** A server's Close frame right behind the head. */
const closesByFrame = ({ bytes }: Seen): boolean => /\r?\n\r?\n\x88/.test(bytes);

/** Every probe of those that was sent was answered 101, or none was. */
const allSwitch = (run: Run, ids: RegExp): boolean =>
  [...run].every(([id, seen]) => !ids.test(id) || isSwitch(seen));
const noneSwitches = (run: Run, ids: RegExp): boolean =>
  [...run].every(([id, seen]) => !ids.test(id) || !isSwitch(seen));

const every =
  (test: (seen: Seen) => boolean): Statement['isTrue'] =>
  (_, claimed) =>
    claimed.every(test);

const versionNumbers = /^unsupported\/(9|14|25|99|255)$|^draft\/[07]$/;

export const statements: readonly Statement[] = [
  {
    says: /Version is never read/,
    isTrue: (run) =>
      allSwitch(run, versionNumbers) && allSwitch(run, /^missing\/absent$|^malformed\/(word|leading-text)$/),
  },
  { says: /never compared with 13/, isTrue: (run) => allSwitch(run, versionNumbers) },
  {
    says: /Key is never validated|whatever stands in the key/,
    isTrue: (run) =>
      allSwitch(run, /^handshake\/key-(missing|empty|short|long|not-base64|duplicate|inner-space)$/),
  },
  {
    says: /A missing Sec-WebSocket-Key is not refused/,
    isTrue: (run) => allSwitch(run, /^handshake\/key-missing$/),
  },
  {
    says: /goes through a prefix parse/,
    isTrue: (run) =>
      allSwitch(run, /^malformed\/(leading-zero|plus-sign|decimal|trailing-text|parameter|two-words)$/) &&
      noneSwitches(run, /^malformed\/leading-text$/),
  },
  {
    says: /searched for the substring 13/,
    isTrue: (run) => allSwitch(run, /^malformed\/(leading|trailing)-text$|^comma-listed\//),
  },
  {
    says: /any 13 in the list is accepted/,
    isTrue: (run) => allSwitch(run, /^comma-listed\/(13-8|8-13|13-99|99-13|13-13|no-space)$/),
  },
  {
    says: /only the first one is read/,
    isTrue: (run) =>
      allSwitch(run, /^duplicate\/(13-13|13-8|13-99|13-empty|apart)$/) &&
      noneSwitches(run, /^duplicate\/99-13$/),
  },
  {
    says: /only the last one is read/,
    isTrue: (run) =>
      allSwitch(run, /^duplicate\/(13-13|8-13|99-13|apart)$/) && noneSwitches(run, /^duplicate\/13-99$/),
  },
  {
    says: /any 13 among them is accepted/,
    isTrue: (run) => allSwitch(run, /^duplicate\/(13-13|13-8|8-13|13-99|99-13|13-empty|apart)$/),
  },
  { says: /A missing version counts as 13/, isTrue: (run) => allSwitch(run, /^missing\/absent$/) },
  {
    says: /is not trimmed before it is compared, or not all of it/,
    isTrue: (run) => noneSwitches(run, /^valid\/padded-value$/),
  },
  // The tab may be all that is not trimmed.
  { says: /compared untrimmed/, isTrue: () => false },
  {
    says: /unhandled exception/,
    isTrue: (_, claimed) =>
      claimed.every((seen) => hasStatus(seen, '500') || (isSilent(seen) && seen.close !== 'open')),
  },
  { says: /No HTTP response came/, isTrue: every(isSilent) },
  {
    says: /No response came while the connection stayed open/,
    isTrue: every((seen) => isSilent(seen) && seen.close === 'open'),
  },
  { says: /get no answer/, isTrue: every(isSilent) },
  {
    says: /has no status line, or its head breaks off/,
    isTrue: every((seen) => !isSilent(seen) && !(/^HTTP\/\d/.test(seen.bytes) && hasEnd(seen))),
  },
  { says: /the head never ended/, isTrue: every((seen) => !isSilent(seen) && !hasEnd(seen)) },
  {
    says: /^Refuses with (\d{3}) instead of/m,
    isTrue: (_, claimed, [, status = '']) => claimed.every((seen) => hasStatus(seen, status)),
  },
  { says: /^Sends no version list/m, isTrue: every((seen) => !has(seen, 'Sec-WebSocket-Version')) },
  {
    says: /under a misspelt field name/,
    isTrue: every((seen) => !has(seen, 'Sec-WebSocket-Version') && /^sec.?web.?socket/im.test(head(seen))),
  },
  { says: /^Leaves the connection open/m, isTrue: every(({ close }) => close === 'open') },
  {
    says: /^Announces Connection: close/m,
    isTrue: every((seen) => seen.close === 'open' && /^connection:.*\bclose\b/im.test(head(seen))),
  },
  {
    says: /^Sends a 101 without Sec-WebSocket-Accept/m,
    isTrue: every((s) => !has(s, 'Sec-WebSocket-Accept')),
  },
  { says: /^Sends a 101 without Upgrade/m, isTrue: every((seen) => !has(seen, 'Upgrade')) },
  { says: /^Sends Upgrade twice/m, isTrue: every((s) => (head(s).match(/^upgrade:/gim) ?? []).length === 2) },
  { says: /^Sends (a|the) 101/m, isTrue: every(isSwitch) },
  { says: /such a 101/, isTrue: (_, claimed) => claimed.some(isSwitch) },
  { says: /^Sends Content-Length with the 101/m, isTrue: every((seen) => has(seen, 'Content-Length')) },
  {
    says: /^Ends lines of the response head with LF instead of CRLF|^End every line of the head in CRLF/m,
    isTrue: (_, claimed) => claimed.some((seen) => /(?:^|[^\r])\n/.test(seen.bytes)),
  },
  {
    says: /without the space after the status code|^Send the space after the status code/m,
    isTrue: (_, claimed) => claimed.some(({ bytes }) => /^HTTP\/\d\.\d \d{3}\r?\n/.test(bytes)),
  },
  {
    says: /Chooses a subprotocol that was not offered|^Leave Sec-WebSocket-Protocol out/m,
    isTrue: (_, claimed) => claimed.some((seen) => has(seen, 'Sec-WebSocket-Protocol')),
  },
  {
    says: /^(\S+) stands twice; send it once/m,
    isTrue: (_, claimed, [, name = '']) =>
      claimed.some((seen) => (head(seen).match(new RegExp(`^${name}:`, 'gim')) ?? []).length === 2),
  },
  {
    says: /^Leave (Content-Length|Transfer-Encoding) out/m,
    isTrue: (_, claimed, [, name = '']) => claimed.some((seen) => has(seen, name)),
  },
  {
    says: /^Send (Sec-WebSocket-Accept|Upgrade: websocket|Connection: Upgrade) with the 101/m,
    isTrue: (_, claimed, [, field = '']) =>
      claimed.some((seen) => isSwitch(seen) && !head(seen).toLowerCase().includes(field.toLowerCase())),
  },
  { says: /^Sends a 426/m, isTrue: every((seen) => hasStatus(seen, '426')) },
  { says: /^Accepts/m, isTrue: every(isSwitch) },
  {
    says: /left open for WebSocket frames/,
    isTrue: every((seen) => isSwitch(seen) && !closesByFrame(seen)),
  },
  { says: /closed with a Close frame/, isTrue: every(closesByFrame) },
  { says: /closed \((FIN|RST)\)/, isTrue: every(({ close }) => close === 'fin' || close === 'reset') },
  { says: /still open after the close window/, isTrue: every(({ close }) => close === 'open') },
  {
    says: /^no Sec-WebSocket-Version(?!,)/m,
    isTrue: every((seen) => !has(seen, 'Sec-WebSocket-Version')),
  },
  { says: /^no Upgrade field/m, isTrue: every((seen) => !has(seen, 'Upgrade')) },
  {
    says: /^Sec-WebSocket-(?:Version|Accept|Protocol): (.+)$/m,
    isTrue: (_, claimed, [, values = '']) =>
      claimed.every(({ bytes }) => values.split(', ').every((value) => bytes.includes(value))),
  },
  {
    says: /^(\d{3})$/m,
    isTrue: (_, claimed, [, status = '']) => claimed.every((seen) => hasStatus(seen, status)),
  },
  // Today's handshake with such a version is not the handshake of that draft.
  { says: /^advertised but refused: (?:\d+, )*[0-6](?:,|;|$)/m, isTrue: () => false },
];

/** The statements in this text that the run contradicts. */
export function contradicted(
  text: string,
  run: Run,
  claimed: readonly Seen[],
  known: readonly Statement[] = statements,
): string[] {
  return known.flatMap(({ says, isTrue }) => {
    const match = says.exec(text);
    return match === null || isTrue(run, claimed, match) ? [] : [match[0]];
  });
}

/** All that a finding says of what the server does, and the fix of what it does not do. */
export function contradictedIn({ title, cause, impact, fix, probes }: Texts, run: Run): string[] {
  const claimed = probes.flatMap((id) => run.get(id) ?? []);
  return contradicted([title, impact, cause ?? '', fix].join('\n'), run, claimed);
}
