/** A page for people: to open, to attach, to send. Everything is in it, and nothing is loaded from anywhere. */

import type { Element } from 'hast';
import type { LongReport } from '../report/report.ts';
import { summaryOf } from '../report/run-summary.ts';
import { profiles } from '../scoring/profiles.ts';
import { targetAnchors } from './html/anchors.ts';
import { type Behaviour, groupBehaviours } from './html/behaviours.ts';
import { h, markWith } from './html/elements.ts';
import { fleetSections } from './html/fleet.ts';
import { pageOf } from './html/page.ts';
import { targetSection, verdictMark } from './html/target.ts';
import type { CreateReporter, ReproduceCommand } from './reporter.ts';
import { describeGate, partialNotice, runHeadline, runResult, runVerdict } from './run-verdict.ts';
import { targetName } from './target-name.ts';

/** With more behaviours, only the exchanges of probes that did not pass are shown; with still more, without hexadecimal. */
const [maxWithAllExchanges, maxWithHex] = [3, 10];

/** Behaviours with a part of their own: the rest are rows in the tables. */
const maxBehaviours = 40;

export const createHtmlReporter: CreateReporter = ({ output, reproduceCommand }) => ({
  needs: 'report',
  onReport(report) {
    output.write(pageOf(output, titleOf(report), [header(report), ...sections(report, reproduceCommand)]));
  },
});

function titleOf(report: LongReport): string {
  const target = report.targets.at(0);
  const what =
    target === undefined
      ? 'no target'
      : report.targets.length === 1
        ? targetName(target)
        : `${report.targets.length} targets`;
  return `${runHeadline(report)}: ${what} · ${report.tool.name}`;
}

function header(report: LongReport): Element {
  const verdict = runVerdict(report);
  const isClean = verdict === 'conformant' || verdict === 'passed';
  const mark = isClean
    ? report.gate.result === 'pass'
      ? 'pass'
      : 'fail'
    : verdict === 'inconclusive'
      ? 'inconclusive'
      : 'fail';
  return h('header', [
    h('h1', ['Sec-WebSocket-Version: ', markWith(mark, runHeadline(report))]),
    h('p', [markWith(report.gate.result, describeGate(report.gate))]),
    ...(report.partial
      ? [h('p', { className: ['caveats'] }, `The audit was ${partialNotice(report)}.`)]
      : []),
    ...(report.targets.length === 1 ? [] : [h('p', `${runResult(summaryOf(report))}.`)]),
    h(
      'p',
      { className: ['dim'] },
      `${report.startedAt}, ${report.tool.name} ${report.tool.version}, profile ${report.profile}: ${profiles[report.profile].title}.`,
    ),
  ]);
}

function sections(report: LongReport, reproduceCommand: ReproduceCommand): Element[] {
  const { targets } = report;
  const behaviours = groupBehaviours(targets);
  const anchors = targetAnchors(behaviours.map(({ outline }) => outline));
  const shown = behaviours.slice(0, maxBehaviours);
  const hidden = behaviours.length - shown.length;
  return [
    ...(targets.length > 1 ? fleetSections(targets, behaviours, anchors) : []),
    ...shown.flatMap(({ targets: [first, ...alike] }, i) => {
      const example = targets.at(first);
      return example === undefined
        ? []
        : targetSection(example, {
            anchor: anchors[i] ?? '',
            alike: namesOf(alike, report),
            exchanges: behaviours.length <= maxWithAllExchanges ? 'all' : 'failing',
            withHex: behaviours.length <= maxWithHex,
            reproduceCommand,
          });
    }),
    ...(hidden > 0
      ? [h('section', hiddenList(behaviours.slice(maxBehaviours), anchors.slice(maxBehaviours)))]
      : []),
  ];
}

function namesOf(places: readonly number[], { targets }: LongReport): string[] {
  return places.flatMap((place) => {
    const target = targets.at(place);
    return target === undefined ? [] : [targetName(target)];
  });
}

/** The behaviours that have no part of their own: links lead here. */
function hiddenList(behaviours: readonly Behaviour[], anchors: readonly string[]): Element[] {
  return [
    h('h2', `${behaviours.length} more behaviours`),
    h(
      'p',
      `A page has room for ${maxBehaviours} in detail. The JSON report has all: audit fewer targets to see these.`,
    ),
    h(
      'ul',
      behaviours.map(({ outline, targets }, i) =>
        h('li', { id: anchors[i] ?? '' }, [
          verdictMark(outline),
          ` ${targets.length} ${targets.length === 1 ? 'target' : 'targets'}: `,
          outline.findings.map(({ id }) => id).join(', '),
        ]),
      ),
    ),
  ];
}
