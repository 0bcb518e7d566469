/** Markdown as a parser that knows nothing of the reporters reads it. */

import { expect } from 'chai';
import { fromMarkdown } from 'mdast-util-from-markdown';
import { micromark } from 'micromark';
import { clauses } from '../../spec/clauses.ts';

export interface Node {
  readonly type: string;
  readonly value?: string;
  readonly url?: string;
  readonly lang?: string | null;
  readonly depth?: number;
  readonly children?: readonly Node[];
}

/** Every node of a document, parents before their children. */
export function nodesOf(text: string): Node[] {
  const withChildren = (node: Node): Node[] => [node, ...(node.children ?? []).flatMap(withChildren)];
  return withChildren(fromMarkdown(text) as Node);
}

const pages: ReadonlySet<string> = new Set(Object.values(clauses).map(({ url }) => url));

/** A part that is folded: no HTML but this, and of what it holds nothing is interpreted. */
const folding =
  /^(?:<details(?: open)?>\n<summary>[✗✓?] <code>(?:[^\p{Cc}\p{Cf}<>&"']|&#\d+;)*<\/code> [\w ,()]+<\/summary>|<\/details>)$/u;

/** Nothing of the kinds that we do not write, no link but to a clause, no text that a forge makes something of. */
export function expectTameNodes(text: string, codeBlock: RegExp): void {
  for (const node of nodesOf(text)) {
    expect(node.type).to.match(
      /^(root|heading|paragraph|text|strong|inlineCode|code|link|list|listItem|thematicBreak|html)$/,
    );
    if (node.type === 'html') expect(node.value).to.match(folding);
    if (node.type === 'link') expect(pages.has(node.url ?? ''), node.url).to.equal(true);
    if (node.type === 'text') expect(node.value).to.not.match(/[@#!~$&^<>`|\\]|:\/\/|www\.|\bG[HL]-\d/);
    if (node.type === 'code') expect(node.value).to.match(codeBlock);
  }
  expect(micromark(text)).to.not.match(/<(?!\/?(h[1234]|p|strong|code|pre|ul|li|a|hr)\b)/);
}

/** No character that is invisible, and every fence is closed. */
export function expectTameText(text: string): void {
  expect(text).to.match(/^(?:[^\p{Cc}\p{Cf}]|\n)*$/u);
  const fences = text.split('\n').filter((line) => /^\s*(```|~~~)/.test(line));
  fences.forEach((line, i) => {
    expect(line).to.match(i % 2 === 0 ? /^```(?:sh)?$/ : /^```$/);
  });
}
