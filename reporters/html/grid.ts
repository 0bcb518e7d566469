/** The grid of all probes and criteria, and the exchanges of each probe below it. */

import type { Element } from 'hast';
import { families, familyTitles } from '../../probes/probe.ts';
import type { ExchangeRecord } from '../../report/exchange-record.ts';
import type { ProbeReport, TargetReport } from '../../report/report.ts';
import { isKnown, isKnownFailure } from '../../scoring/baseline.ts';
import { checkDescriptions } from '../../scoring/checks.ts';
import { criteria, criterionNames, criterionTitles } from '../../scoring/criteria.ts';
import type { Verdict } from '../../scoring/verdict.ts';
import { escapeBytes } from '../escape.ts';
import { shortAnswer, slugOf } from '../probe-text.ts';
import { probeAnchor } from './anchors.ts';
import { h, type Mark, markAlone, markWith, scrolling, wire } from './elements.ts';
import { exchangeView } from './exchange.ts';

/** Which exchanges a page holds, so that it does not become too long. */
export type ExchangesShown = 'all' | 'failing';

export function probeGrid({ probes }: TargetReport, anchor: string, shown: ExchangesShown): Element {
  const head = h('thead', [
    h('tr', [
      h('th', { scope: 'col' }, 'probe'),
      h('th', { scope: 'col' }, 'sent'),
      h('th', { scope: 'col' }, 'answer'),
      ...criterionNames.map((name) =>
        h('th', { scope: 'col' }, h('abbr', { title: criterionTitles[name] }, criteria[name].heading)),
      ),
      h('th', { scope: 'col' }, 'fails also'),
    ]),
  ]);
  const bodies = families.flatMap((family) => {
    const members = probes.filter((probe) => probe.family === family);
    if (members.length === 0) return [];
    return [
      h('tbody', [
        h(
          'tr',
          h('th', { scope: 'rowgroup', colSpan: 4 + criterionNames.length }, [
            h('strong', family),
            ` · ${familyTitles[family]}`,
          ]),
        ),
        ...members.map((probe) => probeRow(probe, anchor, shown)),
      ]),
    ];
  });
  return scrolling(`All probes of ${anchor}`, h('table', { className: ['grid'] }, [head, ...bodies]));
}

function probeRow(probe: ProbeReport, anchor: string, shown: ExchangesShown): Element {
  const slug = slugOf(probe);
  const isShown = shown === 'all' || probe.verdict !== 'pass';
  const checks = Object.entries(probe.checks).filter(([, verdict]) => verdict?.verdict === 'fail');
  return h('tr', [
    h('th', { scope: 'row' }, [
      markAlone(markOfProbe(probe)),
      ' ',
      isShown ? h('a', { href: `#${probeAnchor(anchor, probe.id)}` }, slug) : slug,
    ]),
    h('td', probe.title),
    h('td', { className: ['number'] }, shortAnswer(probe.exchange)),
    ...criterionNames.map((name) =>
      h('td', { className: ['cell'] }, markAlone(markOf(probe.criteria[name]))),
    ),
    h(
      'td',
      checks.map(([name]) => checkDescriptions[name as keyof typeof checkDescriptions].title).join(', '),
    ),
  ]);
}

function markOfProbe(probe: ProbeReport): Mark {
  return isKnownFailure(probe) ? 'known' : probe.verdict;
}

function markOf(verdict: Verdict): Mark {
  return isKnown(verdict) ? 'known' : verdict.verdict;
}

/** Each probe with its verdicts and its exchanges, folded. */
export function probeDetails(
  { probes }: TargetReport,
  anchor: string,
  shown: ExchangesShown,
  withHex: boolean,
): Element[] {
  return probes
    .filter(({ verdict }) => shown === 'all' || verdict !== 'pass')
    .map((probe) => {
      const { exchange, earlierExchanges, controlsAfter = [] } = probe;
      return h('details', { className: ['probe'], id: probeAnchor(anchor, probe.id) }, [
        h('summary', [
          markWith(markOfProbe(probe), probe.id),
          ` · ${probe.title} · `,
          h('code', shortAnswer(exchange)),
        ]),
        verdictTable(probe, probeAnchor(anchor, probe.id)),
        ...(probe.doubt === null ? [] : [h('p', ['No verdict: ', wire(probe.doubt)])]),
        ...exchanges('an earlier try', earlierExchanges, withHex),
        exchangeView(exchange, { marked: [], withHex }),
        ...exchanges('the control behind it', controlsAfter, withHex),
      ]);
    });
}

function exchanges(title: string, records: readonly ExchangeRecord[], withHex: boolean): Element[] {
  return records.flatMap((record) => [
    h('p', { className: ['side-title'] }, title),
    exchangeView(record, { marked: [], withHex }),
  ]);
}

/** @param place anchor of the probe */
function verdictTable({ criteria: verdicts, checks }: ProbeReport, place: string): Element {
  const judged: [title: string, verdict: Verdict][] = [
    ...criterionNames.map((name): [string, Verdict] => [criterionTitles[name], verdicts[name]]),
    ...Object.entries(checks).flatMap(([name, verdict]): [string, Verdict][] =>
      verdict === undefined
        ? []
        : [[checkDescriptions[name as keyof typeof checkDescriptions].title, verdict]],
    ),
  ];
  const rows = judged.flatMap(([title, verdict]) =>
    verdict.verdict === 'n/a'
      ? []
      : [
          h('tr', [
            h('th', { scope: 'row' }, title),
            h('td', markWith(markOf(verdict))),
            h('td', verdict.level),
            h('td', h('code', escapeBytes(verdict.expected))),
            h('td', h('code', escapeBytes(verdict.actual))),
          ]),
        ],
  );
  if (rows.length === 0) return h('p', 'Observed only: nothing is required of the answer.');
  const heads = ['criterion', 'result', 'level', 'expected', 'got'];
  return scrolling(
    `Verdicts of ${place}`,
    h('table', [
      h(
        'thead',
        h(
          'tr',
          heads.map((title) => h('th', { scope: 'col' }, title)),
        ),
      ),
      h('tbody', rows),
    ]),
  );
}
