/** What a baseline changes: the known failures, and the entries that did not fail. */

import { sentProbes } from '../../report/outcomes.ts';
import type { TargetReport } from '../../report/report.ts';
import type { Finding } from '../../scoring/findings.ts';
import { escapeBytes } from '../escape.ts';
import { describeKnownFailure, describeUnexpectedPass, unexpectedPassFix } from '../known-failure-text.ts';
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
  const { length } = finding.probes;
  const list = shortProbeList(finding.probes, sentProbes(target));
  return [
    ...style.paragraph(`   ${level(finding.level)} `, escapeBytes(finding.title)),
    ...(length === 0 ? [] : style.paragraph(label('probes'), length === 1 ? list : `${length}: ${list}`)),
    ...finding.known.flatMap((known) =>
      style.paragraph(label('known'), describeKnownFailure(known, style.prose)),
    ),
  ];
}

/** One line, never wrapped, for each entry that did not fail: where it is written, and how to fix the baseline. */
export function unexpectedPassLines(
  { unexpectedPasses }: Pick<TargetReport, 'unexpectedPasses'>,
  style: Style,
): string[] {
  if (unexpectedPasses.length === 0) return [];
  return [
    '',
    ...unexpectedPasses.map((pass) => {
      const entry = style.paint.yellow(describeUnexpectedPass(pass, style.prose));
      return `${entry}; ${unexpectedPassFix} (known: ${describeKnownFailure(pass, style.prose)})`;
    }),
  ];
}
