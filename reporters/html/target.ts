/** The part of a page about one target, or about several that behave alike. */

import type { Element } from 'hast';
import type { TargetReport } from '../../report/report.ts';
import { criterionNames, criterionTitles } from '../../scoring/criteria.ts';
import { escapeBytes, escapeUnicode } from '../escape.ts';
import { answerWord, failingChecks } from '../probe-text.ts';
import type { ReproduceCommand } from '../reporter.ts';
import { describeVerdict } from '../run-verdict.ts';
import { targetNotes } from '../target-notes.ts';
import { closeStrip } from './close-strip.ts';
import { type Content, h, markWith, wire } from './elements.ts';
import { findingSections } from './findings.ts';
import { type ExchangesShown, probeDetails, probeGrid } from './grid.ts';
import { scoreboard } from './scoreboard.ts';
import { versionMap } from './version-map.ts';

export interface TargetView {
  readonly anchor: string;
  /** Names of the other targets that behave like it. */
  readonly alike: readonly string[];
  readonly exchanges: ExchangesShown;
  readonly withHex: boolean;
  readonly reproduceCommand: ReproduceCommand;
}

export function targetSection(target: TargetReport, view: TargetView): Element {
  const { anchor, alike, exchanges, withHex, reproduceCommand } = view;
  const isJudged = target.score.percent !== null;
  const hasAllEvidence = target.omitted.length === 0;
  const strip = isJudged && hasAllEvidence ? closeStrip(target, anchor) : null;
  const findings = findingSections(target, anchor, reproduceCommand);
  return h('section', { className: ['target'], id: anchor }, [
    h('h2', [verdictMark(target), ' ', targetName(target)]),
    wayTo(target),
    h('p', { className: ['gate'] }, [
      markWith(target.gate === 'pass' ? 'pass' : 'fail', `gate: ${target.gate}`),
      ...tierWords(target),
    ]),
    alikeList(alike),
    caveats(target),
    ...(isJudged ? [scoreboard(target), versionWords(target)] : []),
    h('h3', `Findings (${findings.length})`),
    ...(findings.length === 0 ? [h('p', isJudged ? 'None.' : 'None could be sought.')] : findings),
    ...(isJudged && hasAllEvidence ? [h('h3', 'Versions 0 to 255'), versionMap(target, anchor)] : []),
    ...(strip === null ? [] : [h('h3', 'When refusals were closed'), strip]),
    ...probeParts(target, anchor, exchanges, withHex),
    ...omittedPart(target),
  ]);
}

function probeParts(
  target: TargetReport,
  anchor: string,
  exchanges: ExchangesShown,
  withHex: boolean,
): Element[] {
  if (target.probes.length === 0) return [];
  const details = probeDetails(target, anchor, exchanges, withHex);
  const left = target.probes.length - details.length;
  return [
    h('h3', target.omitted.length === 0 ? 'All probes' : 'Probes that stand for the others'),
    probeGrid(target, anchor, exchanges),
    h('h3', 'Exchanges'),
    ...(left > 0
      ? [h('p', `Those of the ${left} probes that passed are left out of a page about so many targets.`)]
      : []),
    ...details,
  ];
}

/** The probes whose exchanges are not kept. */
function omittedPart({ omitted }: TargetReport): Element[] {
  if (omitted.length === 0) return [];
  const items = omitted.map((group) => {
    const failed = [
      ...criterionNames.filter((name) => group.failed.includes(name)).map((name) => criterionTitles[name]),
      ...failingChecks(group),
    ];
    return h('li', [
      markWith(group.known ? 'known' : group.verdict, group.verdict),
      ' ',
      h('code', answerWord(group)),
      ...(failed.length === 0 ? [] : [` fails ${failed.join(', ')}`]),
      `, ${group.probes.length} ${group.probes.length === 1 ? 'probe' : 'probes'}: `,
      h('code', group.probes.join(' ')),
    ]);
  });
  return [
    h('h3', 'Probes whose exchanges are not kept'),
    h('p', ['What came and how it was judged; ', h('code', '--evidence all'), ' keeps the bytes as well.']),
    h('ul', items),
  ];
}

export function verdictMark(
  target: Pick<TargetReport, 'verdict' | 'gate' | 'probesSent' | 'probesInCatalogue'>,
): Element {
  const { verdict, gate } = target;
  const words = describeVerdict(target);
  switch (verdict) {
    case 'nonconformant':
      return markWith('fail', words);
    case 'inconclusive':
      return markWith('inconclusive', words);
    case 'conformant':
    case 'passed':
      return markWith(gate === 'pass' ? 'pass' : 'fail', words);
  }
}

/** The URL, with the label before it if there is one. */
export function targetName({ url, label }: Pick<TargetReport, 'url' | 'label'>): Element {
  return h('span', [
    ...(label === null ? [] : [h('strong', escapeUnicode(label)), ' ']),
    h('code', escapeUnicode(url)),
  ]);
}

/** Where the connections went. */
function wayTo({ address, proxy }: TargetReport): Element | null {
  const way = [
    ...(address === null ? [] : ['address ', h('code', escapeBytes(address)), ' ']),
    ...(proxy === null ? [] : ['proxy ', h('code', escapeUnicode(proxy))]),
  ];
  return way.length === 0 ? null : h('p', { className: ['dim'] }, way);
}

function tierWords({ tiers: { core, all }, score }: TargetReport): string[] {
  const count = ({ passed, failed, inconclusive }: typeof core): string =>
    `${passed} of ${passed + failed + inconclusive}`;
  return score.percent === null ? [] : [` · core ${count(core)} · all ${count(all)} probes passed`];
}

function alikeList(names: readonly string[]): Element | null {
  if (names.length === 0) return null;
  return h('details', [
    h('summary', `${names.length} more ${names.length === 1 ? 'target answers' : 'targets answer'} alike`),
    h(
      'ul',
      names.map((name) => h('li', h('code', name))),
    ),
  ]);
}

/** What a reader must know before trusting the result. */
function caveats(target: TargetReport): Element | null {
  const { reason, verdict, probesSent, probesInCatalogue, unexpectedPasses } = target;
  const items: Content[] = [
    ...(reason === null ? [] : [h('li', [markWith('inconclusive', 'not fully judged: '), wire(reason)])]),
    ...targetNotes(target).map((note) => h('li', [markWith('inconclusive', 'warning: '), wire(note)])),
    ...(probesSent < probesInCatalogue && verdict !== 'passed'
      ? [h('li', `Only ${probesSent} of ${probesInCatalogue} probes were sent.`)]
      : []),
    ...target.probes.flatMap(({ id, unstable }) =>
      unstable === null ? [] : [h('li', [markWith('inconclusive', `unstable ${id}: `), wire(unstable)])],
    ),
    ...(unexpectedPasses.length === 0
      ? []
      : [h('li', [markWith('fail', `${unexpectedPasses.length} entries of the baseline no longer fail`)])]),
  ];
  return items.length === 0 ? null : h('ul', { className: ['caveats'] }, items);
}

function versionWords({ versions: { advertised, accepted }, stacks }: TargetReport): Element {
  return h('p', [
    `Advertises ${advertised.join(', ') || 'no version'}; accepts ${accepted.join(', ') || 'none'}.`,
    ...stacks.flatMap(({ name, because, recipe }) => [
      ` Its answers name ${name} (`,
      wire(because),
      '): see ',
      h('code', recipe),
      '.',
    ]),
  ]);
}
