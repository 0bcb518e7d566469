/** The findings of a target, gravest first: what was sent and what came, the cause, the fix, and how to see it again. */

import type { ReportedFinding, TargetReport } from '../../report/report.ts';
import { isNew } from '../../scoring/findings.ts';
import { escapeBytes } from '../escape.ts';
import { evidenceOf } from '../finding-evidence.ts';
import { describeExpiredFailure } from '../known-failure-text.ts';
import type { ReproduceCommand } from '../reporter.ts';
import type { Style } from './style.ts';

/** So many findings are shown whole in any case; more, and the impact, the clauses and the commands have to be asked for. */
export const maxWholeFindings = 3;

export function findingLines(
  target: TargetReport,
  style: Style,
  reproduceCommand: ReproduceCommand,
  isWhole: boolean,
): string[] {
  return target.findings
    .filter(isNew)
    .flatMap((finding, i) => [
      ...(isWhole && i > 0 ? [''] : []),
      ...oneFinding(finding, i + 1, target, style, isWhole ? reproduceCommand : null),
    ]);
}

/** @param reproduceCommand null where the finding is shown in short */
function oneFinding(
  finding: ReportedFinding,
  number: number,
  target: TargetReport,
  style: Style,
  reproduceCommand: ReproduceCommand | null,
): string[] {
  const { paint, level } = style;
  const { sent, got, example, probes, clauses } = evidenceOf(finding, target);
  const { length } = finding.probes;
  const title = style.paragraph(
    `${paint.bold(`${number} `)}${level(finding.level)} `,
    paint.bold(escapeBytes(finding.title)),
    2,
  );
  const lines = [
    ...title.slice(0, -1),
    ...style.sides(
      title.at(-1) ?? '',
      paint.dim(style.facts([finding.id, ...(length < 2 ? [] : [`${length} probes`])])),
      '  ',
    ),
  ];
  const say = (name: string, text: string): void => {
    lines.push(...style.paragraph(label(name, style), text));
  };
  lines.push(...evidenceLines(sent, got, finding, style));
  if (finding.cause !== null) say('cause', paint.cyan(finding.cause));
  for (const expired of finding.expired) {
    say('expired', describeExpiredFailure(expired, style.prose));
  }
  if (reproduceCommand !== null) say('impact', escapeBytes(finding.impact));
  say('fix', finding.fix);
  for (const { name, recipe, repairs } of target.stacks) {
    if (reproduceCommand !== null && repairs.includes(finding.id)) say('recipe', `${name}: ${recipe}`);
  }
  if (reproduceCommand === null) return lines;
  say('clause', clauses.map(({ source }) => source).join('; '));
  if (example !== null) say('probes', probes);
  // Never wrapped: they are there to be copied.
  for (const [i, command] of finding.reproduce.flatMap((command) => command.split('\n')).entries()) {
    lines.push(`${label(i === 0 ? 'reproduce' : '', style)}${style.verbatim(command)}`);
  }
  if (example !== null) lines.push(`${label('recheck', style)}${reproduceCommand(target, example)}`);
  return lines;
}

function label(name: string, { paint }: Style): string {
  return `  ${paint.dim(name.padEnd(10))}`;
}

/** What was sent, and what came with the fault marked, in as few lines as it takes. */
function evidenceLines(
  sent: readonly string[],
  got: readonly string[],
  { actual, expected }: ReportedFinding,
  style: Style,
): string[] {
  const { paint, glyphs, paragraph } = style;
  const isShown = got.at(-1) === escapeBytes(actual);
  const fault = escapeBytes(isShown ? `expected ${expected}` : `${actual}; expected ${expected}`);
  const marked = `${paint.red(glyphs.fail)} ${paint.red(fault)}`;
  const sentLines = sent.flatMap((line, i) => paragraph(label(i === 0 ? 'sent' : '', style), line));
  const gotLines = got.slice(0, -1).flatMap((line, i) => paragraph(label(i === 0 ? 'got' : '', style), line));
  const last = got.at(-1);
  const name = label(got.length > 1 ? '' : 'got', style);
  if (last === undefined) return [...sentLines, ...paragraph(name, marked)];
  const [onlySent] = sent;
  if (onlySent !== undefined && sent.length === 1 && got.length === 1) {
    const inOne = paragraph(label('sent', style), `${onlySent}  ${glyphs.arrow} ${last}  ${marked}`);
    if (inOne.length === 1) return inOne;
  }
  const apart = [...paragraph(name, last), ...paragraph(label('', style), marked)];
  const together = paragraph(name, `${last}  ${marked}`);
  return [...sentLines, ...gotLines, ...(together.length < apart.length ? together : apart)];
}
