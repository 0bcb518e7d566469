/**
 * The few kinds of Markdown that a summary is made of. Nothing is glued from strings: text is escaped by the library
 * that writes the tree.
 */

import type { Heading, List, ListItem, Paragraph, PhrasingContent, Root, RootContent } from 'mdast';
import { gfmTableToMarkdown } from 'mdast-util-gfm-table';
import { toMarkdown } from 'mdast-util-to-markdown';

/** Strings are our own words, and nobody else's. */
type Inline = string | PhrasingContent | readonly PhrasingContent[];

export function inline(parts: readonly Inline[]): PhrasingContent[] {
  return parts.flatMap((part) => (typeof part === 'string' ? [{ type: 'text', value: part }] : part));
}

export function paragraph(...parts: Inline[]): Paragraph {
  return { type: 'paragraph', children: inline(parts) };
}

export function heading(depth: Heading['depth'], ...parts: Inline[]): Heading {
  return { type: 'heading', depth, children: inline(parts) };
}

export function bold(words: string): PhrasingContent {
  return { type: 'strong', children: [{ type: 'text', value: words }] };
}

export function list(items: readonly Paragraph[]): List {
  const children = items.map((item): ListItem => ({ type: 'listItem', spread: false, children: [item] }));
  return { type: 'list', ordered: false, spread: false, children };
}

export function table(rows: readonly (readonly (readonly PhrasingContent[])[])[]): RootContent {
  return {
    type: 'table',
    children: rows.map((cells) => ({
      type: 'tableRow',
      children: cells.map((children) => ({ type: 'tableCell', children: [...children] })),
    })),
  };
}

/** Text of the wire or of a user: as code nothing in it has a meaning. */
export function code(value: string): PhrasingContent {
  // Without anything in it, its marks would be read as the beginning of another.
  return value === '' ? { type: 'text', value } : { type: 'inlineCode', value };
}

/** Letters, digits and the marks that mean nothing to Markdown or to a forge. */
const plainWord = /^[\p{L}\p{M}\p{N}.,;:()'"?/=+-]*$/u;

/** Plain, and yet a link or a reference: an address, an issue such as GH-1, a commit. */
const reference = /:\/\/|www\.|\b(?:GH|GL)-\d|\b[0-9a-f]{7,40}\b/i;

/**
 * Sentences in which text of the wire or of a user may stand. Forges make links of words after the Markdown is read,
 * and notify whoever is mentioned, whatever was escaped; in code they do not. So a word that could mean something to
 * any of them becomes code: `@name`, `#1`, `!1`, `~label`, an address.
 */
export function prose(text: string): PhrasingContent[] {
  const parts: PhrasingContent[] = [];
  for (const word of text.split(/( +)/)) {
    const isPlain = plainWord.test(word.trim()) && !reference.test(word);
    const last = parts.at(-1);
    if (!isPlain) parts.push(code(word));
    else if (last?.type === 'text') last.value += word;
    else parts.push({ type: 'text', value: word });
  }
  return parts;
}

/** The text of a part of a document; it ends in a line end. */
export function render(children: readonly RootContent[]): string {
  const root: Root = { type: 'root', children: [...children] };
  return toMarkdown(root, {
    bullet: '-',
    fences: true,
    extensions: [gfmTableToMarkdown({ tablePipeAlign: false })],
  });
}
