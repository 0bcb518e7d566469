/** The report of an audit of clients for people: the result, the findings, and on request every case. */

import { groups, groupTitles } from '../../cases/case.ts';
import type { AuditedClient, CaseReport, ClientReport } from '../../report/client/client-report.ts';
import type { CaseCounts } from '../../scoring/client/assess-client.ts';
import type { ClientFinding } from '../../scoring/client/client-findings.ts';
import type { CaseVerdictName } from '../../scoring/client/judge-case.ts';
import { isNew } from '../../scoring/findings.ts';
import { clientClauses } from '../../spec/client-clauses.ts';
import { escapeBytes } from '../escape.ts';
import { describeKnownFailure } from '../known-failure-text.ts';
import type { Verbosity } from '../reporter.ts';
import { describeGate, resultMark } from '../run-verdict.ts';
import { unexpectedPassLines } from '../terminal/known.ts';
import { withHint } from '../terminal/result.ts';
import { createStyle, type Mark, type Style } from '../terminal/style.ts';
import { exampleOf, recheckOf } from './client-finding-facts.ts';
import type { CreateClientReporter, RecheckCommand } from './client-reporter.ts';
import {
  clientRunVerdict,
  countClientFindings,
  describeClientVerdict,
  partialClientNotice,
  reasonOf,
} from './client-verdict.ts';
import { connectionTranscript } from './connection-transcript.ts';

/** So many findings are shown whole in any case; more have to be asked for. */
const maxWholeFindings = 3;
/** Cases of a finding that are named. */
const maxCases = 8;

export const createClientTerminalReporter: CreateClientReporter = ({ output, verbosity, recheckCommand }) => {
  const style = createStyle(output);
  return {
    needs: 'report',
    onReport(report) {
      const lines = [
        ...(verbosity === 'quiet'
          ? []
          : report.clients.flatMap((client) => [
              ...clientLines(client, report, verbosity, style, recheckCommand),
              '',
            ])),
        ...lastLines(report, verbosity, style),
      ];
      output.write(`${lines.join('\n')}\n`);
    },
  };
};

function clientLines(
  client: AuditedClient,
  { profile }: ClientReport,
  verbosity: Verbosity,
  style: Style,
  recheckCommand: RecheckCommand,
): string[] {
  const { paint, glyph, tint } = style;
  const mark = resultMark(client);
  const fresh = client.findings.filter(isNew);
  const isWhole = verbosity !== 'normal' || fresh.length <= maxWholeFindings;
  const counts = ({ pass, fail, inconclusive }: CaseCounts): string =>
    `${pass} of ${pass + fail + inconclusive}`;
  const isJudged = client.casesRun > 1;
  const facts = [
    ...(isJudged ? [`core ${counts(client.tiers.core)}`, `all ${counts(client.tiers.all)} cases`] : []),
    `profile ${profile}`,
  ];
  return [
    ...style.sides(
      `${glyph(mark)} ${paint.bold(tint(mark, describeClientVerdict(client)))}  ${style.prose(client.name)}`,
      paint.dim(style.facts(facts)),
      '  ',
    ),
    ...reasonOf(client).flatMap((reason) => style.paragraph(`  ${glyph('inconclusive')} `, reason)),
    ...(isJudged ? groupLines(client, style) : []),
    ...(verbosity === 'probes' || verbosity === 'bytes' ? caseLines(client, verbosity, style) : []),
    ...fresh.flatMap((finding, i) => [
      '',
      ...findingLines(finding, i + 1, client, style, isWhole ? recheckCommand : null),
    ]),
    ...knownLines(client, style),
    ...unexpectedPassLines(client, style),
  ];
}

/** How many cases of each group passed, and which failed. */
function groupLines({ cases, requests }: AuditedClient, style: Style): string[] {
  const { paint } = style;
  const requestFact = `${requests.handshakes} handshakes received, ${requests.keys} different keys`;
  return [
    ...groups.flatMap((group) => {
      const own = cases.filter((one) => one.group === group);
      const judged = own.filter(({ verdict }) => verdict !== 'observed');
      const passed = judged.filter(({ verdict }) => verdict === 'pass').length;
      const bad = judged.filter(({ verdict }) => verdict !== 'pass').map(({ id }) => id);
      if (own.length === 0) return [];
      const mark: Mark = judged.length === 0 ? 'n/a' : bad.length === 0 ? 'pass' : worst(judged);
      const count = judged.length === 0 ? `${own.length} observed` : `${passed}/${judged.length}`;
      const rest = bad.length === 0 ? '' : `  ${bad.join(', ')}`;
      return style.paragraph(`  ${style.glyph(mark)} ${group.padEnd(6)} `, `${count}${rest}`);
    }),
    ...style.paragraph('  ', requestFact).map((line) => paint.dim(line)),
  ];
}

function worst(judged: readonly CaseReport[]): Mark {
  return judged.some(({ verdict }) => verdict === 'fail') ? 'fail' : 'inconclusive';
}

const marks: Readonly<Record<CaseVerdictName, Mark>> = {
  pass: 'pass',
  fail: 'fail',
  observed: 'n/a',
  inconclusive: 'inconclusive',
};

/** Every case in one line, with its bytes where they are asked for. */
function caseLines({ cases }: AuditedClient, verbosity: Verbosity, style: Style): string[] {
  const { paint } = style;
  const width = Math.max(...cases.map(({ id }) => id.length));
  return groups.flatMap((group) => {
    const own = cases.filter((one) => one.group === group);
    if (own.length === 0) return [];
    return [
      '',
      paint.bold(`  ${group}: ${groupTitles[group]}`),
      ...own.flatMap((one) => [
        ...style.paragraph(
          `  ${style.glyph(marks[one.verdict])} ${one.id.padEnd(width)} `,
          escapeBytes([one.actual, ...one.notes].join('; ')),
        ),
        ...(verbosity === 'bytes' ? evidenceLines(one, style) : []),
      ]),
    ];
  });
}

function evidenceLines({ connections, connectionCount, process }: CaseReport, style: Style): string[] {
  const { paint } = style;
  const dim = (text: string): string => paint.dim(`      ${text}`);
  const more = connectionCount - connections.length;
  return [
    ...connections.flatMap((connection, i) => [
      ...(connections.length > 1 ? [dim(`connection ${i + 1}, after ${connection.openedMs} ms`)] : []),
      ...connectionTranscript(connection, style.textWidth - 8).map(({ mark, text }) =>
        dim(`${mark} ${text}`),
      ),
    ]),
    ...(more > 0 ? [dim(`${more} more connections`)] : []),
    ...(process === null ? [] : processLines(process).map(dim)),
  ];
}

function processLines({
  endedMs,
  exitCode,
  signal,
  output,
  problem,
}: NonNullable<CaseReport['process']>): string[] {
  const end =
    endedMs === null
      ? 'the client was stopped'
      : `the client ended by itself after ${endedMs} ms${exitCode === null ? '' : `, exit code ${exitCode}`}${signal === null ? '' : `, ${signal}`}`;
  const written = output.trim() === '' ? [] : output.trim().split(/\r?\n/);
  return [
    ...(problem === null ? [] : [`= ${escapeBytes(problem)}`]),
    `= ${end}`,
    ...written.map((line) => `| ${escapeBytes(line)}`),
  ];
}

/** @param recheckCommand null where the finding is shown in short */
function findingLines(
  { id, level, title, cause, impact, fix, expected, actual, cases, clauses }: ClientFinding,
  number: number,
  client: AuditedClient,
  style: Style,
  recheckCommand: RecheckCommand | null,
): string[] {
  const { paint } = style;
  const label = (name: string): string => `  ${paint.dim(name.padEnd(10))}`;
  const say = (name: string, text: string): string[] => style.paragraph(label(name), text);
  const answered = exampleOf({ cases }, client)?.title;
  const named = cases.slice(0, maxCases).join(', ');
  const others = cases.length - maxCases;
  const recheck = recheckCommand === null ? null : recheckOf({ cases }, client, recheckCommand);
  return [
    ...style.sides(
      `${paint.bold(`${number} `)}${style.level(level)} ${paint.bold(title)}`,
      paint.dim(style.facts([id, ...(cases.length < 2 ? [] : [`${cases.length} cases`])])),
      '  ',
    ),
    ...(answered === undefined ? [] : say('answered', answered)),
    ...say(
      'client',
      `${escapeBytes(actual)}  ${paint.red(`${style.glyphs.fail} expected: ${escapeBytes(expected)}`)}`,
    ),
    ...(cause === null ? [] : say('cause', paint.cyan(cause))),
    ...(recheckCommand === null ? [] : say('impact', impact)),
    ...say('fix', fix),
    ...(recheckCommand === null
      ? []
      : [
          ...say('clause', [...new Set(clauses.map((clause) => clientClauses[clause].source))].join('; ')),
          ...say('cases', others > 0 ? `${named} and ${others} more` : named),
        ]),
    ...(recheck === null ? [] : [`${label('recheck')}${style.verbatim(recheck)}`]),
  ];
}

/** The findings that are in the baseline, in short; empty if there are none. */
function knownLines({ findings }: AuditedClient, style: Style): string[] {
  const known = findings.filter((finding) => !isNew(finding));
  if (known.length === 0) return [];
  const count = `${known.length} known ${known.length === 1 ? 'finding' : 'findings'}`;
  return [
    '',
    ...style.paragraph(`${style.glyph('known')} `, `${style.paint.bold(count)} (in baseline, not counted)`),
    ...known.flatMap((finding) => [
      ...style.paragraph(`   ${style.level(finding.level)} `, finding.title),
      ...finding.known.flatMap((one) =>
        style.paragraph(`     ${style.paint.dim('known  ')}`, describeKnownFailure(one, style.prose)),
      ),
    ]),
  ];
}

function lastLines(report: ClientReport, verbosity: Verbosity, style: Style): string[] {
  const { paint, glyph, tint } = style;
  const [client] = report.clients;
  const verdict = clientRunVerdict(report);
  const mark = resultMark({ verdict, gate: report.gate.result });
  const name = client === undefined || report.clients.length > 1 ? verdict : describeClientVerdict(client);
  const line = style.facts([
    `${glyph(mark)} ${paint.bold(tint(mark, name))}`,
    ...countClientFindings({ findings: report.clients.flatMap(({ findings }) => findings) }),
    describeGate(report.gate),
    ...(report.partial ? [partialClientNotice] : []),
    `${(report.durationMs / 1000).toFixed(1)} s`,
  ]);
  const isJudged = report.clients.some(({ casesRun }) => casesRun > 1);
  return withHint(line, verbosity === 'normal' && isJudged ? '-v: all cases' : null, style);
}
