/** The forms in which a comparison is told, by name. Each is loaded when it is needed. */

import type { Page } from '../reporters/reporter.ts';
import type { Comparison } from './comparison.ts';

/** A comparison as text. */
export type Format = (comparison: Comparison, page: Page) => string;

export const formats = {
  terminal: async () => (await import('./terminal.ts')).toTerminal,
  json: async () => (await import('./json.ts')).toJson,
  markdown: async () => (await import('./markdown.ts')).toMarkdownComment,
} as const satisfies Record<string, () => Promise<Format>>;

export type FormatName = keyof typeof formats;

export const formatNames = Object.keys(formats) as readonly FormatName[];
