/** What there is to say of a finding about a client, by names. Every text is a single line and safe to show. */

import type { AuditedClient, CaseReport } from '../../report/client/client-report.ts';
import type { ClientFinding } from '../../scoring/client/client-findings.ts';
import { clientClauses } from '../../spec/client-clauses.ts';
import { escapeShort } from '../escape.ts';
import { describeExpiredFailure } from '../known-failure-text.ts';
import type { RecheckCommand } from './client-reporter.ts';

/** Bytes of a text from the wire that are shown. */
const maxTextLength = 300;

export function clientFindingFacts(
  { cause, impact, fix, expected, actual, cases, clauses, expired }: ClientFinding,
  client: AuditedClient,
): (readonly [name: string, text: string])[] {
  const answered = exampleOf({ cases }, client)?.title;
  return [
    ...(answered === undefined ? [] : [['answered', answered] as const]),
    ['expected', shorten(expected)],
    ['client', shorten(actual)],
    ...(cause === null ? [] : [['cause', cause] as const]),
    ...expired.map((one) => ['expired', describeExpiredFailure(one)] as const),
    ['impact', impact],
    ['fix', fix],
    ['clause', clauseSourcesOf(clauses).join('; ')],
    ['cases', cases.join(', ')],
  ];
}

/** The case that shows it best; undefined where it was outside of all cases. */
export function exampleOf(
  { cases }: Pick<ClientFinding, 'cases'>,
  client: AuditedClient,
): CaseReport | undefined {
  return client.cases.find(({ id }) => id === cases[0]);
}

/** The command that shows it again; null where there is none. */
export function recheckOf(
  finding: Pick<ClientFinding, 'cases'>,
  client: AuditedClient,
  recheckCommand: RecheckCommand,
): string | null {
  const example = exampleOf(finding, client);
  return example === undefined ? null : recheckCommand(client, example.id);
}

/** Sources of clauses, each once. */
export function clauseSourcesOf(clauses: ClientFinding['clauses']): string[] {
  return [...new Set(clauses.map((clause) => clientClauses[clause].source))];
}

export function shorten(text: string): string {
  return escapeShort(text, maxTextLength);
}
