/** The findings of a target: for each what was sent, expected and got, why it matters and how to mend it. */

import type { TargetReport } from '../../audit/report.ts';
import { type Finding, isNew } from '../../scoring/findings.ts';
import { factsOf } from '../finding-facts.ts';
import { expiredReason } from '../known-reason.ts';
import type { RepeatCommand } from '../reporter.ts';
import { visible } from '../visible.ts';
import type { Style } from './style.ts';

export function findingLines(target: TargetReport, style: Style, repeatCommand: RepeatCommand): string[] {
  return target.findings
    .filter(isNew)
    .flatMap((finding, i) => ['', ...oneFinding(finding, i + 1, target, style, repeatCommand)]);
}

function oneFinding(
  finding: Finding,
  number: number,
  target: TargetReport,
  style: Style,
  repeatCommand: RepeatCommand,
): string[] {
  const { paint, level } = style;
  const label = (name: string): string => `   ${paint.dim(name.padEnd(9))}`;
  const { sent, example, probes, clauses } = factsOf(finding, target);
  const lines = style.paragraph(
    `${paint.bold(`${number}.`)} ${level(finding.level)} `,
    paint.bold(visible(finding.title)),
  );
  const say = (name: string, text: string): void => {
    lines.push(...style.paragraph(label(name), text));
  };
  sent.forEach((line, i) => {
    say(i === 0 ? 'sent' : '', line);
  });
  say('expected', visible(finding.expected));
  say('got', visible(finding.actual));
  if (finding.diagnosis !== null) say('because', paint.cyan(finding.diagnosis));
  for (const expired of finding.expired) {
    say('expired', expiredReason(expired, style.prose));
  }
  say('why', visible(finding.detail));
  say('fix', finding.fix);
  say('clause', clauses.map(({ source }) => source).join('; '));
  if (example !== null) {
    say('probes', probes);
    // In one piece, however long: it is there to be copied.
    lines.push(`${label('repeat')}${repeatCommand(target, example)}`);
  }
  return lines;
}
