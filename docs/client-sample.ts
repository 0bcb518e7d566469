/** The sample in docs/clients.md: what the audit of a client with one fault prints. */

import { auditClient } from '../audit/client/client-audit.ts';
import { findClient } from '../fixtures/clients/catalogue.ts';
import { runClient } from '../fixtures/clients/run.ts';
import type { AuditedClient, CaseReport, ClientReport } from '../report/client/client-report.ts';
import { createClientTerminalReporter } from '../reporters/client/terminal.ts';
import { codeBlock } from './sample.ts';

/** The fixture that is audited, and the cases that are left out: those that take long. */
const [fixtureName, skipped] = ['connection-exact', ['silence']];
/** What stands in place of the fixture. */
const command = ['node', 'client.js'];

export async function clientSample(): Promise<string> {
  const fixture = findClient(fixtureName);
  if (fixture === undefined) throw new Error(`there is no client fixture ${fixtureName}`);
  const start = (url: string, { signal }: { readonly signal: AbortSignal }): unknown =>
    runClient(fixture.behaviour, url, { signal });
  const report = await auditClient(start, { tier: 'core', skip: skipped, jobs: 32 }).report();
  const line = ['handshake13', 'client', '--quick', '--skip', 'silence', '--', ...command].join(' ');
  return codeBlock(`$ ${line}\n${render(steady(report))}`);
}

function render(report: ClientReport): string {
  let text = '';
  const reporter = createClientTerminalReporter({
    output: {
      columns: 80,
      colorLevel: 0,
      unicode: true,
      write: (part) => {
        text += part;
      },
      drained: async () => {},
    },
    verbosity: 'normal',
    recheckCommand: (_, id) => `handshake13 client --case ${id} -vv -- ${command.join(' ')}`,
  });
  if (reporter.needs === 'report') void reporter.onReport(report);
  return text;
}

/** Without what varies from run to run. */
function steady(report: ClientReport): ClientReport {
  const sameCase = (one: CaseReport): CaseReport => ({ ...one, watchedMs: 0 });
  const sameClient = (client: AuditedClient): AuditedClient => ({
    ...client,
    name: command.join(' '),
    command,
    cases: client.cases.map(sameCase),
  });
  return { ...report, durationMs: 2_900, clients: report.clients.map(sameClient) };
}
