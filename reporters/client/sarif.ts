/** The report of clients as SARIF 2.1.0: one rule per kind of finding, one result per finding. */

import type { Invocation, ReportingDescriptor, Result } from 'sarif';
import type { AuditedClient, ClientReport } from '../../report/client/client-report.ts';
import { clientFindingKinds } from '../../scoring/client/client-finding-kinds.ts';
import type { ClientFinding } from '../../scoring/client/client-findings.ts';
import type { SourceLocation } from '../../scoring/source-location.ts';
import { clientClauses } from '../../spec/client-clauses.ts';
import { escapeUnicode } from '../escape.ts';
import { describeExpiredFailure } from '../known-failure-text.ts';
import { findingTitle, fromUser } from '../markdown/finding.ts';
import { paragraph, render } from '../markdown/nodes.ts';
import {
  invocationOf,
  locationsOf,
  notification,
  placeIn,
  resultOf,
  ruleOf,
  sarifLog,
  sarifParts,
  sentence,
  unexpectedPassResult,
  unexpectedPassRule,
  upperFirst,
  wireText,
} from '../sarif-log.ts';
import { numberRepeats } from '../target-name.ts';
import { writeParts } from '../write-parts.ts';
import type { CreateClientReporter, RecheckCommand } from './client-reporter.ts';
import { partialClientNotice } from './client-verdict.ts';
import { clientFindingBlocks } from './markdown.ts';

export const createClientSarifReporter: CreateClientReporter = ({
  output,
  sarifLocation,
  recheckCommand,
}) => ({
  needs: 'report',
  onReport(report) {
    const place = sarifLocation === undefined ? null : { file: sarifLocation, line: 1 };
    const rules = rulesFor(report);
    const log = sarifLog(report, clientClauses['client-version'].url, rules, invocation(report));
    return writeParts(output, sarifParts(log, results(report, place, recheckCommand)));
  },
});

function* results(
  { clients }: ClientReport,
  place: SourceLocation | null,
  recheckCommand: RecheckCommand,
): Generator<Result> {
  const number = numberRepeats();
  for (const client of clients) {
    const identity = number(client.name);
    for (const finding of client.findings)
      yield { ...findingResult(finding, client, identity, recheckCommand), ...locationsOf(place) };
    for (const pass of client.unexpectedPasses)
      yield {
        ...unexpectedPassResult(pass, escapeUnicode(client.name), identity, { client: client.name }),
        ...locationsOf(placeIn(pass.location ?? null) ?? place),
      };
  }
}

/** The rules that results refer to, in the order of the kinds. */
function rulesFor({ clients }: ClientReport): ReportingDescriptor[] {
  const findings = clients.flatMap((client) => client.findings);
  const rules = clientFindingKinds.flatMap(({ id, title, cause, impact, fix, clauses }) => {
    const levels = new Set(findings.filter((finding) => finding.id === id).map(({ level }) => level));
    if (levels.size === 0) return [];
    const description = [...(cause === null ? [] : [cause]), impact];
    const sources = clauses.map((clause) => clientClauses[clause]);
    return [ruleOf({ id, title, description, fix, sources, levels })];
  });
  const hasUnexpectedPasses = clients.some(({ unexpectedPasses }) => unexpectedPasses.length > 0);
  return hasUnexpectedPasses ? [...rules, unexpectedPassRule] : rules;
}

function findingResult(
  finding: ClientFinding,
  client: AuditedClient,
  identity: string,
  recheckCommand: RecheckCommand,
): Result {
  const { id, level, title, cause, impact, fix, cases, known } = finding;
  const expected = wireText(finding.expected);
  const actual = wireText(finding.actual);
  const sentences = [
    `${title}.`,
    sentence(`${escapeUnicode(client.name)}: expected '${expected}', got '${actual}'`),
    ...(cause === null ? [] : [cause]),
    ...finding.expired.map((expired) => sentence(`Was ${describeExpiredFailure(expired)}`)),
    impact,
    fix,
  ];
  return resultOf({
    ruleId: id,
    level,
    sentences,
    markdown: render([
      paragraph(findingTitle(finding)),
      paragraph(fromUser(client.name)),
      ...clientFindingBlocks(finding, client, recheckCommand),
    ]),
    fingerprint: { of: identity, finding: id },
    known,
    properties: { client: client.name, finding: id, expected, actual, cause, cases },
  });
}

function invocation(report: ClientReport): Invocation {
  const { partial, clients, summary } = report;
  const interruption = partial ? [notification('error', upperFirst(partialClientNotice))] : [];
  const doubts = clients.flatMap(({ name, verdict, reason }) =>
    reason === null
      ? []
      : [
          notification(
            verdict === 'inconclusive' ? 'error' : 'warning',
            `${escapeUnicode(name)}: ${wireText(reason)}`,
          ),
        ],
  );
  return invocationOf(report, summary.inconclusive === 0 && !partial, [...interruption, ...doubts]);
}
