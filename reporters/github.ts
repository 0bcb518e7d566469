/**
 * Annotations for GitHub Actions: workflow commands, which the runner reads from the log of the step. The worst come
 * first, because it shows ten errors, ten warnings and ten notices per step and drops the rest.
 */

import type { LongReport, ReportedFinding, TargetReport } from '../report/report.ts';
import { countsAgainst } from '../scoring/findings.ts';
import { countsUnexpectedPasses } from '../scoring/gate.ts';
import type { UnexpectedPass } from '../scoring/known-failure.ts';
import { countsAsFailure, type FailOn } from '../scoring/verdict.ts';
import { escapeShort, escapeUnicode } from './escape.ts';
import { findingFacts, reproduceLines } from './finding-evidence.ts';
import { describeKnownFailure, describeUnexpectedPass, unexpectedPassFix } from './known-failure-text.ts';
import type { CreateReporter, ReporterOptions } from './reporter.ts';
import { newFindings, partialNotice } from './run-verdict.ts';
import { targetName } from './target-name.ts';
import { targetNotes } from './target-notes.ts';

/** How many of each kind GitHub shows for a step. */
const maxOfKind = 10;

/** Characters: the runner truncates messages after four thousand. */
const maxMessageLength = 3900;

/** Bytes of a text from the wire that are shown. */
const maxTextLength = 300;

const kinds = ['error', 'warning', 'notice'] as const;

interface Annotation {
  readonly kind: (typeof kinds)[number];
  readonly title: string;
  /** Lines. */
  readonly message: readonly string[];
  /** The line that defines the target, or the entry of the baseline; null if no file does. */
  readonly location: TargetReport['location'];
  /** Its position within its target: the worst of every target come before the second of any. */
  readonly rank: number;
}

export const createGitHubReporter: CreateReporter = ({ output, reproduceCommand }) => ({
  needs: 'report',
  onReport(report) {
    const worst = new Map(kinds.map((kind) => [kind, new Worst()]));
    const add = (annotation: Annotation): void => worst.get(annotation.kind)?.add(annotation);
    for (const target of report.targets) annotationsOf(target, report, reproduceCommand).forEach(add);
    if (report.partial) add(interrupted(report));
    for (const ofKind of worst.values())
      for (const annotation of ofKind.withinLimit()) output.write(commandOf(annotation));
  },
});

/** Annotations of one kind: as many as GitHub shows, and how many there were. */
class Worst {
  /** By rank; those of equal rank in the order in which they came. */
  readonly #kept: Annotation[] = [];
  #count = 0;

  add(annotation: Annotation): void {
    this.#count += 1;
    const place = this.#kept.findIndex(({ rank }) => rank > annotation.rank);
    this.#kept.splice(place === -1 ? this.#kept.length : place, 0, annotation);
    this.#kept.length = Math.min(this.#kept.length, maxOfKind);
  }

  /** The last one says how many are left out. */
  withinLimit(): readonly Annotation[] {
    if (this.#count <= maxOfKind) return this.#kept;
    const shown = this.#kept.slice(0, maxOfKind - 1);
    const last = {
      kind: this.#kept[0]?.kind ?? 'error',
      title: `${this.#count - shown.length} more like these`,
      message: [
        `GitHub shows ${maxOfKind} annotations of each kind per step; the job summary has all of them.`,
      ],
      location: null,
      rank: 0,
    };
    return [...shown, last];
  }
}

function interrupted(report: LongReport): Annotation {
  return {
    kind: 'warning',
    title: 'The audit was interrupted',
    message: [`The run was ${partialNotice(report)}.`],
    location: null,
    rank: 0,
  };
}

function annotationsOf(
  target: TargetReport,
  report: LongReport,
  reproduceCommand: ReporterOptions['reproduceCommand'],
): Annotation[] {
  const passing = countsUnexpectedPasses(report) ? 'error' : 'notice';
  return [
    ...(target.verdict === 'inconclusive' ? [inconclusiveAnnotation(target)] : []),
    // Known failures are only in the summary: they are not news.
    ...newFindings(target).map((finding) =>
      findingAnnotation(finding, target, report.failOn, reproduceCommand),
    ),
    ...target.unexpectedPasses.map((pass) => unexpectedPassAnnotation(pass, target, passing)),
    ...(target.verdict !== 'inconclusive' && target.reason !== null
      ? [gapAnnotation(target, report.failOn)]
      : []),
  ].map((annotation, rank) => ({ location: target.location, ...annotation, rank }));
}

type Unplaced = Omit<Annotation, 'location' | 'rank'>;

function inconclusiveAnnotation(target: TargetReport): Unplaced {
  return {
    kind: 'error',
    title: 'Inconclusive: the target could not be judged',
    message: [...headOf(target), shorten(target.reason ?? '')],
  };
}

/** There are findings, and there may be more. Where none of them counts, this is what fails the gate. */
function gapAnnotation(target: TargetReport, failOn: FailOn): Unplaced {
  return {
    kind: target.findings.some((finding) => countsAgainst(finding, failOn)) ? 'warning' : 'error',
    title: 'Not everything could be judged',
    message: [...headOf(target), shorten(target.reason ?? '')],
  };
}

/** Which target it is, how it was reached, and its warnings. */
function headOf(target: TargetReport): string[] {
  return [
    targetName(target),
    ...(target.proxy === null ? [] : [`proxy: ${target.proxy}`]),
    ...targetNotes(target).map((warning) => `warning: ${escapeUnicode(warning)}`),
  ];
}

function findingAnnotation(
  finding: ReportedFinding,
  target: TargetReport,
  failOn: FailOn,
  reproduceCommand: ReporterOptions['reproduceCommand'],
): Unplaced {
  const counts = countsAsFailure(finding.level, failOn);
  const facts = [
    ...headOf(target),
    ...findingFacts(finding, target).map(([name, text]) => `${name}: ${text}`),
  ];
  return {
    kind: !counts ? 'notice' : finding.level === 'MUST' ? 'error' : 'warning',
    title: shorten(`[${finding.level}] ${finding.title}`),
    message: [...facts, ...reproduction(finding, target, reproduceCommand, facts.join('\n').length)],
  };
}

/** All commands that reproduce it, or only the one for this tool where the runner would truncate them. */
function reproduction(
  finding: ReportedFinding,
  target: TargetReport,
  reproduceCommand: ReporterOptions['reproduceCommand'],
  length: number,
): string[] {
  const commands = reproduceLines(finding, target, reproduceCommand);
  if (commands.length === 0) return [];
  const all = ['reproduce:', ...commands];
  return length + all.join('\n').length <= maxMessageLength ? all : ['reproduce:', ...commands.slice(-1)];
}

function unexpectedPassAnnotation(
  pass: UnexpectedPass,
  target: TargetReport,
  kind: Annotation['kind'],
): Omit<Annotation, 'rank'> {
  const { probe, criterion, location } = pass;
  return {
    kind,
    title: `Unexpected pass: ${probe ?? 'the target as a whole'}, ${criterion}`,
    message: [
      describeUnexpectedPass(pass),
      `fix: ${unexpectedPassFix}`,
      `known failure: ${describeKnownFailure(pass)}`,
      ...headOf(target),
    ],
    location: location ?? target.location,
  };
}

function shorten(text: string): string {
  return escapeShort(text, maxTextLength);
}

function commandOf({ kind, title, message, location }: Annotation): string {
  const place = location === null ? {} : { file: location.file, line: String(location.line) };
  return `${workflowCommand(kind, { title, ...place }, message.join('\n'))}\n`;
}

/** A workflow command, escaped as the runner expects; an empty property is omitted, because the syntax has no form for it. */
export function workflowCommand(
  name: string,
  properties: Readonly<Record<string, string>>,
  message: string,
): string {
  const all = Object.entries(properties);
  const written = all
    .filter(([, value]) => value !== '')
    .map(([key, value]) => `${key}=${escapeProperty(value)}`);
  return `::${name}${all.length > 0 ? ' ' : ''}${written.join(',')}::${escapeData(message)}`;
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}

function escapeData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}
