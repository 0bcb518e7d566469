/** The result of a target: in one line of its own, and as the last line of a run. */

import stringWidth from 'string-width';
import type { TargetReport } from '../../report/report.ts';
import type { RunSummary } from '../../report/run-summary.ts';
import type { Finding } from '../../scoring/findings.ts';
import { levels } from '../../scoring/verdict.ts';
import { escapeBytes } from '../escape.ts';
import { unexpectedPassFix } from '../known-failure-text.ts';
import {
  countKnownFailures,
  describeGate,
  describeVerdict,
  isSurprisingGate,
  newFindings,
  partialNotice,
  resultMark,
  runResult,
  runVerdict,
} from '../run-verdict.ts';
import type { Style } from './style.ts';

/** The URL, with the label before it if there is one. */
export function styledName({ url, label }: TargetReport, { paint, prose }: Style): string {
  return label === null ? url : `${paint.bold(prose(label))} ${url}`;
}

/** The verdict with its mark, as every line about a result begins. */
export function markedVerdict(target: TargetReport, { glyph, tint, paint }: Style): string {
  const mark = resultMark(target);
  return `${glyph(mark)} ${paint.bold(tint(mark, describeVerdict(target)))}`;
}

/** All that there is to say in one line. */
export function targetResult(target: TargetReport, style: Style): string {
  const { reason, score } = target;
  const facts: string[] = [];
  if (score.percent !== null) {
    facts.push(`${score.passed} of ${score.passed + score.failed} passed (${score.percent}%)`);
    if (score.inconclusive > 0) facts.push(`${score.inconclusive} inconclusive`);
  }
  facts.push(...countFacts(target));
  if (reason !== null) facts.push(escapeBytes(reason));
  if (target.gate === 'fail' && target.unexpectedPasses.length > 0) facts.push(unexpectedPassFix);
  const gate = ` ${style.glyphs.separator} gate: ${target.gate}`;
  return `${markedVerdict(target, style)} ${styledName(target, style)} ${facts.join(', ')}${gate}`;
}

/** The last line of a run with one target. */
export function lastLine(target: TargetReport, run: RunSummary, style: Style): string {
  const isExplained = run.gate.reasons.length > 1 || isSurprisingGate(run);
  return style.facts([
    markedVerdict({ ...target, gate: run.gate.result }, style),
    ...countFacts(target),
    ...(target.verdict === 'inconclusive' && target.reason !== null ? [escapeBytes(target.reason)] : []),
    isExplained ? describeGate(run.gate) : `gate: ${run.gate.result}`,
    ...(run.partial ? [partialNotice(run)] : []),
    `${(run.durationMs / 1000).toFixed(1)} s`,
  ]);
}

/** The last line of a run with several targets, or with none. */
export function runLine(run: RunSummary, { glyph, tint }: Style): string {
  const mark = resultMark({ verdict: runVerdict(run), gate: run.gate.result });
  return `${glyph(mark)} ${tint(mark, runResult(run))}`;
}

/** The last line with the hint at its end; the hint on a line before it where it does not fit. */
export function withHint(line: string, hint: string | null, { columns, facts, paint }: Style): string[] {
  if (hint === null) return [line];
  const both = facts([line, paint.dim(hint)]);
  return stringWidth(both) <= columns ? [both] : [paint.dim(hint), line];
}

/** The findings and what the baseline changes, counted in words; empty if there is nothing. */
export function countFacts(target: TargetReport): string[] {
  const fresh = newFindings(target);
  const known = countKnownFailures(target);
  const { length } = target.unexpectedPasses;
  return [
    ...(fresh.length === 0 ? [] : [countFindings(fresh)]),
    ...(known === null ? [] : [known]),
    ...(length === 0 ? [] : [`${length} unexpected ${length === 1 ? 'pass' : 'passes'}`]),
  ];
}

function countFindings(findings: readonly Finding[]): string {
  const counts = levels
    .map((level) => ({ level, count: findings.filter((finding) => finding.level === level).length }))
    .filter(({ count }) => count > 0);
  return `${findings.length} ${findings.length === 1 ? 'finding' : 'findings'} (${counts.map(({ level, count }) => `${count} ${level}`).join(', ')})`;
}
