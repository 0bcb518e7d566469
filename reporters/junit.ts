/**
 * The report as JUnit XML, for viewers of test results: Jenkins, GitLab, and actions for GitHub. One failure for each
 * finding, or for each probe.
 */

import { create } from 'xmlbuilder2';
import type { ExchangeRecord } from '../report/exchange-record.ts';
import type { Report } from '../report/report.ts';
import { criterionNames, criterionTitles } from '../scoring/criteria.ts';
import { escapeBytes, escapeUnicode } from './escape.ts';
import { exchangeTranscript } from './exchange-transcript.ts';
import { findingSuites } from './finding-cases.ts';
import type { CreateReporter } from './reporter.ts';
import { partialNotice } from './run-verdict.ts';
import { targetNotes } from './target-notes.ts';
import { type CaseFailure, type TestCase, type TestSuite, testSuites } from './test-cases.ts';

type XmlElement = ReturnType<typeof create>;

/** Bytes of a line of an exchange that are shown. */
const maxLineLength = 200;

export const createJunitReporter: CreateReporter = ({ output, reproduceCommand }) => ({
  needs: 'report',
  onReport(report) {
    output.write(junitXml(report, findingSuites(report, reproduceCommand)));
  },
});

export const createJunitProbesReporter: CreateReporter = ({ output }) => ({
  needs: 'report',
  onReport(report) {
    output.write(junitXml(report, testSuites(report)));
  },
});

function junitXml(report: Report, suites: readonly TestSuite[]): string {
  // For characters that XML cannot represent.
  const root = add(create({ encoding: 'UTF-8', invalidCharReplacement: escapeBytes }), 'testsuites');
  for (const [index, suite] of suites.entries()) addSuite(root, suite, index, report);
  return `${root.end({ prettyPrint: true })}\n`;
}

/** Adds an element. The builder does not escape what looks like an entity reference, and no text here is one. */
function add(
  parent: XmlElement,
  name: string,
  attributes: Readonly<Record<string, string | number>> = {},
  text = '',
): XmlElement {
  const literal = (value: string | number): string => String(value).replaceAll('&', '&amp;');
  const escaped = Object.entries(attributes).map(([attribute, value]) => [attribute, literal(value)]);
  const element = parent.ele(name, Object.fromEntries(escaped));
  return text === '' ? element : element.txt(literal(text));
}

/** Has every attribute and element that Apache Ant's schema requires, in its order. */
function addSuite(root: XmlElement, { name, target, cases }: TestSuite, index: number, report: Report): void {
  const count = (result: TestCase['result']): number => cases.filter((one) => one.result === result).length;
  const suite = add(root, 'testsuite', {
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
  });
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
  const properties = add(suite, 'properties');
  for (const [fact, values] of Object.entries(facts)) {
    for (const value of values) add(properties, 'property', { name: fact, value });
  }
  for (const one of cases) addCase(suite, name, one);
  add(suite, 'system-out');
  add(suite, 'system-err');
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

function addCase(suite: XmlElement, suiteName: string, one: TestCase): void {
  const { name, result, message, type, exchanges } = one;
  const element = add(suite, 'testcase', { name, classname: suiteName, time: seconds(exchanges) });
  // GitLab shows only the text, Jenkins the message too.
  switch (result) {
    case 'failed':
      add(element, 'failure', { message, type }, evidence(one));
      break;
    case 'undecided':
      add(element, 'error', { message, type }, evidence(one));
      break;
    case 'tolerated':
      add(element, 'skipped', { message }, message);
      break;
    case 'passed':
      break;
    default:
      result satisfies never;
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
