/** The bytes that decide a finding, line by line: what made the request different, the head that came, the fault marked. */

import { type ExchangeRecord, recordedRequest } from '../report/exchange-record.ts';
import type { TargetReport } from '../report/report.ts';
import type { CheckName } from '../scoring/checks.ts';
import type { CriterionName } from '../scoring/criteria.ts';
import { examplesOf, type Finding } from '../scoring/findings.ts';
import { escapeShort } from './escape.ts';
import { exchangeTranscript, type TranscriptLine } from './exchange-transcript.ts';
import { requestDifference } from './request-difference.ts';

/** Bytes of a line that are shown. */
const maxLineLength = 160;
const maxHeadLines = 16;
/** A body often says in words why a handshake was refused. */
const maxBodyLines = 3;
/** Columns up to which the marks are aligned. */
const maxAlignment = 60;

/** Where the fault is: in a line of the response, in one of these fields, in all of it, or in how the connection ended. */
type Place = 'status' | 'second-status' | 'body' | 'whole' | 'end' | readonly string[];

const places: Readonly<Record<CriterionName | CheckName | 'listHonesty', Place>> = {
  status: 'status',
  versionList: ['Sec-WebSocket-Version'],
  headerOmitted: ['Sec-WebSocket-Version'],
  socketClosed: 'end',
  acceptKey: ['Sec-WebSocket-Accept'],
  switchingFields: ['Upgrade', 'Connection'],
  switchingVersion: 'status',
  noBody: ['Content-Length', 'Transfer-Encoding'],
  onceOnly: ['Sec-WebSocket-Protocol', 'Sec-WebSocket-Extensions'],
  offeredOnly: ['Sec-WebSocket-Protocol', 'Sec-WebSocket-Extensions'],
  firstFrame: 'body',
  keepsConnection: 'end',
  upgradeField: ['Upgrade', 'Connection'],
  announcedClose: 'end',
  endsWithRefusal: 'second-status',
  releasesSocket: 'end',
  responseFraming: 'whole',
  withstands: 'whole',
  listHonesty: ['Sec-WebSocket-Version'],
};

/** A line of an exchange, with what is wrong with it; null where it is not at fault. */
interface MarkedLine extends TranscriptLine {
  readonly fault: string | null;
}

/** Safe to show; `>` sent, `<` received, `=` any other event, `<--` the fault. */
export function findingTranscript(finding: Finding, target: TargetReport): string[] {
  const [failure] = finding.failures;
  if (failure === undefined) return [];
  const place = places[failure.criterion as keyof typeof places];
  const lines = examplesOf(finding).flatMap((id): MarkedLine[] => {
    const exchange = target.probes.find((probe) => probe.id === id)?.exchange;
    return exchange === undefined
      ? []
      : [...sentLines(exchange, target), ...receivedLines(exchange, place, finding)];
  });
  return aligned(lines);
}

function sentLines(exchange: ExchangeRecord, { probes: [control] }: TargetReport): MarkedLine[] {
  if (control === undefined) return [];
  return requestDifference(recordedRequest(exchange), recordedRequest(control.exchange)).map((line) => ({
    mark: '>',
    text: escapeShort(line, maxLineLength),
    fault: null,
  }));
}

function receivedLines(
  exchange: ExchangeRecord,
  place: Place,
  { expected, actual, failures }: Finding,
): MarkedLine[] {
  const shown = exchangeTranscript(exchange, maxLineLength);
  const events = shown.filter(({ mark }) => mark === '=');
  const { head, body } = finalResponse(
    shown.filter(({ mark }) => mark === '<'),
    exchange,
  );
  const isAboutEnd = place === 'end' || exchange.response === null;
  const lines = [...head, ...body, ...(isAboutEnd ? events : [])];
  const faulty = faultyLines(place, actual, { head, body, events });
  const isAboutLists = failures[0]?.probe === null;
  const wanted = `expected ${escapeShort(expected, maxLineLength)}`;
  const found = escapeShort(actual, maxLineLength);
  const last = lines.at(-1);
  const marked = lines.filter((line) =>
    faulty.length > 0 ? faulty.includes(line) : line === (head.at(-1) ?? last),
  );
  const kept = new Set([
    ...head.slice(0, maxHeadLines),
    ...body.slice(0, maxBodyLines),
    ...events,
    ...marked,
  ]);
  const cut = lines.filter((line) => !kept.has(line)).length;
  return [
    ...lines
      .filter((line) => kept.has(line))
      .map((line) => ({
        mark: line.mark,
        text: withoutLineEnd(line),
        fault: !marked.includes(line)
          ? null
          : isAboutLists
            ? found
            : faulty.length > 0
              ? wanted
              : `${found}; ${wanted}`,
      })),
    ...(cut === 0 ? [] : [{ mark: '<' as const, text: `[${cut} more lines]`, fault: null }]),
  ];
}

/** The lines of the final response, after any interim ones; what is no response is all head. */
function finalResponse(
  lines: readonly TranscriptLine[],
  { response }: ExchangeRecord,
): { head: TranscriptLine[]; body: TranscriptLine[] } {
  const ends = lines.flatMap(({ text }, i) => (/^(?:\\r)?\\n$/.test(text) ? [i + 1] : []));
  const interim = response?.interim.length ?? 0;
  const start = ends[interim - 1] ?? 0;
  const end = response?.status === null ? lines.length : (ends[interim] ?? lines.length);
  return { head: lines.slice(start, end), body: lines.slice(end) };
}

/** The lines in which the fault is to be seen; none where it is that something is missing. */
function faultyLines(
  place: Place,
  actual: string,
  { head, body, events }: Readonly<Record<'head' | 'body' | 'events', readonly TranscriptLine[]>>,
): readonly TranscriptLine[] {
  switch (place) {
    case 'status':
      return head.slice(0, 1);
    case 'second-status':
      return body.filter(({ text }) => text.startsWith('HTTP/')).slice(-1);
    case 'body':
      return body.slice(0, 1);
    case 'end':
      return events.slice(-1);
    case 'whole':
      return [];
    default: {
      const name = firstNamed(place, actual).toLowerCase();
      return head.filter(({ text }) => text.split(':')[0]?.trim().toLowerCase() === name);
    }
  }
}

/** The field that the description of a fault names first. */
function firstNamed(fields: readonly string[], actual: string): string {
  const positions = fields
    .map((field) => [actual.indexOf(field), field] as const)
    .filter(([at]) => at !== -1);
  return positions.sort(([a], [b]) => a - b)[0]?.[1] ?? fields[0] ?? '';
}

/** A line ends in CRLF; any other end is shown. */
function withoutLineEnd({ mark, text }: TranscriptLine): string {
  return mark === '<' ? text.replace(/\\r\\n$/, '') : text;
}

function aligned(lines: readonly MarkedLine[]): string[] {
  const lengths = lines.filter(({ fault }) => fault !== null).map(({ text }) => text.length);
  const width = Math.min(maxAlignment, Math.max(0, ...lengths));
  return lines.map(({ mark, text, fault }) =>
    (fault === null ? `${mark} ${text}` : `${mark} ${text.padEnd(width)}  <-- ${fault}`).trimEnd(),
  );
}
