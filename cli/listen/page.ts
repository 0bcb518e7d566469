/** The page that plays the cases in a browser: a table that fills while its script connects to one URL after another. */

import { toHtml } from 'hast-util-to-html';
import type { CaseUrl } from '../../audit/client/visits.ts';
import { h, scrolling } from '../../reporters/html/elements.ts';
import { scriptAttempts } from './script-attempts.ts';

export function listenPage(cases: readonly CaseUrl[]): string {
  const page = h('html', { lang: 'en' }, [
    h('head', [
      h('meta', { charSet: 'utf-8' }),
      h('meta', { name: 'viewport', content: 'width=device-width, initial-scale=1' }),
      h('meta', { name: 'color-scheme', content: 'light dark' }),
      h('title', 'handshake13: audit of this browser'),
      h('link', { rel: ['stylesheet'], href: 'page.css' }),
      h('link', { rel: ['icon'], href: 'data:,' }),
      h('script', { src: 'page.js', defer: true }),
    ]),
    h(
      'body',
      h('main', [
        h('h1', 'Audit of this browser'),
        h('p', [
          'This page connects to handshake13 once for each case, strictly one after another. Keep it open until it is done. The report is where handshake13 runs.',
        ]),
        h('noscript', h('p', 'The page needs JavaScript.')),
        h('p', { id: 'status', role: 'status' }, 'Starting'),
        h('p', [
          h('label', { for: 'progress' }, 'Cases'),
          ' ',
          h('progress', { id: 'progress', max: cases.length, value: 0 }),
          ' ',
          h('span', { id: 'count' }, `0 of ${cases.length}`),
        ]),
        h('section', { id: 'result', hidden: true }, [h('h2', 'Result'), h('ul', { id: 'findings' })]),
        h('section', [
          h('h2', 'Sec-WebSocket-Version, set by a script'),
          h('p', 'A browser must not let a script set this field.'),
          scrolling(
            'Attempts to set the field',
            h('table', [
              h('thead', h('tr', [columnHead('Attempt'), columnHead('Result')])),
              h(
                'tbody',
                scriptAttempts.map(({ by, code }) =>
                  h('tr', { id: `attempt-${by}` }, [rowHead(h('code', code)), h('td', 'not yet tried')]),
                ),
              ),
            ]),
          ),
        ]),
        h('section', [
          h('h2', 'Cases'),
          scrolling(
            'Cases',
            h('table', [
              h('thead', h('tr', [columnHead('Case'), columnHead('Answer'), columnHead('Result')])),
              h(
                'tbody',
                cases.map(({ id, title }) =>
                  h('tr', { id: `case-${id}` }, [rowHead(h('code', id)), h('td', title), h('td')]),
                ),
              ),
            ]),
          ),
        ]),
      ]),
    ),
  ]);
  return `<!doctype html>\n${toHtml(page)}\n`;
}

function columnHead(text: string) {
  return h('th', { scope: 'col' }, text);
}

function rowHead(content: ReturnType<typeof h>) {
  return h('th', { scope: 'row' }, content);
}
