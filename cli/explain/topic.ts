/** Something that `handshake13 explain` describes, and how its text is laid out. */

import wrapAnsi from 'wrap-ansi';
import { type ClauseId, clauses } from '../../spec/clauses.ts';

export interface Topic {
  /** What one of them is called, without an article. */
  readonly noun: string;
  /** Every word by which one of them is known: for completions and suggestions. */
  readonly words: readonly string[];
  /** @returns the text about `word`; null where none of them is called that */
  readonly explain: (word: string) => string | null;
}

export type Section = readonly [title: string, lines: readonly string[]];

/** Titles at the margin, their lines indented and wrapped to the terminal. */
export function layOut(sections: readonly Section[]): string {
  const width = textWidth() - 2;
  const indent = (text: string): string => wrapAnsi(text, width, { hard: true }).replace(/^/gm, '  ');
  return `${sections.map(([title, lines]) => [title, ...lines.map(indent)].join('\n')).join('\n\n')}\n`;
}

export function sources(ids: readonly ClauseId[]): Section {
  return ['Sources', ids.map((id) => `${id}: ${clauses[id].source}, ${clauses[id].url}`)];
}

/** In columns. */
export function textWidth(): number {
  return Math.min(process.stdout.columns ?? 80, 110);
}
