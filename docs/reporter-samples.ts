/** The samples in docs/reporters.md: what each reporter writes about one server, cut. */

import { findFixture } from '../fixtures/catalogue.ts';
import { startFixture } from '../fixtures/server.ts';
import type { AuditEvent } from '../report/events.ts';
import { type RegistryEntry, type ReporterName, reporterNames, reporters } from '../reporters/registry.ts';
import type { Page } from '../reporters/reporter.ts';
import { codeBlock, renderSample, shownHost, steadyEvents, withSample } from './sample.ts';

/** The fixture that is audited. */
const fixtureName = 'number-conversion';
const url = `ws://${shownHost}/`;

interface Sample {
  readonly command: string;
  /** Of the code block. */
  readonly language: string;
  /** Where it is cut. */
  readonly show: (lines: readonly string[]) => readonly string[];
}

const page: Page = { columns: 80, colorLevel: 0, unicode: true };

/** Characters after which a line is cut. */
const width = 120;

const samples: Readonly<Record<ReporterName, Sample>> = {
  terminal: { command: `handshake13 ${url}`, language: '', show: (lines) => lines },
  html: {
    command: `handshake13 ${url} -r terminal -r html=report.html`,
    language: 'html',
    show: (lines) => head(lines, 1),
  },
  json: {
    command: `handshake13 ${url} -r json=report.json`,
    language: 'json',
    show: (lines) => [...head(lines, 12), ...from(lines, /^ +"findings": \[/, 12)],
  },
  ndjson: {
    command: `handshake13 ${url} -r ndjson`,
    language: 'json',
    show: (lines) => firstOfEach(lines, /"type":"[\w-]+"/),
  },
  markdown: {
    command: `handshake13 ${url} -r terminal -r markdown=summary.md`,
    language: 'markdown',
    show: (lines) => lines,
  },
  issue: {
    command: `handshake13 ${url} -r terminal -r issue=bugs.md`,
    language: 'markdown',
    show: (lines) => lines,
  },
  github: {
    command: `handshake13 ${url} -r github`,
    language: '',
    show: (lines) => lines,
  },
  badge: {
    command: `handshake13 ${url} -r terminal -r badge=badge.svg`,
    language: 'svg',
    show: (lines) => head(lines, 1),
  },
  junit: {
    command: `handshake13 ${url} -r terminal -r junit=report.xml`,
    language: 'xml',
    show: (lines) => [
      ...from(lines, /<testsuite /, 1),
      ...from(lines, /<testcase /, 28),
      ...from(lines, /name="malformed\/hex"/, 3),
    ],
  },
  'junit-probes': {
    command: `handshake13 ${url} -r terminal -r junit-probes=probes.xml`,
    language: 'xml',
    show: (lines) => from(lines, /name="malformed\/hex"/, 12),
  },
  sarif: {
    command: `handshake13 ${url} -r terminal -r sarif=report.sarif --sarif-location README.md`,
    language: 'json',
    show: (lines) => from(lines, /^ +"ruleId": /, 16),
  },
  tap: {
    command: `handshake13 ${url} -r tap`,
    language: '',
    show: (lines) => [...head(lines, 7), ...from(lines, /^not ok /, 22)],
  },
};

function head(lines: readonly string[], count: number): string[] {
  return [...lines.slice(0, count), '...'];
}

/** The first line of each kind, by what matches. */
function firstOfEach(lines: readonly string[], kind: RegExp): string[] {
  const kinds = lines.map((line) => kind.exec(line)?.[0]);
  return lines.filter((_, i) => kinds.indexOf(kinds[i]) === i);
}

/** So many lines from the first one that matches. */
function from(lines: readonly string[], first: RegExp, count: number): string[] {
  const start = lines.findIndex((line) => first.test(line));
  if (start === -1) throw new Error(`no line matches ${first}`);
  return [...lines.slice(start, start + count), '...'];
}

/** The page with its samples as the reporters write them now. */
export async function withReporterSamples(markdown: string): Promise<string> {
  const events = await auditFixture();
  let text = withSample(markdown, 'reporters', [reporterTable()]);
  for (const name of reporterNames) {
    const { command, language, show } = samples[name];
    const output = await renderSample(await reporters[name].load(), events, page);
    const shown = show(output.trimEnd().split('\n')).map((line) =>
      line.length > width ? `${line.slice(0, width)}...` : line,
    );
    text = withSample(text, name, [codeBlock(command, 'sh'), codeBlock(shown.join('\n'), language)]);
  }
  return text;
}

function reporterTable(): string {
  const rows = reporterNames.map((name) => {
    const { title, ending = '' }: RegistryEntry = reporters[name];
    return `| [\`${name}\`](#${name}) | ${title} | ${ending === '' ? '' : `\`${ending}\``} |`;
  });
  return ['| name | what for | `-o` with this ending |', '|---|---|---|', ...rows].join('\n');
}

async function auditFixture(): Promise<readonly AuditEvent[]> {
  const fixture = findFixture(fixtureName);
  if (fixture === undefined) throw new Error(`no fixture is called ${fixtureName}`);
  const server = await startFixture(fixture);
  try {
    return await steadyEvents(server.port);
  } finally {
    await server.close();
  }
}
