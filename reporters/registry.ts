/** Every reporter by name. Each is loaded on first use. */

import type { CreateReporter } from './reporter.ts';

export interface RegistryEntry {
  /** One line for the help. */
  readonly title: string;
  /** How the name of a file ends that it is meant for: `.json`. */
  readonly ending?: string;
  readonly load: () => Promise<CreateReporter>;
}

export const reporters = {
  terminal: {
    title: 'for people: the result, the scoreboard of the criteria, and the findings',
    ending: '.txt',
    load: async () => (await import('./terminal.ts')).createTerminalReporter,
  },
  html: {
    title: 'a page for people: to open, to attach, to send',
    ending: '.html',
    load: async () => (await import('./html.ts')).createHtmlReporter,
  },
  json: {
    title: 'for programs: everything, including the bytes',
    ending: '.json',
    load: async () => (await import('./json.ts')).createJsonReporter,
  },
  ndjson: {
    title: 'for programs that follow the run: each event as it happens, one per line',
    ending: '.ndjson',
    load: async () => (await import('./ndjson.ts')).createNdjsonReporter,
  },
  markdown: {
    title: 'for pull requests, job summaries and wikis: what is wrong, and how to fix it',
    ending: '.md',
    load: async () => (await import('./markdown.ts')).createMarkdownReporter,
  },
  issue: {
    title: 'bug reports in Markdown for the maintainers of the server, one for each finding',
    load: async () => (await import('./issue.ts')).createIssueReporter,
  },
  github: {
    title: 'for GitHub Actions: annotations, and the job summary',
    load: async () => (await import('./github.ts')).createGitHubReporter,
  },
  badge: {
    title: 'an SVG image with the score',
    ending: '.svg',
    load: async () => (await import('./badge.ts')).createBadgeReporter,
  },
  junit: {
    title: 'JUnit XML, for viewers of test results such as GitLab and Jenkins: one failure for each finding',
    ending: '.xml',
    load: async () => (await import('./junit.ts')).createJunitReporter,
  },
  'junit-probes': {
    title: 'JUnit XML: one failure for each probe that fails',
    load: async () => (await import('./junit.ts')).createJunitProbesReporter,
  },
  sarif: {
    title: 'SARIF 2.1.0, for GitHub code scanning',
    ending: '.sarif',
    load: async () => (await import('./sarif.ts')).createSarifReporter,
  },
  tap: {
    title: 'Test Anything Protocol, version 14',
    ending: '.tap',
    load: async () => (await import('./tap.ts')).createTapReporter,
  },
} as const satisfies Record<string, RegistryEntry>;

export type ReporterName = keyof typeof reporters;

/** The reporters that files have an ending for, by that ending. */
export const reportersByEnding: Readonly<Record<string, ReporterName>> = Object.fromEntries(
  Object.entries<RegistryEntry>(reporters).flatMap(([name, { ending }]) =>
    ending === undefined ? [] : [[ending, name as ReporterName]],
  ),
);

export const reporterNames = Object.keys(reporters) as readonly ReporterName[];
