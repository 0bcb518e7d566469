/** Annotations for GitHub Actions: one for each finding of a client that is new. */

import type { AuditedClient, ClientReport } from '../../report/client/client-report.ts';
import type { ClientFinding } from '../../scoring/client/client-findings.ts';
import { countsAgainst, isNew } from '../../scoring/findings.ts';
import { countsUnexpectedPasses } from '../../scoring/gate.ts';
import {
  type Annotation,
  Annotations,
  interruptedAnnotation,
  kindOfFinding,
  type Unplaced,
  unexpectedPassAnnotation,
} from '../annotations.ts';
import { escapeUnicode } from '../escape.ts';
import { clientFindingFacts, recheckOf, shorten } from './client-finding-facts.ts';
import type { CreateClientReporter, RecheckCommand } from './client-reporter.ts';
import { partialClientNotice } from './client-verdict.ts';

export const createClientGitHubReporter: CreateClientReporter = ({ output, recheckCommand }) => ({
  needs: 'report',
  onReport(report) {
    const annotations = new Annotations();
    for (const client of report.clients)
      for (const one of annotationsOf(client, report, recheckCommand)) annotations.add(one);
    if (report.partial) annotations.add(interruptedAnnotation(partialClientNotice));
    for (const command of annotations.commands()) output.write(command);
  },
});

function annotationsOf(
  client: AuditedClient,
  report: ClientReport,
  recheckCommand: RecheckCommand,
): Annotation[] {
  const passing = countsUnexpectedPasses(report) ? 'error' : 'notice';
  const head = [escapeUnicode(client.name)];
  return [
    ...undecided(client, report, head),
    // Known findings are only in the summary: they are not news.
    ...client.findings
      .filter(isNew)
      .map((finding) => findingAnnotation(finding, client, report, head, recheckCommand)),
    ...client.unexpectedPasses.map((pass) => ({
      ...unexpectedPassAnnotation(pass, pass.criterion, head, passing),
      location: pass.location ?? null,
    })),
  ].map((annotation, rank) => ({ location: null, ...annotation, rank }));
}

function undecided(
  { verdict, reason, findings }: AuditedClient,
  { failOn }: ClientReport,
  head: readonly string[],
): Unplaced[] {
  if (reason === null) return [];
  const message = [...head, shorten(reason)];
  if (verdict === 'inconclusive')
    return [{ kind: 'error', title: 'Inconclusive: the client could not be judged', message }];
  const kind = findings.some((finding) => countsAgainst(finding, failOn)) ? 'warning' : 'error';
  return [{ kind, title: 'Not everything could be judged', message }];
}

function findingAnnotation(
  finding: ClientFinding,
  client: AuditedClient,
  { failOn }: ClientReport,
  head: readonly string[],
  recheckCommand: RecheckCommand,
): Unplaced {
  const recheck = recheckOf(finding, client, recheckCommand);
  return {
    kind: kindOfFinding(finding.level, failOn),
    title: shorten(`[${finding.level}] ${finding.title}`),
    message: [
      ...head,
      ...clientFindingFacts(finding, client).map(([name, text]) => `${name}: ${text}`),
      ...(recheck === null ? [] : ['recheck:', recheck]),
    ],
  };
}
