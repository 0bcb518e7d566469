/**
 * The report as JUnit XML, for viewers of test results: Jenkins, GitLab, and actions for GitHub. One failure for each
 * finding, or for each probe.
 */

import XMLBuilder from 'fast-xml-builder';
import type { ExchangeRecord } from '../report/exchange-record.ts';
import type { LongReport } from '../report/report.ts';
import { criterionNames, criterionTitles } from '../scoring/criteria.ts';
import { escapeBytes, escapeUnicode } from './escape.ts';
import { exchangeTranscript } from './exchange-transcript.ts';
import { findingSuites } from './finding-cases.ts';
import type { CreateReporter } from './reporter.ts';
import { partialNotice } from './run-verdict.ts';
import { targetNotes } from './target-notes.ts';
import { type CaseFailure, type TestCase, type TestSuite, testSuites } from './test-cases.ts';
import { writeParts } from './write-parts.ts';

/** As the builder takes it: attributes by names with `@`, the text as `#text`, children by name in their order. */
interface XmlElement {
  readonly [name: string]: string | number | XmlElement | readonly XmlElement[];
}

/** Bytes of a line of an exchange that are shown. */
const maxLineLength = 200;

export const createJunitReporter: CreateReporter = ({ output, reproduceCommand }) => ({
  needs: 'report',
  onReport: (report) => writeParts(output, xmlParts(report, findingSuites(report, reproduceCommand))),
});

export const createJunitProbesReporter: CreateReporter = ({ output }) => ({
  needs: 'report',
  onReport: (report) => writeParts(output, xmlParts(report, testSuites(report))),
});

const builder = new XMLBuilder({
  attributeNamePrefix: '@',
  ignoreAttributes: false,
  format: true,
  suppressEmptyNode: true,
});

/** One suite at a time. */
function* xmlParts(report: LongReport, suites: Iterable<TestSuite>): Generator<string> {
  const [open, close] = ['<testsuites>\n', '</testsuites>\n'];
  yield builder.build({ '?xml': { '@version': '1.0', '@encoding': 'UTF-8' } });
  yield open;
  let index = 0;
  for (const suite of suites) {
    const xml: string = builder.build({ testsuites: { testsuite: suiteElement(suite, index, report) } });
    yield xml.slice(open.length, -close.length);
    index += 1;
  }
  yield close;
}

function attributes(values: Readonly<Record<string, string | number>>): XmlElement {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [`@${name}`, representable(value)]),
  );
}

/** Characters that XML cannot represent are escaped. */
function representable(value: string | number): string {
  return String(value).replace(/[^\t\n\r -\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, escapeBytes);
}

/** Has every attribute and element that Apache Ant's schema requires, in its order. */
function suiteElement({ name, target, cases }: TestSuite, index: number, report: LongReport): XmlElement {
  const count = (result: TestCase['result']): number => cases.filter((one) => one.result === result).length;
  const facts = {
    tool: [`${report.tool.name} ${report.tool.version}`],
    profile: [report.profile],
    failOn: [report.failOn],
    verdict: [target.verdict],
    gate: [target.gate],
    probes: [`${target.probesSent} of ${target.probesInCatalogue}`],
    ...scoreboardFacts(target),
    reason: target.reason === null ? [] : [escapeBytes(target.reason)],
    proxy: target.proxy === null ? [] : [target.proxy],
    warning: targetNotes(target).map(escapeUnicode),
    partial: report.partial ? [partialNotice(report)] : [],
  };
  return {
    ...attributes({
      name,
      package: report.tool.name,
      id: index,
      timestamp: report.startedAt.slice(0, 'YYYY-MM-DDTHH:MM:SS'.length),
      hostname: 'localhost',
      tests: cases.length,
      failures: count('failed'),
      errors: count('undecided'),
      skipped: count('tolerated'),
      time: seconds(cases.flatMap(({ exchanges }) => exchanges)),
    }),
    properties: {
      property: Object.entries(facts).flatMap(([fact, values]) =>
        values.map((value) => attributes({ name: fact, value })),
      ),
    },
    testcase: cases.map((one) => caseElement(name, one)),
    'system-out': '',
    'system-err': '',
  };
}

/** One property a criterion, such as `61 of 71`. */
function scoreboardFacts({ scoreboard }: TestSuite['target']): Record<string, string[]> {
  return Object.fromEntries(
    criterionNames.map((name) => {
      const { passed, failed, inconclusive } = scoreboard[name];
      return [criterionTitles[name], [`${passed} of ${passed + failed + inconclusive}`]];
    }),
  );
}

function caseElement(suiteName: string, one: TestCase): XmlElement {
  const { name, exchanges } = one;
  return { ...attributes({ name, classname: suiteName, time: seconds(exchanges) }), ...outcomeElement(one) };
}

function outcomeElement(one: TestCase): XmlElement {
  const { result, message, type } = one;
  const withText = (of: Readonly<Record<string, string>>, text: string): XmlElement => ({
    ...attributes(of),
    '#text': representable(text),
  });
  // GitLab shows only the text, Jenkins the message too.
  switch (result) {
    case 'failed':
      return { failure: withText({ message, type }, evidence(one)) };
    case 'undecided':
      return { error: withText({ message, type }, evidence(one)) };
    case 'tolerated':
      return { skipped: withText({ message }, message) };
    case 'passed':
      return {};
  }
}

function evidence({ title, message, caveat, failures, exchanges, details }: TestCase): string {
  if (details !== undefined) return [title, '', ...details].join('\n');
  const exchange = exchanges.at(-1);
  const paragraphs = [
    [title],
    ...(caveat === null ? [] : [[caveat]]),
    ...(failures.length === 0 ? [[message]] : failures.map(failureLines)),
    ...(exchange === undefined
      ? []
      : [exchangeTranscript(exchange, maxLineLength).map(({ mark, text }) => `${mark} ${text}`)]),
  ];
  return paragraphs.map((lines) => lines.join('\n')).join('\n\n');
}

function failureLines({ criterion, level, expected, actual, clauses, known }: CaseFailure): string[] {
  return [
    `${level} ${criterion}`,
    `expected ${expected}`,
    `got      ${actual}`,
    `clause   ${clauses.join('; ')}`,
    ...(known === null ? [] : [known]),
  ];
}

/** How long exchanges took, from the start of the connection to the end of the close window. */
function seconds(exchanges: readonly ExchangeRecord[]): string {
  const ms = exchanges.map(
    ({ timings, close }) => (timings.connectMs ?? 0) + (timings.responseMs ?? 0) + (close?.afterMs ?? 0),
  );
  return (ms.reduce((sum, one) => sum + one, 0) / 1000).toFixed(3);
}
