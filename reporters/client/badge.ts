/** The result of an audit of clients as an SVG image. Nothing in it comes from the wire. */

import type { ClientReport } from '../../report/client/client-report.ts';
import { badgeImage } from '../badge-image.ts';
import { surprisingGate } from '../run-verdict.ts';
import type { CreateClientReporter } from './client-reporter.ts';
import { clientRunVerdict, describeClientVerdict } from './client-verdict.ts';

export const createClientBadgeReporter: CreateClientReporter = ({ output }) => ({
  needs: 'report',
  onReport(report) {
    const verdict = clientRunVerdict(report);
    const message = messageOf(report);
    output.write(
      badgeImage(report, { label: 'WebSocket handshake', message, verdict, audited: report.clients }),
    );
  },
});

/** The verdict of one client, else how many are clean; with the gate where that is not what the verdict makes of it. */
function messageOf(report: ClientReport): string {
  const { clients, gate, summary } = report;
  const [client] = clients;
  const verdict = clientRunVerdict(report);
  const unlike = surprisingGate(verdict, gate);
  if (client === undefined) return verdict;
  if (clients.length === 1)
    return verdict === 'inconclusive' ? verdict : `${describeClientVerdict(client)}${unlike}`;
  const clean = summary.conformant + summary.passed;
  return `${clean} of ${clients.length} ${summary.passed > 0 ? 'passed' : 'conformant'}${unlike}`;
}
