/** The result of a target in one line. */

import type { TargetReport } from '../../report/report.ts';
import type { Finding } from '../../scoring/findings.ts';
import { levels } from '../../scoring/verdict.ts';
import { escapeBytes } from '../escape.ts';
import { countKnownFailures, describeVerdict, newFindings } from '../run-verdict.ts';
import type { Style } from './style.ts';

/** The URL, with the label before it if there is one. */
export function styledName({ url, label }: TargetReport, { paint, prose }: Style): string {
  return label === null ? url : `${paint.bold(prose(label))} ${url}`;
}

/** A gate that fails is never green. */
export function resultMark({ verdict, gate }: TargetReport): 'pass' | 'fail' | 'inconclusive' {
  switch (verdict) {
    case 'nonconformant':
      return 'fail';
    case 'inconclusive':
      return 'inconclusive';
    case 'conformant':
    case 'passed':
      return gate === 'pass' ? 'pass' : 'fail';
  }
}

export function targetResult(target: TargetReport, style: Style): string {
  const { reason, score } = target;
  const { paint, glyph } = style;
  const facts: string[] = [];
  if (score.percent !== null) {
    facts.push(`${score.passed} of ${score.passed + score.failed} passed (${score.percent}%)`);
    if (score.inconclusive > 0) facts.push(`${score.inconclusive} inconclusive`);
  }
  const fresh = newFindings(target);
  if (fresh.length > 0) facts.push(countFindings(fresh));
  facts.push(...baselineFacts(target));
  if (reason !== null) facts.push(escapeBytes(reason));
  const mark = resultMark(target);
  const colour = { pass: paint.green, fail: paint.red, inconclusive: paint.yellow }[mark];
  const gate = ` ${style.glyphs.separator} gate: ${target.gate}`;
  return `${glyph(mark)} ${colour.bold(describeVerdict(target))} ${styledName(target, style)} ${facts.join(', ')}${gate}`;
}

/** What the baseline changes, in words; empty if nothing. */
function baselineFacts(target: TargetReport): string[] {
  const known = countKnownFailures(target);
  const entries = target.unexpectedPasses.map(({ index }) => `failures[${index}]`);
  return [
    ...(known === null ? [] : [known]),
    ...(entries.length === 0
      ? []
      : [`unexpected ${entries.length === 1 ? 'pass' : 'passes'}: ${entries.join(', ')}`]),
  ];
}

function countFindings(findings: readonly Finding[]): string {
  const counts = levels
    .map((level) => ({ level, count: findings.filter((finding) => finding.level === level).length }))
    .filter(({ count }) => count > 0);
  return `${findings.length} ${findings.length === 1 ? 'finding' : 'findings'} (${counts.map(({ level, count }) => `${count} ${level}`).join(', ')})`;
}

/** Whether the run is not clean because of this target. */
export function needsAttention({ verdict, gate }: TargetReport): boolean {
  return gate === 'fail' || verdict === 'nonconformant';
}
