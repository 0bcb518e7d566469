/**
 * Writes the samples of real output, in README.md, in docs/reporters.md and as images: `npm run samples`. A test fails
 * where a sample is not what the tool prints; a picture of a page differs from browser to browser, and is not compared.
 */

import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { stripVTControlCharacters } from 'node:util';
import { WebSocketServer } from 'ws';
import type { AuditEvent } from '../report/events.ts';
import { createHtmlReporter } from '../reporters/html.ts';
import type { Page } from '../reporters/reporter.ts';
import { createTerminalReporter } from '../reporters/terminal.ts';
import { hasBrowser } from './browser.ts';
import { clientSample } from './client-sample.ts';
import { pictureOfPage } from './page-picture.ts';
import { withReporterSamples } from './reporter-samples.ts';
import { codeBlock, renderSample, steadyEvents, withSample } from './sample.ts';
import { terminalSvg } from './terminal-svg.ts';

/** Findings that a sample shows; a line says how many more there are. */
const shownFindings = { readme: 1, image: 3 };

/** Every file with samples: its path from the project's root, and its text. */
export async function makeSamples(): Promise<Map<string, string>> {
  const events = await auditWs();
  const readme = cutBehindFinding(
    await render(events, { columns: 80, colorLevel: 0, unicode: true }),
    shownFindings.readme,
  );
  const image = cutBehindFinding(
    await render(events, { columns: 100, colorLevel: 1, unicode: true }),
    shownFindings.image,
  );
  return new Map([
    ['README.md', withSample(readFileSync('README.md', 'utf8'), 'ws', [codeBlock(readme)])],
    ['docs/reporters.md', await withReporterSamples(readFileSync('docs/reporters.md', 'utf8'))],
    [
      'docs/clients.md',
      withSample(readFileSync('docs/clients.md', 'utf8'), 'client', [await clientSample()]),
    ],
    ['docs/terminal.svg', terminalSvg(image, 'An audit of the npm package ws in a terminal', 100)],
  ]);
}

/** An audit of the npm package `ws` with its default options. */
async function auditWs(): Promise<readonly AuditEvent[]> {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
  await once(server, 'listening');
  try {
    return await steadyEvents((server.address() as AddressInfo).port);
  } finally {
    server.close();
    for (const client of server.clients) client.terminate();
  }
}

function render(events: readonly AuditEvent[], page: Page): Promise<string> {
  return renderSample(createTerminalReporter, events, page);
}

/** Leaves the findings out that come later. */
function cutBehindFinding(text: string, shown: number): string {
  const lines = text.split('\n');
  const starts = lines.flatMap((line, i) =>
    /^\d+ \[(MUST|SHOULD|MAY)\]/.test(stripVTControlCharacters(line)) ? [i] : [],
  );
  const from = starts[shown];
  if (from === undefined) return text;
  return [
    ...lines.slice(0, from),
    `… ${starts.length - shown} more`,
    ...lines.slice(lines.lastIndexOf('', lines.length - 2)),
  ].join('\n');
}

async function pageAboutWs(): Promise<Buffer> {
  const page: Page = { columns: 80, colorLevel: 0, unicode: true };
  return pictureOfPage(await renderSample(createHtmlReporter, await auditWs(), page));
}

if (import.meta.filename === process.argv[1]) {
  for (const [path, text] of await makeSamples()) writeFileSync(path, text);
  if (hasBrowser) writeFileSync('docs/page.png', await pageAboutWs());
}
