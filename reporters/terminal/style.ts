/** How things look on this terminal: its width, its colours, its glyphs. */

import { Chalk, type ChalkInstance } from 'chalk';
import stringWidth from 'string-width';
import wrapAnsi from 'wrap-ansi';
import type { Level, Verdict } from '../../scoring/verdict.ts';
import { escapeBytes, escapeUnicode } from '../escape.ts';
import type { Page } from '../reporter.ts';

/** Running text wider than this is hard to read. */
const maxTextWidth = 110;

const unicodeGlyphs = {
  pass: '✓',
  fail: '✗',
  known: '~',
  inconclusive: '?',
  'n/a': '·',
  separator: '·',
  ellipsis: '…',
  section: '§',
  arrow: '→',
  /** A bar: empty, then by eighths of a column to full. */
  bar: '░▏▎▍▌▋▊▉█',
};
const asciiGlyphs: typeof unicodeGlyphs = {
  pass: '+',
  fail: 'x',
  known: '~',
  inconclusive: '?',
  'n/a': '.',
  separator: '-',
  ellipsis: '..',
  section: 'section ',
  arrow: '->',
  bar: '.#',
};

/** A verdict, or a known failure. */
export type Mark = Verdict['verdict'] | 'known';

export interface Style {
  readonly paint: ChalkInstance;
  readonly glyphs: typeof unicodeGlyphs;
  readonly columns: number;
  /** Columns for running text. */
  readonly textWidth: number;
  /** A verdict as one painted glyph. */
  readonly glyph: (mark: Mark) => string;
  /** Text in the colour of a verdict. */
  readonly tint: (mark: Mark, text: string) => string;
  /** A level as a painted badge: `[MUST]`. */
  readonly level: (level: Level) => string;
  /** Pads to a width in columns, or truncates with an ellipsis; blank where there is room for that alone. */
  readonly toWidth: (text: string, width: number) => string;
  /** Text that a person wrote, on one line: what is invisible, or cannot be shown on this terminal, is escaped. */
  readonly prose: (text: string) => string;
  /** A command that is there to be copied: only what cannot be shown on this terminal is escaped. */
  readonly verbatim: (command: string) => string;
  /** Wraps running text: the first line follows `first`, the others are indented to match, or by so many columns. */
  readonly paragraph: (first: string, text: string, indent?: number) => string[];
  /** Items that are never broken, as many on a line as fit; the first line follows `first`. */
  readonly flow: (first: string, items: readonly string[], separator: string) => string[];
  /** Two texts on one line, the second one at its end; below each other where they do not fit. */
  readonly sides: (left: string, right: string, indent: string) => string[];
  /** A bar of this width in columns, filled in proportion, rounded down: full only where part is whole. */
  readonly bar: (part: number, whole: number, width: number) => string;
  /** Facts about one thing, side by side. */
  readonly facts: (facts: readonly string[]) => string;
}

export function createStyle({ columns, colorLevel, unicode }: Page): Style {
  const paint = new Chalk({ level: colorLevel });
  const glyphs = unicode ? unicodeGlyphs : asciiGlyphs;
  const textWidth = Math.min(columns, maxTextWidth);
  const colours = {
    pass: paint.green,
    fail: paint.red,
    known: paint.yellow,
    inconclusive: paint.yellow,
    'n/a': paint.dim,
  };
  return {
    paint,
    glyphs,
    columns,
    textWidth,
    glyph: (mark) => colours[mark](glyphs[mark]),
    tint: (mark, text) => colours[mark](text),
    level: (level) => (level === 'MUST' ? paint.red : paint.yellow)(`[${level}]`),
    toWidth: (text, width) => {
      const spare = width - stringWidth(text);
      if (spare >= 0) return text + ' '.repeat(spare);
      const kept = width - glyphs.ellipsis.length;
      return kept > 0 ? text.slice(0, kept) + glyphs.ellipsis : ' '.repeat(width);
    },
    prose: (text) => (unicode ? escapeUnicode : escapeBytes)(text.trim().replace(/\s+/g, ' ')),
    verbatim: (command) =>
      unicode
        ? escapeUnicode(command)
        : escapeUnicode(command).replace(/[^\x20-\x7e]+/g, (characters) => escapeBytes(characters)),
    paragraph: (first, text, indent = stringWidth(first)) => {
      const width = Math.max(20, textWidth - indent);
      // Keeps the room that the first line has less than the others.
      const placeholder = 'x'.repeat(Math.max(0, stringWidth(first) - indent));
      const lines = wrapAnsi(placeholder + text.replaceAll('§', glyphs.section), width, { hard: true });
      return lines
        .split('\n')
        .map((line, i) => (i === 0 ? first + line.slice(placeholder.length) : ' '.repeat(indent) + line));
    },
    flow: (first, items, separator) => {
      const indent = ' '.repeat(stringWidth(first));
      const lines: string[] = [];
      let line = first;
      for (const [i, item] of items.entries()) {
        const next = i === 0 ? item : `${separator}${item}`;
        if (i > 0 && stringWidth(line) + stringWidth(next) > textWidth) {
          lines.push(line.trimEnd());
          line = indent + item;
        } else line += next;
      }
      return items.length === 0 ? [] : [...lines, line];
    },
    sides: (left, right, indent) => {
      const spare = textWidth - stringWidth(left) - stringWidth(right);
      return spare >= 2 ? [`${left}${' '.repeat(spare)}${right}`] : [left, `${indent}${right}`];
    },
    bar: (part, whole, width) => {
      const steps = glyphs.bar.length - 1;
      const filled = Math.floor((part / whole) * width * steps);
      const [full, rest] = [Math.floor(filled / steps), filled % steps];
      const cells = (glyphs.bar[steps] ?? '').repeat(full) + (rest === 0 ? '' : glyphs.bar[rest]);
      return paint.green(cells) + paint.red((glyphs.bar[0] ?? '').repeat(width - cells.length));
    },
    facts: (facts) => facts.join(` ${glyphs.separator} `),
  };
}
