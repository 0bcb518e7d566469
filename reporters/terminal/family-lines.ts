/** The probes of a target by family: families that passed in one line, of the others what came in answer to which probe. */

import { families } from '../../probes/probe.ts';
import { type Outcome, outcomesOf } from '../../report/outcomes.ts';
import type { TargetReport } from '../../report/report.ts';
import { criteria, criterionNames } from '../../scoring/criteria.ts';
import { answerWord, failingChecks, slugOf } from '../probe-text.ts';
import type { Mark, Style } from './style.ts';

export function familyLines(target: TargetReport, style: Style): string[] {
  const probes = outcomesOf(target);
  const passing: string[] = [];
  const others: string[] = [];
  for (const family of families) {
    const members = probes.filter((probe) => probe.family === family);
    if (members.length === 0) continue;
    const passed = members.filter(({ verdict }) => verdict === 'pass').length;
    const count = `${family} ${passed}/${members.length}`;
    if (passed === members.length) passing.push(count);
    else {
      const mark = markOf(members);
      others.push(...style.paragraph(`  ${style.glyph(mark)} ${count}  `, describeGroups(members), 6));
    }
  }
  return [...style.flow(`  ${style.glyph('pass')} `, passing, '   '), ...others];
}

function markOf(members: readonly Outcome[]): Mark {
  const marks = members.map((probe): Mark => (probe.known ? 'known' : probe.verdict));
  return (['fail', 'inconclusive', 'known', 'pass'] as const).find((mark) => marks.includes(mark)) ?? 'pass';
}

/** `101: leading-zero, hex; 400 fails list: vertical-tab`. */
function describeGroups(members: readonly Outcome[]): string {
  const groups = new Map<string, string[]>();
  for (const probe of members) {
    if (probe.verdict === 'pass') continue;
    const what = describeFailure(probe);
    groups.set(what, [...(groups.get(what) ?? []), slugOf(probe)]);
  }
  return [...groups].map(([what, slugs]) => `${what}: ${shortList(slugs, members.map(slugOf))}`).join('; ');
}

/** `all 22`, `all except http-2.0`, or the slugs: whichever is short. */
function shortList(slugs: readonly string[], all: readonly string[]): string {
  const others = all.filter((slug) => !slugs.includes(slug));
  if (slugs.length === 1 || others.length >= slugs.length) return slugs.join(', ');
  return others.length === 0 ? `all ${all.length}` : `all except ${others.join(', ')}`;
}

function describeFailure(probe: Outcome): string {
  const answer = answerWord(probe);
  if (probe.verdict === 'inconclusive') return `no verdict (${answer})`;
  if (probe.known) return `known (${answer})`;
  const failed = criterionNames.filter((name) => probe.failed.includes(name));
  const names = [...failed.map((name) => criteria[name].heading), ...failingChecks(probe)];
  // Nothing but the answer has to be named where it is the fault: a 101 has no list, and does not close.
  const isAnswerTheFault = failed.includes('status') && (names.length === 1 || probe.status === 101);
  return isAnswerTheFault ? answer : `${answer} fails ${names.join(', ')}`;
}
