/** What all reports for people say of a finding: what was sent, what came, the clauses, the probes; and all of it line by line. */

import { storedBytes } from '../report/byte-runs.ts';
import { type ExchangeRecord, recordedRequest } from '../report/exchange-record.ts';
import { sentProbes } from '../report/outcomes.ts';
import type { ReportedFinding, TargetReport } from '../report/report.ts';
import { examplesOf, type Finding } from '../scoring/findings.ts';
import { type Clause, clauses } from '../spec/clauses.ts';
import { trimOws } from '../wire/response.ts';
import { escapeShort, escapeUnicode } from './escape.ts';
import { describeExpiredFailure } from './known-failure-text.ts';
import { shortProbeList } from './probe-list.ts';
import type { ReproduceCommand } from './reporter.ts';
import { requestDifference } from './request-difference.ts';
import { caveatOf } from './run-verdict.ts';

/** Bytes of a line that are shown. */
const maxLineLength = 100;

/** Lines of a response that are shown. */
const maxLines = 4;

/** Bytes of any other text from the wire that are shown. */
const maxTextLength = 300;

export interface FindingEvidence {
  /** The lines in which the example's request differs from the control, safe to show. */
  readonly sent: readonly string[];
  /**
   * The lines of the example's response that decide, safe to show: the status line, and the fields that the verdict
   * names; the first line of what is not HTTP. Empty where nothing came, or where no probe is an example.
   */
  readonly got: readonly string[];
  /** The probe that shows it most plainly; null if it is about the target as a whole. */
  readonly example: string | null;
  /** All probes that show it, as a short list. */
  readonly probes: string;
  /** Each place once, though two clauses may be in the same place. */
  readonly clauses: readonly Clause[];
}

export function evidenceOf(finding: Finding, target: TargetReport): FindingEvidence {
  const { probes } = target;
  const [control] = probes;
  const [shown] = examplesOf(finding);
  const example = probes.find(({ id }) => id === shown);
  const sent =
    example === undefined || control === undefined
      ? []
      : requestDifference(recordedRequest(example.exchange), recordedRequest(control.exchange));
  const list = shortProbeList(finding.probes, sentProbes(target));
  const places = finding.clauses.map((id): Clause => clauses[id]);
  return {
    sent: sent.map((line) => escapeShort(line, maxLineLength)),
    got:
      example === undefined ? [] : decidingLines(example.exchange, `${finding.expected}\n${finding.actual}`),
    example: example?.id ?? null,
    probes: finding.probes.length === 1 ? list : `${finding.probes.length}: ${list}`,
    clauses: places.filter(({ source }, i) => places.findIndex((place) => place.source === source) === i),
  };
}

/** @param judgement what was expected and what came, in words */
function decidingLines({ response }: ExchangeRecord, judgement: string): string[] {
  if (response === null) return [];
  const { statusLine, fields } = response;
  if (statusLine === null) {
    const [firstLine = ''] = storedBytes(response).toString('latin1').split(/\r?\n/, 1);
    return [escapeShort(firstLine, maxLineLength)];
  }
  const named = fields
    .filter(([name]) => isFieldThatDecides(name) && mentions(judgement, name))
    .map(([name, value]) => `${name}: ${trimOws(value)}`);
  const shown = [statusLine, ...named.slice(0, maxLines - 1)].map((line) => escapeShort(line, maxLineLength));
  return named.length < maxLines ? shown : [...shown, `[${named.length - maxLines + 1} more]`];
}

/** Words such as "server" and "date" are also field names. */
function isFieldThatDecides(name: string): boolean {
  return /^(sec-websocket-.*|upgrade|connection|content-length|transfer-encoding)$/i.test(name);
}

/** Field names in our texts begin with a capital, unlike the word "connection". */
function mentions(text: string, name: string): boolean {
  const words = text.split(/[^A-Za-z0-9-]+/).filter((word) => /^[A-Z]/.test(word));
  return words.some((word) => word.toLowerCase() === name.toLowerCase());
}

/** Each fact of a finding with its name, on one line and safe to show. */
export function findingFacts(finding: Finding, target: TargetReport): [name: string, text: string][] {
  const { expected, actual, cause, expired, impact, fix } = finding;
  const { sent, probes, clauses } = evidenceOf(finding, target);
  const caveat = caveatOf(target);
  return [
    ...sent.map((line): [string, string] => ['sent', line]),
    ['expected', escapeShort(expected, maxTextLength)],
    ['got', escapeShort(actual, maxTextLength)],
    ...(caveat === null ? [] : [['caveat', caveat] satisfies [string, string]]),
    ...(cause === null ? [] : [['cause', cause] satisfies [string, string]]),
    ...expired.map((one): [string, string] => ['expired', describeExpiredFailure(one)]),
    ['impact', escapeShort(impact, maxTextLength)],
    ['fix', fix],
    ['clause', clauses.map(({ source }) => source).join('; ')],
    ...(probes === '' ? [] : [['probes', probes] satisfies [string, string]]),
  ];
}

/** The commands for everybody, each with what to look for, and then the one for this tool. */
export function reproduceLines(
  finding: ReportedFinding,
  target: TargetReport,
  reproduceCommand: ReproduceCommand,
): string[] {
  const { example } = evidenceOf(finding, target);
  const commands = [
    ...finding.reproduce.flatMap((text) => text.split('\n')),
    ...(example === null ? [] : [reproduceCommand(target, example)]),
  ];
  return commands.map(escapeUnicode);
}
