/** A summary of clients in Markdown, for pull requests and job summaries: first what is wrong, then how to fix it. */

import type { PhrasingContent, RootContent } from 'mdast';
import type { AuditedClient, ClientReport } from '../../report/client/client-report.ts';
import type { ClientFinding } from '../../scoring/client/client-findings.ts';
import { isNew } from '../../scoring/findings.ts';
import { clientClauses } from '../../spec/client-clauses.ts';
import { describeUnexpectedPass } from '../known-failure-text.ts';
import { codeBlock, escapeUser, findingTitle, fromUser, fromWire, item } from '../markdown/finding.ts';
import { detailsStart, heading, inline, list, paragraph, prose, render, table } from '../markdown/nodes.ts';
import { type Section, usualRoom, withinRoom } from '../markdown/room.ts';
import { glyphs, itemsUnder, knownFailureNodes, unexpectedPassNodes } from '../markdown/target.ts';
import { describeGate, resultMark } from '../run-verdict.ts';
import { clientFindingFacts, recheckOf } from './client-finding-facts.ts';
import type { CreateClientReporter, RecheckCommand } from './client-reporter.ts';
import {
  clientRunVerdict,
  countClientFindings,
  describeClientVerdict,
  partialClientNotice,
} from './client-verdict.ts';

export const createClientMarkdownReporter: CreateClientReporter = ({ output, recheckCommand }) => ({
  needs: 'report',
  onReport(report) {
    const sections = report.clients.flatMap((client) => sectionOf(client, report, recheckCommand));
    output.write(withinRoom(headOf(report), sections, output.room ?? usualRoom, 'client'));
  },
});

function headOf(report: ClientReport): string {
  const { tool, profile, failOn, clients, partial, gate } = report;
  const verdict = clientRunVerdict(report);
  return render([
    heading(2, `${tool.name}: ${verdict}`),
    paragraph(...prose(`${describeGate(gate)}${partial ? `; ${partialClientNotice}` : ''}.`)),
    ...(clients.length === 0 ? [] : [table([tableHead, ...clients.map(rowOf)])]),
    paragraph(`Profile ${profile}, fails on ${failOn}; ${tool.name} ${tool.version}.`),
  ]);
}

const tableHead: PhrasingContent[][] = ['verdict', 'gate', 'client', 'core', 'all', 'findings', 'reason'].map(
  (title) => inline([title]),
);

/** The reason is the worst finding, if any. */
function rowOf(client: AuditedClient): PhrasingContent[][] {
  const { gate, name, tiers, reason, findings, unexpectedPasses } = client;
  const [worst] = findings.filter(isNew);
  const [pass] = unexpectedPasses;
  const otherwise = pass === undefined ? [] : fromUser(describeUnexpectedPass(pass));
  const share = ({ pass: passed, fail, inconclusive }: AuditedClient['tiers']['all']): string =>
    `${passed} of ${passed + fail + inconclusive}`;
  return [
    inline([`${glyphs[resultMark(client)]} ${describeClientVerdict(client)}`]),
    inline([gate]),
    fromUser(name),
    inline([share(tiers.core)]),
    inline([share(tiers.all)]),
    inline(countClientFindings(client)),
    worst !== undefined ? findingTitle(worst) : reason !== null ? fromWire(reason) : otherwise,
  ];
}

/** A client of which the table says it all has none. */
function sectionOf(
  client: AuditedClient,
  { clients }: ClientReport,
  recheckCommand: RecheckCommand,
): Section[] {
  const fresh = client.findings.filter(isNew);
  const known = client.findings.filter((finding) => !isNew(finding));
  const blocks = [
    ...fresh.map((finding, i) => [
      heading(3, `${i + 1}. [${finding.level}] `, prose(finding.title)),
      ...clientFindingBlocks(finding, client, recheckCommand),
    ]),
    ...itemsUnder('Unexpected passes', client.unexpectedPasses.map(unexpectedPassNodes)),
    ...itemsUnder('Known findings (in baseline, not counted)', known.map(knownFindingNodes)),
  ];
  if (blocks.length === 0) return [];
  const [counts = client.verdict] = countClientFindings(client);
  return [
    {
      start: detailsStart(clients.length === 1, glyphs[resultMark(client)], escapeUser(client.name), counts),
      blocks,
    },
  ];
}

/** Its facts, and the command that shows it again. */
export function clientFindingBlocks(
  finding: ClientFinding,
  client: AuditedClient,
  recheckCommand: RecheckCommand,
): RootContent[] {
  const links = finding.clauses.flatMap((id, i) => {
    const { source, url } = clientClauses[id];
    return inline([i === 0 ? '' : '; ', { type: 'link', url, children: inline([source]) }]);
  });
  const facts = clientFindingFacts(finding, client).map(([name, text]) =>
    item(name, name === 'clause' ? links : prose(text)),
  );
  const recheck = recheckOf(finding, client, recheckCommand);
  return [list(facts), ...(recheck === null ? [] : [codeBlock([recheck], 'sh')])];
}

function knownFindingNodes(finding: ClientFinding): PhrasingContent[] {
  return [
    ...findingTitle(finding),
    ...finding.known.flatMap((known) => [...inline([': ']), ...knownFailureNodes(known)]),
  ];
}
