/**
 * The few kinds of Markdown nodes that a summary consists of. Nothing is concatenated from strings: the library that
 * writes the tree escapes the text.
 */

import type { Heading, List, ListItem, Paragraph, PhrasingContent, Root, RootContent } from 'mdast';
import { gfmTableToMarkdown } from 'mdast-util-gfm-table';
import { toMarkdown } from 'mdast-util-to-markdown';

/** A string is text of the tool, never of the wire or of a user. */
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

/** Text from the wire or from a user: in code nothing is interpreted. */
export function code(value: string): PhrasingContent {
  // Empty code would be two backticks, which open another span.
  return value === '' ? { type: 'text', value } : { type: 'inlineCode', value };
}

/**
 * The beginning of a part that can be folded, with its title; `</details>` ends it.
 *
 * @param name text of a user: in code nothing is interpreted, and no forge makes a link of it
 */
export function detailsStart(isOpen: boolean, before: string, name: string, after: string): RootContent {
  const escaped = name.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
  return {
    type: 'html',
    value: `<details${isOpen ? ' open' : ''}>\n<summary>${before} <code>${escaped}</code> ${after}</summary>`,
  };
}

export const detailsEnd: RootContent = { type: 'html', value: '</details>' };

/** Letters, digits and punctuation that mean nothing to Markdown or to a forge. */
const plainWord = /^[\p{L}\p{M}\p{N}§.,;:()'"?/=+-]*$/u;

/** Plain, but still a link or a reference: an address, an issue such as GH-1, a commit. */
const reference = /:\/\/|www\.|\b(?:GH|GL)-\d|\b[0-9a-f]{7,40}\b/i;

/**
 * Sentences that may contain text from the wire or from a user. Forges turn words into links and notify people who are
 * mentioned after they have parsed the Markdown, even if the text was escaped, but not in code. So a word that could
 * mean something to any forge becomes code: `@name`, `#1`, `!1`, `~label`, an address.
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

/** The text of a part of a document, with a final newline. */
export function render(children: readonly RootContent[]): string {
  const root: Root = { type: 'root', children: [...children] };
  return toMarkdown(root, {
    bullet: '-',
    fences: true,
    extensions: [gfmTableToMarkdown({ tablePipeAlign: false })],
  });
}
