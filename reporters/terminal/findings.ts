/** The findings of a target: for each what was sent, expected and got, why it matters and how to mend it. */

import type { TargetReport } from '../../audit/report.ts';
import { clauses } from '../../scoring/clauses.ts';
import type { Finding } from '../../scoring/findings.ts';
import { shortProbeList } from '../probe-list.ts';
import type { RepeatCommand } from '../reporter.ts';
import { requestDifference } from '../request-difference.ts';
import { visible, visibleShort } from '../visible.ts';
import type { Style } from './style.ts';

export function findingLines(target: TargetReport, style: Style, repeatCommand: RepeatCommand): string[] {
  return target.findings.flatMap((finding, i) => [
    '',
    ...oneFinding(finding, i + 1, target, style, repeatCommand),
  ]);
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
  const shown = target.probes.find(({ id }) => id === finding.probes[0]);
  const control = target.probes[0]?.exchange.request.base64 ?? '';
  const sent =
    shown === undefined
      ? []
      : requestDifference(
          Buffer.from(shown.exchange.request.base64, 'base64'),
          Buffer.from(control, 'base64'),
        );
  const others = finding.probes.length - 1;
  const lines = style.paragraph(
    `${paint.bold(`${number}.`)} ${level(finding.level)} `,
    paint.bold(visible(finding.title)),
  );
  const say = (name: string, text: string): void => {
    lines.push(...style.paragraph(label(name), text));
  };
  sent.forEach((line, i) => {
    say(i === 0 ? 'sent' : '', visibleShort(line, 100));
  });
  say('expected', visible(finding.expected));
  say('got', visible(finding.actual));
  if (finding.diagnosis !== null) say('because', paint.cyan(finding.diagnosis));
  say('why', visible(finding.detail));
  say('fix', finding.fix);
  say(
    'clause',
    finding.clauses
      .map((id) => clauses[id].source)
      .filter(isFirst)
      .join('; '),
  );
  if (shown !== undefined) {
    const list = shortProbeList(
      finding.probes,
      target.probes.map(({ id }) => id),
    );
    say('probes', others === 0 ? shown.id : `${finding.probes.length}: ${list}`);
    // In one piece, however long: it is there to be copied.
    lines.push(`${label('repeat')}${repeatCommand(target, shown.id)}`);
  }
  return lines;
}

function isFirst<T>(value: T, index: number, all: readonly T[]): boolean {
  return all.indexOf(value) === index;
}
