/** The report as SARIF 2.1.0: one rule per kind of finding, one result per finding. */

import type { Invocation, Notification, ReportingDescriptor, Result } from 'sarif';
import type { LongReport, ReportedFinding, TargetReport } from '../report/report.ts';
import { type FindingKind, findingKind } from '../scoring/finding-kinds.ts';
import type { Level } from '../scoring/verdict.ts';
import { clauses } from '../spec/clauses.ts';
import { escapeUnicode } from './escape.ts';
import { evidenceOf } from './finding-evidence.ts';
import { describeExpiredFailure } from './known-failure-text.ts';
import { findingBlocks, findingTitle, fromUser } from './markdown/finding.ts';
import { paragraph, render } from './markdown/nodes.ts';
import type { CreateReporter, ReproduceCommand } from './reporter.ts';
import { caveatOf, partialNotice } from './run-verdict.ts';
import {
  invocationOf,
  locationsOf,
  notification,
  placeIn,
  resultOf,
  ruleOf,
  sarifLog,
  sarifParts,
  sentence,
  unexpectedPassResult,
  unexpectedPassRule,
  upperFirst,
  wireText,
  withoutLink,
} from './sarif-log.ts';
import { numberRepeats, targetName } from './target-name.ts';
import { targetNotes } from './target-notes.ts';
import { writeParts } from './write-parts.ts';

export const createSarifReporter: CreateReporter = ({ output, sarifLocation, reproduceCommand }) => ({
  needs: 'report',
  onReport(report) {
    const file = sarifLocation === undefined ? null : { file: sarifLocation, line: 1 };
    const rules = rulesFor(report.targets);
    const log = sarifLog(report, clauses['list-on-400'].url, rules, invocation(report));
    return writeParts(output, sarifParts(log, results(report, file, reproduceCommand)));
  },
});

function* results(
  { targets }: LongReport,
  elsewhere: TargetReport['location'],
  reproduceCommand: ReproduceCommand,
): Generator<Result> {
  // Targets with the same URL stay distinct, whatever their labels.
  const number = numberRepeats();
  for (const target of targets) {
    const place = placeIn(target.location) ?? elsewhere;
    const identity = number(target.url);
    for (const finding of target.findings)
      yield { ...findingResult(finding, target, identity, reproduceCommand), ...locationsOf(place) };
    for (const pass of target.unexpectedPasses)
      yield {
        ...unexpectedPassResult(pass, targetName(target), identity, propertiesOf(target)),
        ...locationsOf(placeIn(pass.location ?? null) ?? place),
      };
  }
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
  const rules = Array.from(found.values(), (one) => ruleOfKind(one.kind, one.levels));
  return hasUnexpectedPasses ? [...rules, unexpectedPassRule] : rules;
}

function ruleOfKind(kind: FindingKind, levels: ReadonlySet<Level>): ReportingDescriptor {
  // What was observed is in the results; a rule is the same in every run.
  const general = (text: string): string => text.replaceAll('%s', '…');
  const cause = kind.diagnosis === undefined ? [] : [kind.diagnosis];
  return ruleOf({
    id: kind.id,
    title: general(kind.title),
    description: [...cause, general(kind.detail)],
    fix: kind.fix,
    sources: kind.clauses.map((id) => clauses[id]),
    levels,
  });
}

function findingResult(
  finding: ReportedFinding,
  target: TargetReport,
  identity: string,
  reproduceCommand: ReproduceCommand,
): Result {
  const { id, level, title, cause, impact, fix, probes, known } = finding;
  const [command] = finding.reproduce;
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
    // On one line, where what to look for is a comment still.
    ...(command === undefined
      ? []
      : [sentence(`Reproduce: ${withoutLink(escapeUnicode(command.replaceAll('\n', ' ')))}`)]),
  ];
  return resultOf({
    ruleId: findingKind(id).id,
    level,
    sentences,
    markdown: render([
      paragraph(findingTitle(finding)),
      paragraph(fromUser(targetName(target)), ...(caveat === null ? [] : [`: ${caveat}`])),
      ...findingBlocks(finding, target, reproduceCommand),
    ]),
    fingerprint: { of: identity, finding: id },
    known,
    properties: { ...propertiesOf(target), finding: id, expected, actual, cause, probes },
  });
}

function propertiesOf({ url, label, proxy }: TargetReport): Record<string, unknown> {
  return { target: url, label, proxy };
}

function invocation(report: LongReport): Invocation {
  const { partial, targets, summary } = report;
  const doubts: Notification[] = [];
  const warnings: Notification[] = [];
  for (const target of targets) {
    const level = target.verdict === 'inconclusive' ? 'error' : 'warning';
    if (target.reason !== null)
      doubts.push(notification(level, `${targetName(target)}: ${wireText(target.reason)}`));
    for (const note of targetNotes(target))
      warnings.push(notification('warning', `${targetName(target)}: ${escapeUnicode(note)}`));
  }
  const interruption = partial ? [notification('error', upperFirst(partialNotice(report)))] : [];
  return invocationOf(report, summary.inconclusive === 0 && !partial, [
    ...interruption,
    ...doubts,
    ...warnings,
  ]);
}
