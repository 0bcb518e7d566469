/** The report of clients as JUnit XML: one failure for each finding. */

import type { ClientReport } from '../../report/client/client-report.ts';
import { escapeBytes } from '../escape.ts';
import { type JunitSuite, junitParts } from '../junit-xml.ts';
import { writeParts } from '../write-parts.ts';
import { type ClientSuite, clientFindingSuites } from './client-cases.ts';
import type { CreateClientReporter } from './client-reporter.ts';
import { partialClientNotice } from './client-verdict.ts';

export const createClientJunitReporter: CreateClientReporter = ({ output, recheckCommand }) => ({
  needs: 'report',
  onReport(report) {
    const suites = clientFindingSuites(report, recheckCommand).map(({ name, client, cases }) => ({
      name,
      facts: factsOf(client, report),
      cases,
    }));
    return writeParts(output, junitParts(report, suites));
  },
});

function factsOf(client: ClientSuite['client'], report: ClientReport): JunitSuite['facts'] {
  const { requests } = client;
  return {
    tool: [`${report.tool.name} ${report.tool.version}`],
    profile: [report.profile],
    failOn: [report.failOn],
    verdict: [client.verdict],
    gate: [client.gate],
    cases: [`${client.casesRun} of ${client.casesInCatalogue}`],
    handshakes: [String(requests.handshakes)],
    keys: [String(requests.keys)],
    reason: client.reason === null ? [] : [escapeBytes(client.reason)],
    partial: report.partial ? [partialClientNotice] : [],
  };
}
