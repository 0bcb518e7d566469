/** SARIF 2.1.0 in the form that GitHub code scanning accepts, whatever was audited: the log, its rules and its results. */

import { createHash } from 'node:crypto';
import type { Invocation, Location, Log, Notification, ReportingDescriptor, Result } from 'sarif';
import type { KnownFailure, UnexpectedPass } from '../scoring/known-failure.ts';
import type { SourceLocation } from '../scoring/source-location.ts';
import { type Level, levels } from '../scoring/verdict.ts';
import type { Clause } from '../spec/clauses.ts';
import { escapeBytes } from './escape.ts';
import { jsonPartsWithList } from './json-text.ts';
import { describeKnownFailure, describeUnexpectedPass, unexpectedPassFix } from './known-failure-text.ts';
import { isRepositoryFile } from './repository-file.ts';

const severities = { MUST: 'error', SHOULD: 'warning', MAY: 'note' } as const satisfies Record<Level, string>;

export const unexpectedPassRule: ReportingDescriptor = {
  id: 'unexpected-pass',
  name: 'UnexpectedPass',
  shortDescription: { text: 'Passes although it is listed as a known failure.' },
  fullDescription: { text: 'The baseline lists a failure that did not happen.' },
  help: { text: 'Remove the entry from the baseline, so that the failure is noticed if it comes back.' },
  defaultConfiguration: { level: 'warning' },
};

/** Without its results. @param informationUri the specification that is audited; the tool has no page of its own */
export function sarifLog(
  { tool }: { readonly tool: { readonly name: string; readonly version: string } },
  informationUri: string,
  rules: ReportingDescriptor[],
  invocation: Invocation,
): Log {
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: tool.name,
            version: tool.version,
            semanticVersion: tool.version,
            informationUri,
            rules,
          },
        },
        columnKind: 'utf16CodeUnits',
        invocations: [invocation],
        results: [],
      },
    ],
  };
}

/** The log with its results, of any number, in parts of a text. */
export function sarifParts(log: Log, results: Iterable<Result>): Generator<string> {
  const rules = log.runs[0]?.tool.driver.rules ?? [];
  return jsonPartsWithList(log, 'results', withRuleIndex(results, rules));
}

function* withRuleIndex(results: Iterable<Result>, rules: readonly ReportingDescriptor[]): Generator<Result> {
  for (const result of results)
    yield { ...result, ruleIndex: rules.findIndex(({ id }) => id === result.ruleId) };
}

/** A kind of finding. */
export interface RuleFacts {
  readonly id: string;
  readonly title: string;
  /** Paragraphs. */
  readonly description: readonly string[];
  readonly fix: string;
  readonly sources: readonly Clause[];
  /** The levels of its findings. */
  readonly levels: ReadonlySet<Level>;
}

export function ruleOf({
  id,
  title,
  description,
  fix,
  sources,
  levels: seen,
}: RuleFacts): ReportingDescriptor {
  const strictest = levels.find((level) => seen.has(level)) ?? 'MAY';
  const paragraphs = [...description, `How to fix: ${fix}`];
  return {
    id,
    // SARIF forbids a name that equals the id except for case, as that of one word would.
    ...(id.includes('-') && { name: pascalCase(id) }),
    shortDescription: { text: `${title}.` },
    fullDescription: { text: description.join(' ') },
    help: {
      text: [...paragraphs, ...sources.map(({ source, says }) => `${source}: ${says}`)].join('\n\n'),
      markdown: [
        ...paragraphs,
        ...sources.map(({ source, url, says }) => `[${source}](${url}): ${says}`),
      ].join('\n\n'),
    },
    ...(sources[0] !== undefined && { helpUri: sources[0].url }),
    defaultConfiguration: { level: severities[strictest] },
    properties: { tags: ['websocket', 'rfc6455', 'conformance'], precision: 'very-high' },
  };
}

/** A finding of a target or a client. */
export interface ResultFacts {
  readonly ruleId: string;
  readonly level: Level;
  /** GitHub shows these alone, other viewers the Markdown. */
  readonly sentences: readonly string[];
  readonly markdown: string;
  /** Tells it from every other result, and is the same in every run. */
  readonly fingerprint: Fingerprint;
  readonly known: readonly KnownFailure[];
  readonly properties: Readonly<Record<string, unknown>>;
}

export interface Fingerprint {
  /** The target or the client. */
  readonly of: string;
  readonly finding: string;
}

export function resultOf(facts: ResultFacts): Result {
  const { ruleId, level, sentences, markdown, fingerprint, known, properties } = facts;
  return {
    ruleId,
    level: severities[level],
    message: { text: sentences.join(' '), markdown },
    partialFingerprints: fingerprintsOf(fingerprint),
    ...(known.length > 0 && {
      suppressions: [
        {
          kind: 'external',
          status: 'accepted',
          justification: [...new Set(known.map((one) => describeKnownFailure(one)))].join('; '),
        },
      ],
    }),
    properties: { ...properties },
  };
}

/** @param name of the target or the client @param identity the same, unique in the report */
export function unexpectedPassResult(
  pass: UnexpectedPass,
  name: string,
  identity: string,
  properties: Readonly<Record<string, unknown>>,
): Result {
  const { probe, criterion } = pass;
  const what = probe === null ? criterion : `${probe} ${criterion}`;
  return {
    ruleId: unexpectedPassRule.id,
    level: 'warning',
    message: {
      text: `${unexpectedPassRule.shortDescription?.text} ${name}: '${describeUnexpectedPass(pass)}'; ${unexpectedPassFix}. Known failure: '${describeKnownFailure(pass)}'.`,
    },
    partialFingerprints: fingerprintsOf({ of: identity, finding: `${unexpectedPassRule.id} ${what}` }),
    properties: { ...properties, probe, criterion },
  };
}

export function invocationOf(
  { startedAt, durationMs }: { readonly startedAt: string; readonly durationMs: number },
  executionSuccessful: boolean,
  toolExecutionNotifications: Notification[],
): Invocation {
  return {
    executionSuccessful,
    startTimeUtc: startedAt,
    endTimeUtc: new Date(Date.parse(startedAt) + durationMs).toISOString(),
    toolExecutionNotifications,
  };
}

export function notification(level: 'error' | 'warning', text: string): Notification {
  return { level, message: { text: sentence(text) } };
}

export function upperFirst(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

export function sentence(text: string): string {
  return /[.?!]$/.test(text) ? text : `${text}.`;
}

/** Text from the wire, in which no link (SARIF §3.11.6) may arise. */
export function wireText(text: string): string {
  return withoutLink(escapeBytes(text));
}

export function withoutLink(text: string): string {
  return text.replaceAll('](', '\\x5d(');
}

/** A place that a report for the repository can point at; null for any other. */
export function placeIn(location: SourceLocation | null): SourceLocation | null {
  return location !== null && isRepositoryFile(location.file) ? location : null;
}

export function locationsOf(place: SourceLocation | null): { locations?: Location[] } {
  if (place === null) return {};
  const { file, line } = place;
  return {
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: file.split('/').map(encodeURIComponent).join('/') },
          region: { startLine: line },
        },
      },
    ],
  };
}

/**
 * Stable across runs. GitHub reads only primaryLocationLineHash; without it, it derives one from the source line and
 * merges all results of a rule on that line.
 */
function fingerprintsOf({ of, finding }: Fingerprint): Record<string, string> {
  const hash = createHash('sha256').update(`${of}\n${finding}`).digest('hex');
  return { 'targetAndFinding/v1': hash, primaryLocationLineHash: `${hash.slice(0, 16)}:1` };
}

function pascalCase(id: string): string {
  return id.replace(/(?:^|-)(.)/g, (_, letter: string) => letter.toUpperCase());
}
