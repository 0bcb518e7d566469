/** Annotations for GitHub Actions: one for each finding that is new. */

import type { LongReport, ReportedFinding, TargetReport } from '../report/report.ts';
import { countsAgainst } from '../scoring/findings.ts';
import { countsUnexpectedPasses } from '../scoring/gate.ts';
import type { FailOn } from '../scoring/verdict.ts';
import {
  type Annotation,
  Annotations,
  interruptedAnnotation,
  kindOfFinding,
  type Unplaced,
  unexpectedPassAnnotation,
} from './annotations.ts';
import { escapeShort, escapeUnicode } from './escape.ts';
import { findingFacts, reproduceLines } from './finding-evidence.ts';
import type { CreateReporter, ReporterOptions } from './reporter.ts';
import { newFindings, partialNotice } from './run-verdict.ts';
import { targetName } from './target-name.ts';
import { targetNotes } from './target-notes.ts';

/** Characters: the runner truncates messages after four thousand. */
const maxMessageLength = 3900;

/** Bytes of a text from the wire that are shown. */
const maxTextLength = 300;

export const createGitHubReporter: CreateReporter = ({ output, reproduceCommand }) => ({
  needs: 'report',
  onReport(report) {
    const annotations = new Annotations();
    for (const target of report.targets)
      for (const one of annotationsOf(target, report, reproduceCommand)) annotations.add(one);
    if (report.partial) annotations.add(interruptedAnnotation(partialNotice(report)));
    for (const command of annotations.commands()) output.write(command);
  },
});

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
    ...target.unexpectedPasses.map((pass) => ({
      ...unexpectedPassAnnotation(
        pass,
        `${pass.probe ?? 'the target as a whole'}, ${pass.criterion}`,
        headOf(target),
        passing,
      ),
      location: pass.location ?? target.location,
    })),
    ...(target.verdict !== 'inconclusive' && target.reason !== null
      ? [gapAnnotation(target, report.failOn)]
      : []),
  ].map((annotation, rank) => ({ location: target.location, ...annotation, rank }));
}

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
  const facts = [
    ...headOf(target),
    ...findingFacts(finding, target).map(([name, text]) => `${name}: ${text}`),
  ];
  return {
    kind: kindOfFinding(finding.level, failOn),
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

function shorten(text: string): string {
  return escapeShort(text, maxTextLength);
}
