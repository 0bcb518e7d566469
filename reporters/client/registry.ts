/** Every reporter of audits of clients by name. Each is loaded on first use. */

import type { ReporterName } from '../registry.ts';
import type { CreateClientReporter } from './client-reporter.ts';

export const clientReporters = {
  terminal: async () => (await import('./terminal.ts')).createClientTerminalReporter,
  json: async () => (await import('../json.ts')).createShortJsonReporter,
  junit: async () => (await import('./junit.ts')).createClientJunitReporter,
  tap: async () => (await import('./tap.ts')).createClientTapReporter,
  markdown: async () => (await import('./markdown.ts')).createClientMarkdownReporter,
  github: async () => (await import('./github.ts')).createClientGitHubReporter,
  badge: async () => (await import('./badge.ts')).createClientBadgeReporter,
  sarif: async () => (await import('./sarif.ts')).createClientSarifReporter,
  html: async () => (await import('./html.ts')).createClientHtmlReporter,
  ndjson: async () => (await import('../ndjson.ts')).createNdjsonReporter,
} as const satisfies Partial<Record<ReporterName, () => Promise<CreateClientReporter>>>;

export type ClientReporterName = keyof typeof clientReporters;

export const clientReporterNames = Object.keys(clientReporters) as readonly ClientReporterName[];
