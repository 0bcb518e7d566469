/** A report of clients in terms of test runners: a suite for each client, a case for each case of the audit. */

import type { AuditedClient, CaseReport, ClientReport } from '../../report/client/client-report.ts';
import { explains } from '../../scoring/client/client-causes.ts';
import type { ClientFinding } from '../../scoring/client/client-findings.ts';
import { countsAgainst, isNew } from '../../scoring/findings.ts';
import { countsUnexpectedPasses } from '../../scoring/gate.ts';
import { escapeUnicode } from '../escape.ts';
import { describeExpiredFailure, describeKnownFailure } from '../known-failure-text.ts';
import { numberRepeats } from '../target-name.ts';
import {
  belowFailOn,
  type CaseFailure,
  type TestCase,
  undecidedCase,
  unexpectedPassCase,
} from '../test-case.ts';
import {
  clauseSourcesOf,
  clientFindingFacts,
  exampleOf,
  recheckOf,
  shorten,
} from './client-finding-facts.ts';
import type { RecheckCommand } from './client-reporter.ts';
import { connectionTranscript } from './connection-transcript.ts';

export interface ClientSuite {
  /** The name of the client; unique in its report. */
  readonly name: string;
  readonly client: AuditedClient;
  readonly cases: readonly TestCase[];
}

/** Bytes of a line of a connection that are shown. */
const maxLineLength = 200;

/** A failure for each case that shows a finding. */
export function clientSuites(report: ClientReport): ClientSuite[] {
  return suitesOf(report, (client) => [
    ...client.cases.map((one) => caseOf(one, client, report)),
    // What only the requests show fails no case.
    ...client.findings
      .filter((finding) => !client.cases.some((one) => findingOfCase(one, client) === finding))
      .map((finding) => ({ ...findingCase(finding, client, report), name: `requests ${finding.id}` })),
  ]);
}

/** A failure for each finding, before the cases, which then do not fail. */
export function clientFindingSuites(report: ClientReport, recheckCommand: RecheckCommand): ClientSuite[] {
  return suitesOf(report, (client) => [
    ...client.findings.map((finding) => findingCase(finding, client, report, recheckCommand)),
    ...client.cases.map((one) => {
      const judged = caseOf(one, client, report);
      const ids = judged.failures.map(({ criterion }) => criterion);
      return judged.result === 'failed'
        ? { ...judged, result: 'tolerated' as const, message: `fails: ${ids.join(', ')}` }
        : judged;
    }),
  ]);
}

function suitesOf(
  report: ClientReport,
  casesOf: (client: AuditedClient) => readonly TestCase[],
): ClientSuite[] {
  const passing = countsUnexpectedPasses(report) ? 'failed' : 'tolerated';
  const number = numberRepeats();
  return report.clients.map((client) => ({
    name: number(escapeUnicode(client.name)),
    client,
    cases: [
      ...undecidedCase({ name: 'client', title: 'everything can be judged' }, client.reason),
      ...casesOf(client),
      ...client.unexpectedPasses.map((pass) => unexpectedPassCase(pass, passing)),
    ],
  }));
}

/** The finding of which the failure of a case is a part. */
export function findingOfCase(one: CaseReport, { findings }: AuditedClient): ClientFinding | null {
  if (one.verdict !== 'fail') return null;
  return (
    findings.find(({ id }) => id === one.cause) ??
    findings.find(({ id, cases }) => explains[id] !== undefined && cases.includes(one.id)) ??
    null
  );
}

function caseOf(one: CaseReport, client: AuditedClient, report: ClientReport): TestCase {
  const { id, title, verdict, actual } = one;
  const common = {
    name: id,
    title,
    seconds: one.watchedMs / 1000,
    transcript: () => transcriptOf(one),
    caveat: null,
    failures: [],
  };
  switch (verdict) {
    case 'pass':
    case 'observed':
      return { ...common, result: 'passed', message: '', type: '' };
    case 'inconclusive':
      return { ...common, result: 'undecided', message: shorten(actual), type: 'inconclusive' };
    case 'fail': {
      const finding = findingOfCase(one, client);
      return finding === null ? { ...common, ...noFailure } : { ...common, ...judge(finding, report, one) };
    }
  }
}

const noFailure = { result: 'passed', message: '', type: '' } as const;

function findingCase(
  finding: ClientFinding,
  client: AuditedClient,
  report: ClientReport,
  recheckCommand: RecheckCommand | null = null,
): TestCase {
  const example = exampleOf(finding, client);
  const recheck = recheckCommand === null ? null : recheckOf(finding, client, recheckCommand);
  const transcript = (): string[] => (example === undefined ? [] : transcriptOf(example));
  return {
    name: finding.id,
    title: `[${finding.level}] ${finding.title}`,
    seconds: 0,
    transcript,
    caveat: null,
    ...judge(finding, report, finding),
    details: [
      ...clientFindingFacts(finding, client).map(([name, text]) => `${name.padEnd(10)} ${text}`),
      '',
      ...transcript(),
      ...(recheck === null ? [] : ['', `recheck    ${recheck}`]),
    ],
  };
}

/** @param shown the case or the finding as a whole */
function judge(
  finding: ClientFinding,
  { failOn }: ClientReport,
  shown: Pick<ClientFinding, 'expected' | 'actual' | 'clauses'>,
): Pick<TestCase, 'result' | 'message' | 'type' | 'failures'> {
  const { id, level, known, expired } = finding;
  const expected = shorten(shown.expected);
  const actual = shorten(shown.actual);
  const notes = [
    ...known.map((one) => `known: ${describeKnownFailure(one)}`),
    ...expired.map((one) => describeExpiredFailure(one)),
  ];
  const failure: CaseFailure = {
    criterion: id,
    level,
    expected,
    actual,
    clauses: clauseSourcesOf(shown.clauses),
    known: notes.length === 0 ? null : notes.join('; '),
  };
  const common = { type: id, failures: [failure] };
  if (countsAgainst(finding, failOn))
    return { ...common, result: 'failed', message: `${level} ${id}: expected ${expected}, got ${actual}` };
  const reason = isNew(finding) ? belowFailOn(failOn) : notes.join('; ');
  return { ...common, result: 'tolerated', message: reason };
}

function transcriptOf({ connections }: CaseReport): string[] {
  return connections.flatMap((connection) =>
    connectionTranscript(connection, maxLineLength).map(({ mark, text }) => `${mark} ${text}`),
  );
}
