/** The Test Anything Protocol, version 14: one flat plan, so that harnesses without subtests can read it. */

import { stringify } from 'yaml';
import type { CaseFailure, TestCase } from './test-case.ts';

export interface TapSuite {
  readonly name: string;
  /** What else there is to say of it, as lines. */
  readonly remarks: readonly string[];
  readonly cases: readonly TestCase[];
}

/**
 * The head, and the lines of each suite.
 *
 * @param total how many cases there are: the plan comes first
 * @param remarks about the run, as lines
 * @param skipped why there is no case, if there is none
 */
export function* tapParts(
  total: number,
  remarks: readonly string[],
  skipped: string,
  suites: Iterable<TapSuite>,
): Generator<string> {
  const plan = total === 0 ? `1..0 # SKIP ${skipped}` : `1..${total}`;
  yield asLines(['TAP version 14', plan, ...remarks.map(comment)]);
  let number = 0;
  for (const { name, remarks, cases } of suites) {
    const points = cases.flatMap((one, i) => testPoint(number + i + 1, name, one));
    number += cases.length;
    yield asLines([comment(name), ...remarks.map(comment), ...points]);
  }
}

function asLines(lines: readonly string[]): string {
  return `${lines.join('\n')}\n`;
}

function comment(text: string): string {
  return `# ${text}`;
}

function testPoint(number: number, suite: string, one: TestCase): string[] {
  const { name, result } = one;
  const line = `${number} - ${escaped(`${suite} ${name}`)}`;
  if (result === 'passed') return [`ok ${line}`];
  const block = stringify(diagnostics(one), { lineWidth: 0 }).trimEnd().split('\n');
  return [`not ok ${line}${directiveOf(one)}`, ...['---', ...block, '...'].map((text) => `  ${text}`)];
}

/** A harness expects a TODO test to fail: it is shown, and does not count. */
function directiveOf({ result, message }: TestCase): string {
  switch (result) {
    case 'tolerated':
      return ` # TODO ${escaped(message)}`;
    case 'passed':
    case 'failed':
    case 'undecided':
      return '';
  }
}

/** The most severe failure is at the top level, where harnesses look. */
function diagnostics({ title, message, type, caveat, failures }: TestCase): Record<string, unknown> {
  const [worst, ...others] = failures;
  if (worst === undefined) return { title, type, message };
  return {
    title,
    type,
    ...failureData(worst),
    ...(caveat !== null && { caveat }),
    ...(others.length > 0 && { also: others.map(failureData) }),
  };
}

function failureData({
  criterion,
  level,
  expected,
  actual,
  clauses,
  known,
}: CaseFailure): Record<string, unknown> {
  return { criterion, level, expected, actual, clauses, ...(known !== null && { known }) };
}

/** A hash begins a directive unless it follows a backslash. */
function escaped(text: string): string {
  return text.replace(/[\\#]/g, '\\$&');
}
