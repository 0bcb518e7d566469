/** What all samples of real output have in common: audits that say the same whenever they run, and marks in pages. */

import { audit } from '../audit/audit.ts';
import type { AuditEvent } from '../report/events.ts';
import { dispatchTo } from '../reporters/dispatch.ts';
import type { CreateReporter, Page } from '../reporters/reporter.ts';

/** What the samples name in place of the server that was audited. */
export const shownHost = 'localhost:8080';

/** The events of an audit of a server on this port of loopback, without what varies from run to run. */
export async function steadyEvents(port: number): Promise<readonly AuditEvent[]> {
  const events: AuditEvent[] = [];
  for await (const event of audit(`ws://127.0.0.1:${port}/`)) events.push(event);
  return JSON.parse(JSON.stringify(events).replaceAll(`127.0.0.1:${port}`, shownHost), steady);
}

function steady(key: string, value: unknown): unknown {
  if (key === 'startedAt') return '2026-01-31T12:00:00.000Z';
  if (key === 'listHash') return '0'.repeat(64);
  // The name that is shown was not looked up.
  if (key === 'address') return null;
  if (key === 'durationMs') return 1300;
  return key.endsWith('Ms') && typeof value === 'number' ? 1 : value;
}

/** What a reporter writes of these events. */
export async function renderSample(
  create: CreateReporter,
  events: readonly AuditEvent[],
  page: Page,
): Promise<string> {
  const written: string[] = [];
  const reporter = create({
    output: { ...page, write: (part) => void written.push(part), drained: async () => {} },
    verbosity: 'normal',
    reproduceCommand: ({ url }, probe) => `handshake13 ${url} --probe ${probe} -vv`,
    sarifLocation: 'README.md',
  });
  const dispatcher = dispatchTo([
    { name: 'sample', reporter, finish: async () => {}, discard: async () => {} },
  ]);
  for (const event of events) await dispatcher.onEvent(event);
  const [failure] = dispatcher.failures;
  if (failure !== undefined) throw new Error(failure);
  // Keys are drawn anew for every connection.
  return written
    .join('')
    .replaceAll(/(?<=Sec-WebSocket-Accept: )\S{27}=/g, 's3pPLMBiTxaQ9kYGzzhZRbK+xOo=')
    .replaceAll(/(?<=Sec-WebSocket-Key: )\S{22}==/g, 'dGhlIHNhbXBsZSBub25jZQ==');
}

export function codeBlock(text: string, language = ''): string {
  const fence = /^```/m.test(text) ? '````' : '```';
  return `${fence}${language}\n${text.trimEnd()}\n${fence}`;
}

/** Replaces what stands between the marks of a sample. */
export function withSample(page: string, name: string, blocks: readonly string[]): string {
  const [start, end] = [`<!-- sample: ${name} -->`, '<!-- end of the sample -->'];
  const [before = '', rest] = page.split(start);
  if (rest === undefined) throw new Error(`no sample is called ${name}`);
  return `${before}${[start, ...blocks, end].join('\n\n')}${rest.slice(rest.indexOf(end) + end.length)}`;
}
