/** The report as SARIF 2.1.0, in the form that GitHub code scanning accepts: one rule per kind of finding, one result per finding. */

import { createHash } from 'node:crypto';
import type { Invocation, Location, Log, Notification, ReportingDescriptor, Result } from 'sarif';
import type { LongReport, ReportedFinding, TargetReport } from '../report/report.ts';
import { type FindingKind, findingKind } from '../scoring/finding-kinds.ts';
import type { UnexpectedPass } from '../scoring/known-failure.ts';
import { type Level, levels } from '../scoring/verdict.ts';
import { type Clause, clauses } from '../spec/clauses.ts';
import { escapeBytes, escapeUnicode } from './escape.ts';
import { evidenceOf } from './finding-evidence.ts';
import { jsonPartsWithList } from './json-text.ts';
import {
  describeExpiredFailure,
  describeKnownFailure,
  describeUnexpectedPass,
  unexpectedPassFix,
} from './known-failure-text.ts';
import { findingBlocks, findingTitle, fromUser } from './markdown/finding.ts';
import { paragraph, render } from './markdown/nodes.ts';
import type { CreateReporter, ReproduceCommand } from './reporter.ts';
import { isRepositoryFile } from './repository-file.ts';
import { caveatOf, partialNotice } from './run-verdict.ts';
import { numberRepeats, targetName } from './target-name.ts';
import { targetNotes } from './target-notes.ts';
import { writeParts } from './write-parts.ts';

const severities = { MUST: 'error', SHOULD: 'warning', MAY: 'note' } as const satisfies Record<Level, string>;

const unexpectedPassRule: ReportingDescriptor = {
  id: 'unexpected-pass',
  name: 'UnexpectedPass',
  shortDescription: { text: 'Passes although it is listed as a known failure.' },
  fullDescription: { text: 'The baseline lists a failure that did not happen.' },
  help: { text: 'Remove the entry from the baseline, so that the failure is noticed if it comes back.' },
  defaultConfiguration: { level: 'warning' },
};

export const createSarifReporter: CreateReporter = ({ output, sarifLocation, reproduceCommand }) => ({
  needs: 'report',
  onReport(report) {
    const file = sarifLocation === undefined ? null : { file: sarifLocation, line: 1 };
    const rules = rulesFor(report.targets);
    const log = sarifLog(report, rules);
    const found = results(report, rules, file, reproduceCommand);
    return writeParts(output, jsonPartsWithList(log, 'results', found));
  },
});

function* results(
  { targets }: LongReport,
  rules: readonly ReportingDescriptor[],
  elsewhere: TargetReport['location'],
  reproduceCommand: ReproduceCommand,
): Generator<Result> {
  // Targets with the same URL stay distinct, whatever their labels.
  const number = numberRepeats();
  for (const target of targets) {
    const place = placeIn(target.location) ?? elsewhere;
    const identity = number(target.url);
    const own = [
      ...target.findings.map((finding) => ({
        ...findingResult(finding, target, identity, reproduceCommand),
        ...locationsOf(place),
      })),
      ...target.unexpectedPasses.map((pass) => ({
        ...unexpectedPassResult(pass, target, identity),
        ...locationsOf(placeIn(pass.location ?? null) ?? place),
      })),
    ];
    for (const result of own)
      yield { ...result, ruleIndex: rules.findIndex(({ id }) => id === result.ruleId) };
  }
}

/** Without its results. */
function sarifLog(report: LongReport, rules: ReportingDescriptor[]): Log {
  const { tool } = report;
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
            // The specification that is audited; the tool has no page of its own.
            informationUri: clauses['list-on-400'].url,
            rules,
          },
        },
        columnKind: 'utf16CodeUnits',
        invocations: [invocation(report)],
        results: [],
      },
    ],
  };
}

/** The rules that results refer to, in order of first appearance. */
function rulesFor(targets: Iterable<TargetReport>): ReportingDescriptor[] {
  const found = new Map<string, { readonly kind: FindingKind; readonly levels: Set<Level> }>();
  let hasUnexpectedPasses = false;
  for (const { findings, unexpectedPasses } of targets) {
    for (const { id, level } of findings) {
      const kind = findingKind(id);
      const one = found.get(kind.id) ?? { kind, levels: new Set() };
      one.levels.add(level);
      found.set(kind.id, one);
    }
    hasUnexpectedPasses ||= unexpectedPasses.length > 0;
  }
  const rules = Array.from(found.values(), (one) => ruleOf(one.kind, one.levels));
  return hasUnexpectedPasses ? [...rules, unexpectedPassRule] : rules;
}

function ruleOf(kind: FindingKind, seen: ReadonlySet<Level>): ReportingDescriptor {
  const strictest = levels.find((level) => seen.has(level)) ?? 'MAY';
  // What was observed is in the results; a rule is the same in every run.
  const general = (text: string): string => text.replaceAll('%s', '…');
  const cause = kind.diagnosis === undefined ? [] : [kind.diagnosis];
  const sources: readonly Clause[] = kind.clauses.map((id) => clauses[id]);
  const paragraphs = [...cause, general(kind.detail), `How to fix: ${kind.fix}`];
  return {
    id: kind.id,
    // SARIF forbids a name that equals the id except for case, as that of one word would.
    ...(kind.id.includes('-') && { name: pascalCase(kind.id) }),
    shortDescription: { text: `${general(kind.title)}.` },
    fullDescription: { text: [...cause, general(kind.detail)].join(' ') },
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

/** GitHub shows the text alone, other viewers the Markdown. */
function findingResult(
  finding: ReportedFinding,
  target: TargetReport,
  identity: string,
  reproduceCommand: ReproduceCommand,
): Result {
  const { id, level, title, cause, impact, fix, probes, known } = finding;
  const expected = wireText(finding.expected);
  const actual = wireText(finding.actual);
  const caveat = caveatOf(target);
  const sent = evidenceOf(finding, target).sent.map((line) => `'${withoutLink(line)}'`);
  const sentences = [
    `${wireText(title)}.`,
    `${targetName(target)}: ${sent.length === 0 ? '' : `sent ${sent.join(' and ')}, `}expected '${expected}', got '${actual}'.`,
    ...(caveat === null ? [] : [sentence(upperFirst(caveat))]),
    ...(cause === null ? [] : [cause]),
    ...finding.expired.map((expired) => sentence(`Was ${describeExpiredFailure(expired)}`)),
    wireText(impact),
    fix,
  ];
  return {
    ruleId: findingKind(id).id,
    level: severities[level],
    message: {
      text: sentences.join(' '),
      markdown: render([
        paragraph(findingTitle(finding)),
        paragraph(fromUser(targetName(target)), ...(caveat === null ? [] : [`: ${caveat}`])),
        ...findingBlocks(finding, target, reproduceCommand),
      ]),
    },
    partialFingerprints: fingerprints(identity, id),
    ...(known.length > 0 && {
      suppressions: [
        {
          kind: 'external',
          status: 'accepted',
          justification: [...new Set(known.map((one) => describeKnownFailure(one)))].join('; '),
        },
      ],
    }),
    properties: { ...propertiesOf(target), finding: id, expected, actual, cause, probes },
  };
}

function unexpectedPassResult(pass: UnexpectedPass, target: TargetReport, identity: string): Result {
  const { probe, criterion } = pass;
  const what = probe === null ? criterion : `${probe} ${criterion}`;
  return {
    ruleId: unexpectedPassRule.id,
    level: 'warning',
    message: {
      text: `${unexpectedPassRule.shortDescription?.text} ${targetName(target)}: '${describeUnexpectedPass(pass)}'; ${unexpectedPassFix}. Known failure: '${describeKnownFailure(pass)}'.`,
    },
    partialFingerprints: fingerprints(identity, `${unexpectedPassRule.id} ${what}`),
    properties: { ...propertiesOf(target), probe, criterion },
  };
}

function propertiesOf({ url, label, proxy }: TargetReport): Record<string, unknown> {
  return { target: url, label, proxy };
}

function upperFirst(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function sentence(text: string): string {
  return /[.?!]$/.test(text) ? text : `${text}.`;
}

/** Text from the wire, in which no link (SARIF §3.11.6) may arise. */
function wireText(text: string): string {
  return withoutLink(escapeBytes(text));
}

function withoutLink(text: string): string {
  return text.replaceAll('](', '\\x5d(');
}

/**
 * Stable across runs. GitHub reads only primaryLocationLineHash; without it, it derives one from the source line and
 * merges all results of a rule on that line.
 */
function fingerprints(target: string, finding: string): Record<string, string> {
  const hash = createHash('sha256').update(`${target}\n${finding}`).digest('hex');
  return { 'targetAndFinding/v1': hash, primaryLocationLineHash: `${hash.slice(0, 16)}:1` };
}

/** A place that a report for the repository can point at; null for any other. */
function placeIn(location: TargetReport['location']): TargetReport['location'] {
  return location !== null && isRepositoryFile(location.file) ? location : null;
}

function locationsOf(place: TargetReport['location']): { locations?: Location[] } {
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

function invocation(report: LongReport): Invocation {
  const { startedAt, durationMs, partial, targets, summary } = report;
  const doubts: Notification[] = [];
  const warnings: Notification[] = [];
  for (const target of targets) {
    if (target.reason !== null)
      doubts.push({
        level: target.verdict === 'inconclusive' ? 'error' : 'warning',
        message: { text: sentence(`${targetName(target)}: ${wireText(target.reason)}`) },
      });
    for (const note of targetNotes(target))
      warnings.push({
        level: 'warning',
        message: { text: sentence(`${targetName(target)}: ${escapeUnicode(note)}`) },
      });
  }
  const interruption: Notification[] = partial
    ? [{ level: 'error', message: { text: sentence(upperFirst(partialNotice(report))) } }]
    : [];
  return {
    executionSuccessful: summary.inconclusive === 0 && !partial,
    startTimeUtc: startedAt,
    endTimeUtc: new Date(Date.parse(startedAt) + durationMs).toISOString(),
    toolExecutionNotifications: [...interruption, ...doubts, ...warnings],
  };
}

function pascalCase(id: string): string {
  return id.replace(/(?:^|-)(.)/g, (_, letter: string) => letter.toUpperCase());
}
