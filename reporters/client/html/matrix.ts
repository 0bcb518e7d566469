/** Clients side by side: their numbers, and a row for each case with a cell for each client. */

import type { Element } from 'hast';
import { groups, groupTitles } from '../../../cases/case.ts';
import { caseCatalogue } from '../../../cases/catalogue.ts';
import type { AuditedClient, CaseReport } from '../../../report/client/client-report.ts';
import { escapeBytes, escapeUnicode } from '../../escape.ts';
import { h, markAlone, markWith, scrolling } from '../../html/elements.ts';
import { caseAnchor, caseMark, clientMark, shareOf } from './client.ts';

/** @param anchors of the clients */
export function caseMatrix(clients: readonly AuditedClient[], anchors: readonly string[]): Element {
  const columns = clients.map((client, i) => ({
    client,
    anchor: anchors[i] ?? '',
    cases: new Map(client.cases.map((one) => [one.id, one])),
  }));
  const heads = columns.map(({ client, anchor }) =>
    h('th', { scope: 'col' }, h('a', { href: `#${anchor}` }, escapeUnicode(client.name))),
  );
  const summary = (title: string, cell: (client: AuditedClient) => Element | string): Element =>
    h('tr', [h('th', { scope: 'row' }, title), h('td'), ...clients.map((client) => h('td', [cell(client)]))]);
  const bodies = groups.flatMap((group) => {
    const own = caseCatalogue.filter(
      (one) => one.group === group && columns.some(({ cases }) => cases.has(one.id)),
    );
    if (own.length === 0) return [];
    return [
      h('tbody', [
        h(
          'tr',
          h('th', { scope: 'rowgroup', colSpan: 2 + clients.length }, [
            h('strong', group),
            ` · ${groupTitles[group]}`,
          ]),
        ),
        ...own.map(({ id, title }) =>
          h('tr', [
            h('th', { scope: 'row' }, id),
            h('td', escapeBytes(title)),
            ...columns.map(({ anchor, cases }) => cell(cases.get(id), anchor)),
          ]),
        ),
      ]),
    ];
  });
  return h('section', [
    h('h2', 'Clients side by side'),
    scrolling(
      'All cases of all clients',
      h('table', { className: ['grid'] }, [
        h(
          'thead',
          h('tr', [h('th', { scope: 'col' }, 'case'), h('th', { scope: 'col' }, 'answer'), ...heads]),
        ),
        h('tbody', [
          summary('verdict', ({ verdict }) => markWith(clientMark(verdict), verdict)),
          summary('gate', ({ gate }) => markWith(gate, gate)),
          summary('core', ({ tiers }) => shareOf(tiers.core)),
          summary('all', ({ tiers }) => shareOf(tiers.all)),
        ]),
        ...bodies,
      ]),
    ),
  ]);
}

/** What was observed is said in words, since it is neither right nor wrong. */
function cell(one: CaseReport | undefined, anchor: string): Element {
  if (one === undefined) return h('td', { className: ['cell'] }, 'not run');
  const link = { href: `#${caseAnchor(anchor, one.id)}` };
  if (one.verdict === 'observed') return h('td', h('a', link, escapeBytes(one.actual)));
  return h(
    'td',
    { className: ['cell'], title: escapeBytes(one.actual) },
    h('a', link, markAlone(caseMark(one.verdict))),
  );
}
