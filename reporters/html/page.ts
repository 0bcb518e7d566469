/**
 * A page as a whole. It asks for nothing from anywhere: a policy in its head allows its own style and script, by their
 * hashes, and nothing else.
 */

import { createHash } from 'node:crypto';
import type { Element, ElementContent } from 'hast';
import { toHtml } from 'hast-util-to-html';
import type { Page } from '../reporter.ts';
import { h } from './elements.ts';
import { script } from './script.ts';
import { styleSheet } from './style-sheet.ts';

const styleFile = 'handshake13.css';
const scriptFile = 'handshake13.js';

/** A page as text; where the destination takes more files, style and script are written beside it. */
export function pageOf(
  { writeBeside }: Pick<Page, 'writeBeside'>,
  title: string,
  body: readonly ElementContent[],
): string {
  writeBeside?.(styleFile, styleSheet);
  writeBeside?.(scriptFile, script);
  return `<!doctype html>\n${toHtml(page(title, body, writeBeside !== undefined))}\n`;
}

function page(title: string, body: readonly ElementContent[], isBeside: boolean): Element {
  const policy = isBeside
    ? `default-src 'none'; style-src 'self'; script-src 'self'`
    : `default-src 'none'; style-src '${hashOf(styleSheet)}'; script-src '${hashOf(script)}'`;
  return h('html', { lang: 'en' }, [
    h('head', [
      h('meta', { charSet: 'utf-8' }),
      h('meta', {
        httpEquiv: 'Content-Security-Policy',
        content: `${policy}; base-uri 'none'; form-action 'none'`,
      }),
      h('meta', { name: 'viewport', content: 'width=device-width, initial-scale=1' }),
      h('meta', { name: 'color-scheme', content: 'light dark' }),
      h('title', title),
      isBeside ? h('link', { rel: ['stylesheet'], href: styleFile }) : h('style', styleSheet),
    ]),
    h('body', [
      h('main', [...body]),
      isBeside ? h('script', { src: scriptFile, defer: true }) : h('script', script),
    ]),
  ]);
}

function hashOf(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}
