/** The result of a target in one line. */

import type { TargetReport } from '../../report/report.ts';
import { isNew } from '../../scoring/findings.ts';
import { levels } from '../../scoring/verdict.ts';
import { escapeBytes } from '../escape.ts';
import type { Style } from './style.ts';

/** The URL, behind the label where there is one. */
export function styledName({ url, label }: TargetReport, { paint, prose }: Style): string {
  return label === null ? url : `${paint.bold(prose(label))} ${url}`;
}

export function targetResult(target: TargetReport, style: Style): string {
  const { verdict, reason, score, findings, unexpectedPasses } = target;
  const { paint, glyph } = style;
  const facts: string[] = [];
  if (score.percent !== null) {
    facts.push(`${score.passed} of ${score.passed + score.failed} passed (${score.percent} %)`);
    if (score.inconclusive > 0) facts.push(`${score.inconclusive} inconclusive`);
  }
  const fresh = findings.filter(isNew);
  if (fresh.length > 0) facts.push(countFindings(fresh));
  facts.push(...baselineFacts(findings, unexpectedPasses));
  if (reason !== null) facts.push(escapeBytes(reason));
  const mark = { conformant: 'pass', nonconformant: 'fail', inconclusive: 'inconclusive' } as const;
  const colour = { conformant: paint.green, nonconformant: paint.red, inconclusive: paint.yellow }[verdict];
  return `${glyph(mark[verdict])} ${colour.bold(verdict)} ${styledName(target, style)} ${facts.join(', ')}`.trimEnd();
}

/** What the baseline makes of the target, in words: nothing where there is none. */
function baselineFacts(
  findings: TargetReport['findings'],
  unexpectedPasses: TargetReport['unexpectedPasses'],
): string[] {
  const known = findings.filter((finding) => !isNew(finding)).flatMap(({ failures }) => failures);
  const entries = unexpectedPasses.map(({ index }) => `failures[${index}]`).join(', ');
  return [
    ...(known.length > 0 ? [`${known.length} known ${known.length === 1 ? 'failure' : 'failures'}`] : []),
    ...(entries === ''
      ? []
      : [`unexpected ${unexpectedPasses.length === 1 ? 'pass' : 'passes'}: ${entries}`]),
  ];
}

function countFindings(findings: TargetReport['findings']): string {
  const counts = levels
    .map((level) => ({ level, count: findings.filter((finding) => finding.level === level).length }))
    .filter(({ count }) => count > 0);
  return `${findings.length} ${findings.length === 1 ? 'finding' : 'findings'} (${counts.map(({ level, count }) => `${count} ${level}`).join(', ')})`;
}

/** Whether the result of the run lies in that target too. */
export function isConspicuous({ verdict, unexpectedPasses }: TargetReport): boolean {
  return verdict !== 'conformant' || unexpectedPasses.length > 0;
}
