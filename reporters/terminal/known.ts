/** What a baseline changes: the known failures, and the entries that did not fail. */

import type { TargetReport } from '../../report/report.ts';
import type { Finding } from '../../scoring/findings.ts';
import type { UnexpectedPass } from '../../scoring/known-failure.ts';
import { escapeBytes } from '../escape.ts';
import { describeKnownFailure } from '../known-failure-text.ts';
import { shortProbeList } from '../probe-list.ts';
import { countKnownFailures, knownFindings } from '../run-verdict.ts';
import type { Style } from './style.ts';

/** The known findings in short, below a line that explains their glyph; empty if there are none. */
export function knownLines(target: TargetReport, style: Style): string[] {
  const { paint, glyph } = style;
  const count = countKnownFailures(target);
  if (count === null) return [];
  return [
    '',
    ...style.paragraph(`${glyph('known')} `, `${paint.bold(count)} (in baseline, not counted)`),
    ...knownFindings(target).flatMap((finding) => knownFinding(finding, target, style)),
  ];
}

function knownFinding(finding: Finding, target: TargetReport, style: Style): string[] {
  const { paint, level } = style;
  const label = (name: string): string => `     ${paint.dim(name.padEnd(7))}`;
  const sent = target.probes.map(({ id }) => id);
  const { length } = finding.probes;
  const list = shortProbeList(finding.probes, sent);
  return [
    ...style.paragraph(`   ${level(finding.level)} `, escapeBytes(finding.title)),
    ...(length === 0 ? [] : style.paragraph(label('probes'), length === 1 ? list : `${length}: ${list}`)),
    ...finding.known.flatMap((known) =>
      style.paragraph(label('known'), describeKnownFailure(known, style.prose)),
    ),
  ];
}

const fix = 'remove it or narrow its target, or run again with --update-baseline';

/** One line, never wrapped, for each entry that did not fail, and how to fix the baseline. */
export function unexpectedPassLines({ unexpectedPasses }: TargetReport, style: Style): string[] {
  if (unexpectedPasses.length === 0) return [];
  return [
    '',
    ...unexpectedPasses.map(
      (pass) =>
        `${style.paint.yellow('unexpected pass')} ${nameOf(pass)}, "${describeKnownFailure(pass, style.prose)}", no longer fails: ${fix}`,
    ),
  ];
}

/** An entry by its place in the baseline, with what it lists. */
function nameOf({ index, probe, criterion }: UnexpectedPass): string {
  const what = criterion === '*' ? 'everything' : criterion;
  return `failures[${index}], ${escapeBytes(probe === null ? what : `${what} of ${probe}`)}`;
}
