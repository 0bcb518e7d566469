/**
 * Writes the samples of real output, in README.md and as an image: `npm run samples`. A test fails where a sample is
 * not what the tool prints.
 */

import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { stripVTControlCharacters } from 'node:util';
import { WebSocketServer } from 'ws';
import { audit } from '../audit/audit.ts';
import type { AuditEvent } from '../report/events.ts';
import { dispatchTo } from '../reporters/dispatch.ts';
import type { Page } from '../reporters/reporter.ts';
import { createTerminalReporter } from '../reporters/terminal.ts';
import { terminalSvg } from './terminal-svg.ts';

/** What the samples name in place of the server that was audited. */
const shownTarget = 'localhost:8080';
const shownSeconds = '1.3 s';

/** Findings that a sample shows; a line says how many more there are. */
const shownFindings = { readme: 1, image: 3 };

/** Every file with samples: its path from the project's root, and its text. */
export async function makeSamples(): Promise<Map<string, string>> {
  const events = await auditWs();
  const readme = cutBehindFinding(
    render(events, { columns: 80, colorLevel: 0, unicode: true }),
    shownFindings.readme,
  );
  const image = cutBehindFinding(
    render(events, { columns: 100, colorLevel: 1, unicode: true }),
    shownFindings.image,
  );
  return new Map([
    ['README.md', withSample(readFileSync('README.md', 'utf8'), 'ws', readme)],
    ['docs/terminal.svg', terminalSvg(image, 'An audit of the npm package ws in a terminal', 100)],
  ]);
}

/** An audit of the npm package `ws` with its default options. */
async function auditWs(): Promise<readonly AuditEvent[]> {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  try {
    const events: AuditEvent[] = [];
    for await (const event of audit(`ws://127.0.0.1:${port}/`)) events.push(event);
    return JSON.parse(JSON.stringify(events).replaceAll(`127.0.0.1:${port}`, shownTarget));
  } finally {
    server.close();
    for (const client of server.clients) client.terminate();
  }
}

function render(events: readonly AuditEvent[], page: Page): string {
  let text = '';
  const reporter = createTerminalReporter({
    output: {
      ...page,
      write: (part) => {
        text += part;
      },
      drained: async () => {},
    },
    verbosity: 'normal',
    reproduceCommand: ({ url }, probe) => `handshake13 ${url} --probe ${probe} -vv`,
  });
  const dispatcher = dispatchTo([
    { name: 'sample', reporter, finish: async () => {}, discard: async () => {} },
  ]);
  for (const event of events) dispatcher.onEvent(event);
  return text.replace(/\b\d+\.\d s\b/, shownSeconds).replaceAll(/ {2}address .*\n/g, '');
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
    '',
    ...lines.slice(lines.length - 2),
  ].join('\n');
}

/** Replaces what stands between the marks of a sample. */
function withSample(page: string, name: string, sample: string): string {
  const [start, end] = [`<!-- sample: ${name} -->`, `<!-- end of the sample -->`];
  const [before = '', rest] = page.split(start);
  if (rest === undefined) throw new Error(`no sample is called ${name}`);
  return `${before}${start}\n\n\`\`\`\n${sample.trimEnd()}\n\`\`\`\n\n${end}${rest.slice(rest.indexOf(end) + end.length)}`;
}

if (import.meta.filename === process.argv[1]) {
  for (const [path, text] of await makeSamples()) writeFileSync(path, text);
}
