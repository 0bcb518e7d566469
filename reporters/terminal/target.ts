/** The report of one target: its result and scoreboard, what failed, and the findings. */

import type { TargetReport } from '../../report/report.ts';
import { type ProfileName, profiles } from '../../scoring/profiles.ts';
import { escapeBytes } from '../escape.ts';
import type { ReproduceCommand, Verbosity } from '../reporter.ts';
import { newFindings } from '../run-verdict.ts';
import { targetNotes } from '../target-notes.ts';
import { describeSweep } from '../version-answers.ts';
import { familyLines } from './family-lines.ts';
import { findingLines, maxWholeFindings } from './findings.ts';
import { knownLines, unexpectedPassLines } from './known.ts';
import { markedVerdict, styledName } from './result.ts';
import { scoreboardLines } from './scoreboard.ts';
import type { Style } from './style.ts';
import { probeTable } from './table.ts';

const indent = '  ';

/** Whether the findings are shown with everything that is known of them. */
function isShownWhole(target: TargetReport, verbosity: Verbosity): boolean {
  return verbosity !== 'normal' || newFindings(target).length <= maxWholeFindings;
}

/** The option that shows more, and what, in few words; null where nothing was judged, or only the bytes are missing. */
export function howToSeeMore(target: TargetReport, verbosity: Verbosity): string | null {
  if (verbosity !== 'normal' || target.score.percent === null) return null;
  return isShownWhole(target, verbosity) ? '-v: all probes' : '-v: impact, commands';
}

export function targetLines(
  target: TargetReport,
  profile: ProfileName,
  verbosity: Verbosity,
  style: Style,
  reproduceCommand: ReproduceCommand,
): string[] {
  const { paint } = style;
  const isJudged = target.score.percent !== null;
  const withTable = verbosity === 'probes' || verbosity === 'bytes';
  const findings = findingLines(target, style, reproduceCommand, isShownWhole(target, verbosity));
  return [
    ...style.sides(
      `${markedVerdict(target, style)}  ${styledName(target, style)}`,
      paint.dim(style.facts(headingFacts(target, profile))),
      indent,
    ),
    ...addressLines(target, style),
    ...(target.proxy === null ? [] : style.paragraph(`${indent}proxy `, target.proxy)),
    ...targetNotes(target).flatMap((warning) =>
      style.paragraph(`${indent}${paint.yellow('warning')} `, escapeBytes(warning)),
    ),
    ...(target.reason === null
      ? []
      : style.paragraph(`${indent}${style.glyph('inconclusive')} `, escapeBytes(target.reason))),
    ...(isJudged ? scoreboardLines(target, style) : []),
    ...(isJudged && !(withTable && target.omitted.length === 0) ? familyLines(target, style) : []),
    ...(isJudged ? versionLines(target, style) : []),
    ...(withTable ? probeTable(target.probes, style, verbosity === 'bytes') : []),
    ...unstableLines(target, style),
    ...(findings.length === 0 ? [] : ['', ...findings]),
    ...knownLines(target, style),
    ...unexpectedPassLines(target, style),
  ];
}

function headingFacts({ tiers: { core, all }, score }: TargetReport, profile: ProfileName): string[] {
  const count = ({ passed, failed, inconclusive }: typeof core): string =>
    `${passed} of ${passed + failed + inconclusive}`;
  return [
    ...(score.percent === null ? [] : [`core ${count(core)}`, `all ${count(all)} probes`]),
    `profile ${profile}`,
  ];
}

/** What the profile asks for, in one line. */
export function profileLine(profile: ProfileName, style: Style): string[] {
  return style.paragraph('', `profile ${profile}: ${profiles[profile].title}`);
}

/** Where the connections went, unless the URL says so. */
function addressLines({ url, address }: TargetReport, { paragraph }: Style): string[] {
  const host = url.split('/')[2]?.replace(/:\d+$/, '');
  return address === null || host === address || host === `[${address}]`
    ? []
    : paragraph(`${indent}address `, escapeBytes(address));
}

/** The versions, and the recipes for the stacks that name themselves in the answers. */
function versionLines(target: TargetReport, style: Style): string[] {
  const { versions, stacks } = target;
  const { advertised, accepted } = versions;
  const text = style.facts([
    `advertises ${advertised.join(', ') || 'no version'}`,
    `accepts ${accepted.join(', ') || 'none'}`,
    ...stacks.flatMap(({ name, recipe, repairs }) =>
      repairs.length === 0 ? [] : [`answers name ${name}: ${recipe}`],
    ),
  ]);
  const sweep = describeSweep(target);
  return [
    ...style.paragraph(indent, text),
    ...(sweep === null ? [] : style.paragraph(indent, sweep, indent.length + 2)),
  ].map((line) => style.paint.dim(line));
}

/** Probes whose attempts disagree, each with its answers. */
function unstableLines({ probes }: TargetReport, { paint, paragraph }: Style): string[] {
  return probes.flatMap(({ id, unstable }) =>
    unstable === null ? [] : paragraph(`${indent}${paint.yellow('unstable')} ${id}: `, escapeBytes(unstable)),
  );
}
