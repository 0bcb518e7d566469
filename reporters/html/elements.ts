/**
 * The elements that pages consist of. Nothing is concatenated from strings: the library that writes the tree escapes
 * text and attributes.
 */

import type { Element, ElementContent } from 'hast';
import { h } from 'hastscript';
import type { Level, Verdict } from '../../scoring/verdict.ts';
import { escapeBytes, escapeUnicode } from '../escape.ts';

export { h };

export type Content = Element | ElementContent | string | null;

export type Mark = Verdict['verdict'] | 'known';

/** Never by colour alone: each has a glyph and a word. */
const marks: Readonly<Record<Mark, { readonly glyph: string; readonly word: string }>> = {
  pass: { glyph: '✓', word: 'passed' },
  fail: { glyph: '✗', word: 'failed' },
  known: { glyph: '~', word: 'known failure' },
  inconclusive: { glyph: '?', word: 'inconclusive' },
  'n/a': { glyph: '·', word: 'does not apply' },
};

/** A glyph with words. @param words in place of what the mark is called */
export function markWith(mark: Mark, words: string = marks[mark].word): Element {
  return h('span', { className: ['mark', classOf(mark)] }, [
    h('span', { ariaHidden: 'true' }, `${marks[mark].glyph} `),
    words,
  ]);
}

/** A glyph in a dense table; the word is for screen readers. */
export function markAlone(mark: Mark): Element {
  return h('span', { className: ['mark', classOf(mark)] }, [
    h('span', { ariaHidden: 'true' }, marks[mark].glyph),
    h('span', { className: ['hidden'] }, marks[mark].word),
  ]);
}

export function classOf(mark: Mark): string {
  return mark === 'n/a' ? 'none' : mark;
}

export function levelBadge(level: Level): Element {
  return h('span', { className: ['level', level === 'MUST' ? 'fail' : 'inconclusive'] }, level);
}

/** Text from the wire. */
export function wire(text: string): Element {
  return h('code', escapeBytes(text));
}

/** A table that scrolls by itself where the page is narrow. @param name what screen readers say */
export function scrolling(name: string, ...content: Content[]): Element {
  return h('div', { className: ['scroll'], tabIndex: 0, role: 'region', ariaLabel: name }, content);
}

/** Names and descriptions; those without a description are left out. */
export function facts(
  list: readonly (readonly [name: string, content: Content | readonly Content[]])[],
): Element {
  return h(
    'dl',
    list.flatMap(([name, content]) => [h('dt', name), h('dd', [content].flat())]),
  );
}

/** Commands to copy; the script adds the button. */
export function commandBlock(text: string): Element {
  const lines = text.split('\n').map((line) => escapeUnicode(line));
  return h('pre', { className: ['command'], tabIndex: 0 }, h('code', lines.join('\n')));
}
