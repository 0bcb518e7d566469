/** A page about clients for people: their verdicts, all cases with the clients side by side, and a part for each client. */

import type { Element } from 'hast';
import type { ClientReport } from '../../report/client/client-report.ts';
import { clientProfiles } from '../../scoring/client/client-profiles.ts';
import { escapeUnicode } from '../escape.ts';
import { targetAnchors } from '../html/anchors.ts';
import { h, markWith } from '../html/elements.ts';
import { pageOf } from '../html/page.ts';
import { describeGate } from '../run-verdict.ts';
import type { CreateClientReporter } from './client-reporter.ts';
import { clientRunVerdict, describeClientVerdict, partialClientNotice } from './client-verdict.ts';
import { clientMark, clientSection } from './html/client.ts';
import { caseMatrix } from './html/matrix.ts';

export const createClientHtmlReporter: CreateClientReporter = ({ output, recheckCommand }) => ({
  needs: 'report',
  onReport(report) {
    const { clients } = report;
    const anchors = targetAnchors(clients.map(({ name }) => ({ label: name })));
    const body = [
      header(report),
      ...(clients.length > 1 ? [caseMatrix(clients, anchors)] : []),
      ...clients.map((client, i) => clientSection(client, anchors[i] ?? '', recheckCommand)),
    ];
    output.write(pageOf(output, titleOf(report), body));
  },
});

function titleOf(report: ClientReport): string {
  const { clients, tool } = report;
  const [client] = clients;
  const what = client !== undefined && clients.length === 1 ? client.name : `${clients.length} clients`;
  return `${clientRunVerdict(report)}: ${escapeUnicode(what)} · ${tool.name}`;
}

function header(report: ClientReport): Element {
  const { clients, gate, partial, startedAt, tool, profile } = report;
  const [client] = clients;
  const verdict = clientRunVerdict(report);
  const words = client !== undefined && clients.length === 1 ? describeClientVerdict(client) : verdict;
  return h('header', [
    h('h1', ['Opening handshake of WebSocket clients: ', markWith(clientMark(verdict), words)]),
    h('p', [markWith(gate.result, describeGate(gate))]),
    ...(partial ? [h('p', { className: ['caveats'] }, `The audit was ${partialClientNotice}.`)] : []),
    h(
      'p',
      { className: ['dim'] },
      `${startedAt}, ${tool.name} ${tool.version}, profile ${profile}: ${clientProfiles[profile]}.`,
    ),
  ]);
}
