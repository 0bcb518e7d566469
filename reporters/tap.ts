/** The report in the Test Anything Protocol, version 14: one flat plan, so that harnesses without subtests can read it. */

import { stringify } from 'yaml';
import type { LongReport } from '../report/report.ts';
import { escapeUnicode } from './escape.ts';
import type { CreateReporter } from './reporter.ts';
import { describeVerdict, partialNotice } from './run-verdict.ts';
import { targetNotes } from './target-notes.ts';
import { type CaseFailure, type TestCase, testSuites } from './test-cases.ts';
import { writeParts } from './write-parts.ts';

export const createTapReporter: CreateReporter = ({ output }) => ({
  needs: 'report',
  onReport: (report) => writeParts(output, tapParts(report)),
});

/** The head, and the lines of each target. The plan comes first, so the cases are counted beforehand. */
function* tapParts(report: LongReport): Generator<string> {
  const { tool, profile, failOn, partial } = report;
  let total = 0;
  for (const { cases } of testSuites(report)) total += cases.length;
  const head = [
    'TAP version 14',
    total === 0 ? '1..0 # SKIP no target was audited' : `1..${total}`,
    `# ${tool.name} ${tool.version}, profile ${profile}, --fail-on ${failOn}`,
    ...(partial ? [`# ${partialNotice(report)}`] : []),
  ];
  yield `${head.join('\n')}\n`;
  let number = 0;
  for (const { name, target, cases } of testSuites(report)) {
    const lines = [
      `# ${name}`,
      `# ${describeVerdict(target)}, gate: ${target.gate}`,
      ...(target.proxy === null ? [] : [`# proxy: ${target.proxy}`]),
      ...targetNotes(target).map((warning) => `# warning: ${escapeUnicode(warning)}`),
    ];
    for (const one of cases) {
      number += 1;
      lines.push(...testPoint(number, name, one));
    }
    yield `${lines.join('\n')}\n`;
  }
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
