/** JUnit XML, for viewers of test results: Jenkins, GitLab, and actions for GitHub. */

import XMLBuilder from 'fast-xml-builder';
import { escapeBytes } from './escape.ts';
import type { CaseFailure, TestCase } from './test-case.ts';

export interface JunitSuite {
  /** Unique in its report. */
  readonly name: string;
  /** Properties: values by names. */
  readonly facts: Readonly<Record<string, readonly string[]>>;
  readonly cases: readonly TestCase[];
}

/** What every suite says of its run. */
export interface JunitRun {
  readonly tool: { readonly name: string };
  readonly startedAt: string;
}

/** As the builder takes it: attributes by names with `@`, the text as `#text`, children by name in their order. */
interface XmlElement {
  readonly [name: string]: string | number | XmlElement | readonly XmlElement[];
}

const builder = new XMLBuilder({
  attributeNamePrefix: '@',
  ignoreAttributes: false,
  format: true,
  suppressEmptyNode: true,
});

/** One suite at a time. */
export function* junitParts(run: JunitRun, suites: Iterable<JunitSuite>): Generator<string> {
  const [open, close] = ['<testsuites>\n', '</testsuites>\n'];
  yield builder.build({ '?xml': { '@version': '1.0', '@encoding': 'UTF-8' } });
  yield open;
  let index = 0;
  for (const suite of suites) {
    const xml: string = builder.build({ testsuites: { testsuite: suiteElement(suite, index, run) } });
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
function suiteElement({ name, facts, cases }: JunitSuite, index: number, run: JunitRun): XmlElement {
  const count = (result: TestCase['result']): number => cases.filter((one) => one.result === result).length;
  return {
    ...attributes({
      name,
      package: run.tool.name,
      id: index,
      timestamp: run.startedAt.slice(0, 'YYYY-MM-DDTHH:MM:SS'.length),
      hostname: 'localhost',
      tests: cases.length,
      failures: count('failed'),
      errors: count('undecided'),
      skipped: count('tolerated'),
      time: cases.reduce((sum, { seconds }) => sum + seconds, 0).toFixed(3),
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

function caseElement(suiteName: string, one: TestCase): XmlElement {
  const { name, seconds } = one;
  return { ...attributes({ name, classname: suiteName, time: seconds.toFixed(3) }), ...outcomeElement(one) };
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

function evidence({ title, message, caveat, failures, transcript, details }: TestCase): string {
  if (details !== undefined) return [title, '', ...details].join('\n');
  const bytes = transcript();
  const paragraphs = [
    [title],
    ...(caveat === null ? [] : [[caveat]]),
    ...(failures.length === 0 ? [[message]] : failures.map(failureLines)),
    ...(bytes.length === 0 ? [] : [bytes]),
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
