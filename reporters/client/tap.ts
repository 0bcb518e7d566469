/** The report of clients in the Test Anything Protocol: one test point for each case. */

import { tapParts } from '../tap-points.ts';
import { writeParts } from '../write-parts.ts';
import { clientSuites } from './client-cases.ts';
import type { CreateClientReporter } from './client-reporter.ts';
import { describeClientVerdict, partialClientNotice, reasonOf } from './client-verdict.ts';

export const createClientTapReporter: CreateClientReporter = ({ output }) => ({
  needs: 'report',
  onReport(report) {
    const { tool, profile, failOn, partial } = report;
    const suites = clientSuites(report).map(({ name, client, cases }) => ({
      name,
      remarks: [`${describeClientVerdict(client)}, gate: ${client.gate}`, ...reasonOf(client)],
      cases,
    }));
    const total = suites.reduce((sum, { cases }) => sum + cases.length, 0);
    const remarks = [
      `${tool.name} ${tool.version}, profile ${profile}, --fail-on ${failOn}`,
      ...(partial ? [partialClientNotice] : []),
    ];
    return writeParts(output, tapParts(total, remarks, 'no client was audited', suites));
  },
});
