/** The findings of a target: for each what was sent, expected and got, its cause and impact, and how to fix it. */

import type { TargetReport } from '../../report/report.ts';
import { type Finding, isNew } from '../../scoring/findings.ts';
import { escapeBytes } from '../escape.ts';
import { evidenceOf } from '../finding-evidence.ts';
import { describeExpiredFailure } from '../known-failure-text.ts';
import type { ReproduceCommand } from '../reporter.ts';
import type { Style } from './style.ts';

export function findingLines(
  target: TargetReport,
  style: Style,
  reproduceCommand: ReproduceCommand,
): string[] {
  return target.findings
    .filter(isNew)
    .flatMap((finding, i) => ['', ...oneFinding(finding, i + 1, target, style, reproduceCommand)]);
}

function oneFinding(
  finding: Finding,
  number: number,
  target: TargetReport,
  style: Style,
  reproduceCommand: ReproduceCommand,
): string[] {
  const { paint, level } = style;
  const label = (name: string): string => `   ${paint.dim(name.padEnd(10))}`;
  const { sent, example, probes, clauses } = evidenceOf(finding, target);
  const lines = style.paragraph(
    `${paint.bold(`${number}.`)} ${level(finding.level)} `,
    paint.bold(escapeBytes(finding.title)),
  );
  const say = (name: string, text: string): void => {
    lines.push(...style.paragraph(label(name), text));
  };
  sent.forEach((line, i) => {
    say(i === 0 ? 'sent' : '', line);
  });
  say('expected', escapeBytes(finding.expected));
  say('got', escapeBytes(finding.actual));
  if (finding.cause !== null) say('cause', paint.cyan(finding.cause));
  for (const expired of finding.expired) {
    say('expired', describeExpiredFailure(expired, style.prose));
  }
  say('impact', escapeBytes(finding.impact));
  say('fix', finding.fix);
  say('clause', clauses.map(({ source }) => source).join('; '));
  if (example !== null) {
    say('probes', probes);
    // Never wrapped: it is there to be copied.
    lines.push(`${label('reproduce')}${reproduceCommand(target, example)}`);
  }
  return lines;
}
