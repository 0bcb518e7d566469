/** Reporters at work in the tests: the events of real audits, given to a reporter whose output is kept. */

import type { Behaviour } from '../../fixtures/behaviour.ts';
import { findFixture } from '../../fixtures/catalogue.ts';
import { startFixture } from '../../fixtures/server.ts';
import { type AuditEvent, type AuditOptions, audit, type Report } from '../../index.ts';
import { planRun } from '../../report/planned-run.ts';
import type { TargetResult } from '../../report/report.ts';
import { ReportBuilder } from '../../report/report-builder.ts';
import { dispatchTo } from '../../reporters/dispatch.ts';
import type { CreateReporter, Page, Reporter, Verbosity } from '../../reporters/reporter.ts';

export interface Audited {
  readonly url: string;
  readonly events: readonly AuditEvent[];
  readonly report: Report;
}

/** Audits a fixture. @param hooks in place of the fixture's own */
export async function auditFixture(
  name: string,
  options: AuditOptions = {},
  hooks: Partial<Behaviour> = {},
): Promise<Audited> {
  const fixture = findFixture(name);
  if (fixture === undefined) throw new Error(`no fixture is called ${name}`);
  const server = await startFixture({ ...fixture, behaviour: { ...fixture.behaviour, ...hooks } });
  try {
    const run = audit(server.url, options);
    const report = run.report();
    const events: AuditEvent[] = [];
    for await (const event of run) events.push(event);
    return { url: server.url, events, report: await report };
  } finally {
    await server.close();
  }
}

/** The same run with other events: they are reported as if they had happened. */
export function changed(audited: Audited, change: (event: AuditEvent) => AuditEvent): Audited {
  return rebuilt(
    audited.url,
    audited.events.map((event) => change(event)),
  );
}

/** The same run in which the results of its targets are others. */
export function withResult(
  audited: Audited,
  change: (result: TargetResult) => Partial<TargetResult>,
): Audited {
  return changed(audited, (event) =>
    event.type === 'target-end' ? { ...event, result: { ...event.result, ...change(event.result) } } : event,
  );
}

/** One run of all these targets, each audited alone; begun and ended as the first was. */
export function together(audits: readonly Audited[]): Audited {
  const [first] = audits;
  if (first === undefined) throw new Error('a run of no audit');
  const [start, end] = [first.events[0], first.events.at(-1)];
  if (start?.type !== 'run-start' || end?.type !== 'run-end') throw new Error('not the events of a run');
  const ofTargets = audits.flatMap(({ events }, target) =>
    events.flatMap((event) => ('target' in event ? [{ ...event, target }] : [])),
  );
  const planned = planRun(audits.flatMap(({ report }) => report.targets));
  return rebuilt(first.url, [{ ...start, planned }, ...ofTargets, { ...end, planned }]);
}

function rebuilt(url: string, events: readonly AuditEvent[]): Audited {
  const builder = new ReportBuilder();
  for (const event of events) builder.add(event);
  return { url, events, report: builder.build() };
}

export interface RenderOptions extends Partial<Page> {
  readonly verbosity?: Verbosity;
  readonly sarifLocation?: string;
}

/** A reporter, and what it has written so far. */
function createRendering(
  create: CreateReporter,
  { verbosity = 'normal', sarifLocation, ...page }: RenderOptions,
): { readonly reporter: Reporter; readonly text: () => string } {
  let text = '';
  const write = (part: string): void => {
    text += part;
  };
  const reporter = create({
    output: { write, drained: async () => {}, columns: 80, colorLevel: 0, unicode: true, ...page },
    verbosity,
    reproduceCommand: ({ url }, probe) => `handshake13 ${url} --probe ${probe} -vv`,
    ...(sarifLocation !== undefined && { sarifLocation }),
  });
  return { reporter, text: () => text };
}

function renderAll(
  create: CreateReporter,
  { events }: Audited,
  options: RenderOptions,
): { readonly text: () => string; readonly ended: Promise<void> } {
  const { reporter, text } = createRendering(create, options);
  const dispatcher = dispatchTo([
    { name: 'test', reporter, finish: async () => {}, discard: async () => {} },
  ]);
  // What does not take its time has written everything when this returns.
  const handled = events.map((event) => dispatcher.onEvent(event));
  const check = (): void => {
    const [failure] = dispatcher.failures;
    if (failure !== undefined) throw new Error(failure);
  };
  check();
  return { text, ended: Promise.all(handled).then(check) };
}

/** What a reporter writes of an audit; on a plain output of 80 columns, by default. */
export function render(create: CreateReporter, audited: Audited, options: RenderOptions = {}): string {
  return renderAll(create, audited, options).text();
}

/** As `render`, of a reporter that takes its time. */
export async function renderInTime(create: CreateReporter, audited: Audited): Promise<string> {
  const { text, ended } = renderAll(create, audited, {});
  await ended;
  return text();
}

/** What a reporter that writes at the end of the run makes of a report. */
export function renderReport(create: CreateReporter, report: Report, options: RenderOptions = {}): string {
  const { reporter, text } = createRendering(create, options);
  if (reporter.needs !== 'report') throw new Error('this reporter is not made from a report alone');
  reporter.onReport(report);
  return text();
}
