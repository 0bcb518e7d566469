/** One client of a page: its findings, and its cases with every byte, folded. */

import type { Element } from 'hast';
import { groups, groupTitles } from '../../../cases/case.ts';
import type { AuditedClient, CaseReport } from '../../../report/client/client-report.ts';
import type { TargetVerdict } from '../../../scoring/assessment.ts';
import type { CaseCounts } from '../../../scoring/client/assess-client.ts';
import type { ClientFinding } from '../../../scoring/client/client-findings.ts';
import type { CaseVerdictName } from '../../../scoring/client/judge-case.ts';
import { isNew } from '../../../scoring/findings.ts';
import { clientClauses } from '../../../spec/client-clauses.ts';
import { escapeBytes, escapeUnicode } from '../../escape.ts';
import { findingAnchor, probeAnchor } from '../../html/anchors.ts';
import {
  commandBlock,
  facts,
  h,
  levelBadge,
  type Mark,
  markAlone,
  markWith,
  scrolling,
  wire,
} from '../../html/elements.ts';
import { describeKnownFailure, describeUnexpectedPass, unexpectedPassFix } from '../../known-failure-text.ts';
import { clientFindingFacts, recheckOf } from '../client-finding-facts.ts';
import type { RecheckCommand } from '../client-reporter.ts';
import { describeClientVerdict, reasonOf } from '../client-verdict.ts';
import { connectionTranscript } from '../connection-transcript.ts';

/** Bytes of a line that are shown. */
const maxLineLength = 400;

export const caseAnchor = probeAnchor;

export function clientMark(verdict: TargetVerdict): Mark {
  switch (verdict) {
    case 'conformant':
    case 'passed':
      return 'pass';
    case 'nonconformant':
      return 'fail';
    case 'inconclusive':
      return 'inconclusive';
  }
}

const caseMarks: Readonly<Record<CaseVerdictName, Mark>> = {
  pass: 'pass',
  fail: 'fail',
  observed: 'n/a',
  inconclusive: 'inconclusive',
};

export function caseMark(verdict: CaseVerdictName): Mark {
  return caseMarks[verdict];
}

/** `43 of 45`. */
export function shareOf({ pass, fail, inconclusive }: CaseCounts): string {
  return `${pass} of ${pass + fail + inconclusive}`;
}

export function clientSection(
  client: AuditedClient,
  anchor: string,
  recheckCommand: RecheckCommand,
): Element {
  const { verdict, gate, tiers, requests, command, unexpectedPasses } = client;
  return h('section', { id: anchor }, [
    h('h2', escapeUnicode(client.name)),
    h('p', [markWith(clientMark(verdict), describeClientVerdict(client)), ', gate: ', markWith(gate, gate)]),
    ...reasonOf(client).map((reason) => h('p', { className: ['caveats'] }, reason)),
    facts([
      ...(command === null ? [] : [['command', h('code', escapeUnicode(command.join(' ')))] as const]),
      ['core cases', shareOf(tiers.core)],
      ['all cases', shareOf(tiers.all)],
      ['requests', `${requests.handshakes} handshakes, ${requests.keys} different keys`],
    ]),
    ...unexpectedPasses.map((pass) =>
      h('p', `${describeUnexpectedPass(pass)}; ${unexpectedPassFix} (known: ${describeKnownFailure(pass)})`),
    ),
    h('h3', 'Findings'),
    ...(client.findings.length === 0 ? [h('p', 'None.')] : []),
    ...client.findings.map((finding, i) => findingArticle(finding, i + 1, client, anchor, recheckCommand)),
    h('h3', 'Cases'),
    caseTable(client, anchor),
    ...client.cases.map((one) => caseDetails(one, anchor)),
  ]);
}

function findingArticle(
  finding: ClientFinding,
  number: number,
  client: AuditedClient,
  anchor: string,
  recheckCommand: RecheckCommand,
): Element {
  const recheck = recheckOf(finding, client, recheckCommand);
  const links = finding.clauses.flatMap((id, i) => {
    const { source, url } = clientClauses[id];
    return [i === 0 ? '' : '; ', h('a', { href: url }, source)];
  });
  const cases = finding.cases.flatMap((id, i) => [
    i === 0 ? '' : ', ',
    h('a', { href: `#${caseAnchor(anchor, id)}` }, id),
  ]);
  return h('article', { className: ['finding'], id: findingAnchor(anchor, finding.id) }, [
    h('h4', [
      h('span', { className: ['index'] }, `${number} `),
      levelBadge(finding.level),
      ` ${finding.title} `,
      h('code', { className: ['id'] }, finding.id),
      isNew(finding) ? null : h('span', [' ', markWith('known')]),
    ]),
    facts([
      ...clientFindingFacts(finding, client).map(
        ([name, text]) => [name, name === 'clause' ? links : name === 'cases' ? cases : text] as const,
      ),
      ...finding.known.map((one) => ['known', describeKnownFailure(one)] as const),
    ]),
    ...(recheck === null ? [] : [h('p', { className: ['side-title'] }, 'recheck'), commandBlock(recheck)]),
  ]);
}

function caseTable({ cases }: AuditedClient, anchor: string): Element {
  const heads = ['case', 'answer', 'what the client did'];
  const bodies = groups.flatMap((group) => {
    const own = cases.filter((one) => one.group === group);
    if (own.length === 0) return [];
    return [
      h('tbody', [
        h(
          'tr',
          h('th', { scope: 'rowgroup', colSpan: heads.length }, [
            h('strong', group),
            ` · ${groupTitles[group]}`,
          ]),
        ),
        ...own.map(({ id, title, verdict, actual, notes }) =>
          h('tr', [
            h('th', { scope: 'row' }, [
              markAlone(caseMark(verdict)),
              ' ',
              h('a', { href: `#${caseAnchor(anchor, id)}` }, id),
            ]),
            h('td', escapeBytes(title)),
            h('td', escapeBytes([actual, ...notes].join('; '))),
          ]),
        ),
      ]),
    ];
  });
  const head = h(
    'thead',
    h(
      'tr',
      heads.map((title) => h('th', { scope: 'col' }, title)),
    ),
  );
  return scrolling(`All cases of ${anchor}`, h('table', { className: ['grid'] }, [head, ...bodies]));
}

function caseDetails(one: CaseReport, anchor: string): Element {
  const { id, title, verdict, expected, actual, notes, connections, connectionCount, process } = one;
  const more = connectionCount - connections.length;
  const output = process?.output.trim() ?? '';
  return h('details', { className: ['probe'], id: caseAnchor(anchor, id) }, [
    h('summary', [
      verdict === 'observed' ? markWith('n/a', id) : markWith(caseMark(verdict), id),
      ` · ${escapeBytes(title)}`,
    ]),
    facts([
      ['expected', expected],
      ['client', wire(actual)],
      ...notes.map((note) => ['note', escapeBytes(note)] as const),
    ]),
    ...connections.flatMap((connection, i) => [
      h('p', { className: ['side-title'] }, `connection ${i + 1}, after ${connection.openedMs} ms`),
      h(
        'pre',
        { tabIndex: 0 },
        connectionTranscript(connection, maxLineLength)
          .map(({ mark, text }) => `${mark} ${text}`)
          .join('\n'),
      ),
    ]),
    ...(more > 0 ? [h('p', `${more} more connections`)] : []),
    ...(output === ''
      ? []
      : [
          h('p', { className: ['side-title'] }, 'printed by the client'),
          h('pre', { tabIndex: 0 }, output.split(/\r?\n/).map(escapeBytes).join('\n')),
        ]),
  ]);
}
