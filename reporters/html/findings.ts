/** The findings of a target, the gravest first: what was sent and received, why it matters, what to do, and the proof. */

import type { Element } from 'hast';
import { recordedRequest } from '../../report/exchange-record.ts';
import type { ReportedFinding, TargetReport } from '../../report/report.ts';
import { isNew } from '../../scoring/findings.ts';
import { escapeBytes } from '../escape.ts';
import { evidenceOf } from '../finding-evidence.ts';
import { describeExpiredFailure, describeKnownFailure } from '../known-failure-text.ts';
import type { ReproduceCommand } from '../reporter.ts';
import { requestDifference } from '../request-difference.ts';
import { caveatOf } from '../run-verdict.ts';
import { findingAnchor, probeAnchor } from './anchors.ts';
import { commandBlock, facts, h, levelBadge, markWith, wire } from './elements.ts';
import { exchangeView } from './exchange.ts';

export function findingSections(
  target: TargetReport,
  anchor: string,
  reproduceCommand: ReproduceCommand,
): Element[] {
  return target.findings.map((finding, i) =>
    h('article', { className: ['finding'], id: findingAnchor(anchor, finding.id) }, [
      h('h4', [
        h('span', { className: ['index'] }, `${i + 1} `),
        levelBadge(finding.level),
        ' ',
        escapeBytes(finding.title),
        ' ',
        h('code', { className: ['id'] }, finding.id),
        isNew(finding) ? null : h('span', [' ', markWith('known')]),
      ]),
      ...findingContent(finding, target, anchor, reproduceCommand),
    ]),
  );
}

function findingContent(
  finding: ReportedFinding,
  target: TargetReport,
  anchor: string,
  reproduceCommand: ReproduceCommand,
): Element[] {
  const { got, example, clauses } = evidenceOf(finding, target);
  const probe = target.probes.find(({ id }) => id === example);
  const [control] = target.probes;
  const sent =
    probe === undefined || control === undefined
      ? []
      : requestDifference(recordedRequest(probe.exchange), recordedRequest(control.exchange)).map(
          escapeBytes,
        );
  const caveat = caveatOf(target);
  const recipes = target.stacks.filter(({ repairs }) => repairs.includes(finding.id));
  return [
    facts([
      ...(sent.length === 0 ? [] : [['sent', sent.flatMap((line) => [h('code', line), h('br')])] as const]),
      ['got', wire(finding.actual)],
      ['expected', wire(finding.expected)],
      ...(caveat === null ? [] : [['caveat', caveat] as const]),
      ...(finding.cause === null ? [] : [['cause', finding.cause] as const]),
      ...finding.known.map((one) => ['known', describeKnownFailure(one)] as const),
      ...finding.expired.map((one) => ['expired', describeExpiredFailure(one)] as const),
      ['impact', escapeBytes(finding.impact)],
      ['fix', finding.fix],
      ...recipes.map(
        ({ name, recipe, because }) =>
          ['recipe', [`${name} (`, wire(because), '): ', h('code', recipe)]] as const,
      ),
      [
        'clause',
        clauses.flatMap(({ source, url }, i) => [i === 0 ? '' : '; ', h('a', { href: url }, source)]),
      ],
      ...(finding.probes.length === 0
        ? []
        : [
            [
              'probes',
              [
                `${finding.probes.length}: `,
                ...finding.probes.flatMap((id, i) => [
                  i === 0 ? '' : ', ',
                  h('a', { href: `#${probeAnchor(anchor, id)}` }, id),
                ]),
              ],
            ] as const,
          ]),
    ]),
    ...(probe === undefined
      ? []
      : [exchangeView(probe.exchange, { marked: [...sent, ...got], withHex: false })]),
    h('p', { className: ['side-title'] }, 'reproduce'),
    ...finding.reproduce.map(commandBlock),
    ...(example === null
      ? []
      : [h('p', { className: ['side-title'] }, 'recheck'), commandBlock(reproduceCommand(target, example))]),
  ];
}
