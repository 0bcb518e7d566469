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
  rule: '─',
  section: '§',
  arrow: '→',
};
const asciiGlyphs: typeof unicodeGlyphs = {
  pass: '+',
  fail: 'x',
  known: '~',
  inconclusive: '?',
  'n/a': '.',
  separator: '-',
  ellipsis: '..',
  rule: '-',
  section: 'section ',
  arrow: '->',
};

/** A verdict, or a known failure. */
export type Mark = Verdict['verdict'] | 'known';

export interface Style {
  readonly paint: ChalkInstance;
  readonly glyphs: typeof unicodeGlyphs;
  readonly columns: number;
  /** A verdict as one painted glyph. */
  readonly glyph: (mark: Mark) => string;
  /** A level as a painted badge: `[MUST]`. */
  readonly level: (level: Level) => string;
  /** Pads to a width in columns, or truncates with an ellipsis. */
  readonly toWidth: (text: string, width: number) => string;
  /** Text that a person wrote, on one line: what is invisible, or cannot be shown on this terminal, is escaped. */
  readonly prose: (text: string) => string;
  /** Wraps running text: the first line follows `first`, the others are indented to match. */
  readonly paragraph: (first: string, text: string) => string[];
}

export function createStyle({ columns, colorLevel, unicode }: Page): Style {
  const paint = new Chalk({ level: colorLevel });
  const glyphs = unicode ? unicodeGlyphs : asciiGlyphs;
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
    glyph: (mark) => colours[mark](glyphs[mark]),
    level: (level) => (level === 'MUST' ? paint.red : paint.yellow)(`[${level}]`),
    toWidth: (text, width) => {
      const spare = width - stringWidth(text);
      return spare >= 0
        ? text + ' '.repeat(spare)
        : `${text.slice(0, width - glyphs.ellipsis.length)}${glyphs.ellipsis}`;
    },
    prose: (text) => (unicode ? escapeUnicode : escapeBytes)(text.trim().replace(/\s+/g, ' ')),
    paragraph: (first, text) => {
      const indent = stringWidth(first);
      const width = Math.max(20, Math.min(columns, maxTextWidth) - indent);
      const lines = wrapAnsi(text.replaceAll('§', glyphs.section), width, { hard: true }).split('\n');
      return lines.map((line, i) => (i === 0 ? first : ' '.repeat(indent)) + line);
    },
  };
}
