/**
 * Bug reports in Markdown for the maintainers of the server, one for each finding. They speak of the server alone: who
 * reads them does not have this tool.
 */

import type { PhrasingContent, RootContent } from 'mdast';
import { findProbe } from '../probes/catalogue.ts';
import { sentProbes } from '../report/outcomes.ts';
import type { LongReport, ReportedFinding, TargetReport } from '../report/report.ts';
import { variablesIn } from '../report/reproduce/shell.ts';
import { levels } from '../scoring/verdict.ts';
import type { Clause } from '../spec/clauses.ts';
import { fieldValues } from '../wire/response.ts';
import { escapeShort, escapeUnicode } from './escape.ts';
import { evidenceOf } from './finding-evidence.ts';
import { findingTranscript } from './finding-transcript.ts';
import { bold, code, heading, inline, list, paragraph, prose, render } from './markdown/nodes.ts';
import type { CreateReporter } from './reporter.ts';
import { caveatOf, describeVerdict, partialNotice } from './run-verdict.ts';
import { targetNotes } from './target-notes.ts';

/** Bytes of a text from the wire that are shown. */
const maxTextLength = 500;
const maxUrlLength = 200;
/** Of the targets and of the requests that show a finding, so many are named. */
const maxNamed = 12;

/** A finding, and where it was seen. */
interface Issue {
  readonly finding: ReportedFinding;
  /** The first target that has it. */
  readonly example: TargetReport;
  /** URLs of the others, as many as are named. */
  readonly others: string[];
  /** How many targets have it. */
  count: number;
  /** The last of them. */
  last: TargetReport;
}

export const createIssueReporter: CreateReporter = ({ output }) => ({
  needs: 'report',
  onReport(report) {
    const parts = issuesOf(report).map((issue) => issuePart(issue, report));
    const documents = parts.length === 0 ? [nothingToReport(report)] : parts;
    output.write(documents.map(render).join(`\n${render([{ type: 'thematicBreak' }])}\n`));
  },
});

/**
 * The gravest first, then those of most targets. Several targets are often one server at several addresses, whose
 * maintainers want one report of each fault; another server has other maintainers. They are told apart by the field
 * Server.
 */
function issuesOf({ targets }: LongReport): Issue[] {
  const issues = new Map<string, Issue>();
  for (const target of targets) {
    for (const finding of target.findings) {
      const key = JSON.stringify([finding.id, finding.level, serverNames(target)]);
      const issue = issues.get(key);
      if (issue === undefined) {
        issues.set(key, { finding, example: target, others: [], count: 1, last: target });
        continue;
      }
      // What is known of a finding and what is new are two findings of one target.
      if (issue.last === target) continue;
      if (issue.others.length < maxNamed) issue.others.push(shortUrl(target));
      issue.count += 1;
      issue.last = target;
    }
  }
  return [...issues.values()].sort(
    (a, b) =>
      levels.indexOf(a.finding.level) - levels.indexOf(b.finding.level) ||
      b.count - a.count ||
      b.finding.probes.length - a.finding.probes.length,
  );
}

/** The values of the field Server in all answers: products and their versions. */
function serverNames({ probes }: TargetReport): string[] {
  const names = probes.flatMap(({ exchange: { response } }) => fieldValues(response?.fields ?? [], 'Server'));
  return [...new Set(names)].sort();
}

function issuePart(issue: Issue, report: LongReport): RootContent[] {
  const { finding, example: target } = issue;
  const { clauses, probes } = evidenceOf(finding, target);
  return [
    heading(1, fromWire(finding.title)),
    heading(2, 'What happens'),
    ...whatHappens(issue),
    heading(2, 'Expected'),
    paragraph(fromWire(finding.expected), ` (${finding.level}), by:`),
    list(clauses.map(clauseItem)),
    heading(2, 'Got'),
    paragraph(fromWire(finding.actual), ':'),
    { type: 'code', value: findingTranscript(finding, target).join('\n') },
    heading(2, 'Reproduce'),
    ...reproduction(finding),
    heading(2, 'Impact'),
    paragraph(fromWire(aboutServer(finding.impact))),
    ...(finding.cause === null ? [] : [heading(2, 'Probable cause'), paragraph(prose(finding.cause))]),
    heading(2, 'Fix'),
    paragraph(prose(aboutServer(finding.fix))),
    paragraph(
      `Found with ${report.tool.name} ${report.tool.version}: `,
      code(finding.id),
      ...(probes === '' ? [] : [', probes ', code(probes)]),
      '.',
    ),
  ];
}

function whatHappens({ finding, example: target, others, count }: Issue): RootContent[] {
  const { sent } = evidenceOf(finding, target);
  const caveat = caveatOf(target);
  const titles = sentProbes(target).flatMap((id) =>
    finding.probes.includes(id) ? (findProbe(id)?.title ?? []) : [],
  );
  return [
    paragraph(
      'Seen at ',
      code(shortUrl(target)),
      target.proxy === null ? '' : inline([', through the proxy ', code(escapeUnicode(target.proxy))]),
      ', in answer to a WebSocket opening handshake with ',
      sent.flatMap((line, i) => inline([i === 0 ? '' : ' and ', line.startsWith('no ') ? line : code(line)])),
      '.',
    ),
    ...(titles.length < 2
      ? []
      : [
          paragraph(`${titles.length} requests show it:`),
          list(named(titles, titles.length, (title) => prose(title), 'requests')),
        ]),
    ...(count === 1
      ? []
      : [
          paragraph(`${count - 1} more ${count === 2 ? 'address has' : 'addresses have'} the same fault:`),
          list(named(others, count - 1, (url) => [code(url)], 'addresses')),
        ]),
    ...(caveat === null ? [] : [paragraph(bold('Note'), `: ${caveat}. Run the commands below first.`)]),
    ...targetNotes(target).map((note) => paragraph(bold('Note'), ': ', fromWire(note))),
  ];
}

function shortUrl({ url }: TargetReport): string {
  return escapeShort(url, maxUrlLength);
}

/** One item each, and how many more there are. */
function named<T>(
  first: readonly T[],
  count: number,
  show: (one: T) => readonly PhrasingContent[],
  what: string,
) {
  const shown = first.slice(0, maxNamed).map((one) => paragraph(show(one)));
  return count <= maxNamed ? shown : [...shown, paragraph(`and ${count - maxNamed} more ${what}`)];
}

/** What a clause asks for, in short: not a quotation. */
function clauseItem({ source, url, says }: Clause) {
  return paragraph({ type: 'link', url, children: inline([source]) }, ': ', prose(says));
}

function reproduction({ reproduce }: ReportedFinding): RootContent[] {
  if (reproduce.length === 0) {
    return [
      paragraph('No command: the address holds a secret, or neither curl, nc nor openssl can send this.'),
    ];
  }
  const variables = variablesIn(reproduce);
  return [
    paragraph('In a POSIX shell. The comment below a command says what to look for.'),
    ...(variables.length === 0
      ? []
      : [
          paragraph(
            'Set these environment variables first: ',
            variables.flatMap((name, i) => inline([i === 0 ? '' : ', ', code(name)])),
            '.',
          ),
        ]),
    {
      type: 'code',
      lang: 'sh',
      value: reproduce.flatMap((text) => text.split('\n').map(escapeUnicode)).join('\n'),
    },
  ];
}

/** Without the sentences about the profiles of this tool. */
function aboutServer(text: string): string {
  return text
    .split(/(?<=\.) /)
    .filter((sentence) => !/\bprofile\b/.test(sentence))
    .join(' ');
}

function fromWire(text: string): PhrasingContent[] {
  return prose(escapeShort(text, maxTextLength));
}

/** No finding: what came of each target instead. */
function nothingToReport(report: LongReport): RootContent[] {
  const { targets, partial } = report;
  return [
    heading(1, 'Nothing to report'),
    ...(partial ? [paragraph(`The run was ${partialNotice(report)}.`)] : []),
    ...(targets.length === 0
      ? [paragraph('No target was audited.')]
      : [
          list(
            Array.from(targets, (target) =>
              paragraph(
                code(shortUrl(target)),
                `: ${describeVerdict(target)}`,
                target.reason === null ? '' : [...inline(['; ']), ...fromWire(target.reason)],
              ),
            ),
          ),
        ]),
  ];
}
