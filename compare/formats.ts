/** The formats of a comparison, by name. Each is loaded when it is needed. */

import type { Format } from './format.ts';

export const formats = {
  terminal: async () => (await import('./terminal.ts')).toTerminal,
  json: async () => (await import('./json.ts')).toJson,
  html: async () => (await import('./html.ts')).toHtmlPage,
  markdown: async () => (await import('./markdown.ts')).toMarkdownComment,
} as const satisfies Record<string, () => Promise<Format>>;

export type FormatName = keyof typeof formats;

export const formatNames = Object.keys(formats) as readonly FormatName[];
