/** Reporters at work in the tests: the events of real audits, told to a reporter whose output is kept. */

import { ReportBuilder } from '../../audit/report.ts';
import type { Behaviour } from '../../fixtures/behaviour.ts';
import { findFixture } from '../../fixtures/catalogue.ts';
import { startFixture } from '../../fixtures/server.ts';
import { type AuditEvent, type AuditOptions, audit, type Report } from '../../index.ts';
import type { CreateReporter, Output, Verbosity } from '../../reporters/reporter.ts';

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
    const events: AuditEvent[] = [];
    for await (const event of run) events.push(event);
    return { url: server.url, events, report: await run.report() };
  } finally {
    await server.close();
  }
}

export interface Telling extends Partial<Omit<Output, 'write'>> {
  readonly verbosity?: Verbosity;
}

/** What a reporter writes of an audit; on a plain output of 80 columns, unless told. */
export function tell(create: CreateReporter, { events }: Audited, telling: Telling = {}): string {
  const { verbosity = 'normal', columns = 80, colorLevel = 0, unicode = true } = telling;
  let text = '';
  const write = (part: string): void => {
    text += part;
  };
  const reporter = create({
    output: { write, columns, colorLevel, unicode },
    verbosity,
    repeatCommand: ({ url }, probe) => `handshake13 ${url} --probe ${probe} -v`,
  });
  const builder = new ReportBuilder();
  for (const event of events) {
    builder.add(event);
    if (event.type === 'run-start') reporter.onRunStart?.(event);
    if (event.type === 'target-start') reporter.onTargetStart?.(event);
    if (event.type === 'probe') reporter.onProbe?.(event);
    if (event.type === 'target-end') {
      const target = builder.target(event.target);
      if (target !== null) reporter.onTargetEnd?.(event, target);
    }
    if (event.type === 'run-end') reporter.onRunEnd?.(event, builder.build());
  }
  return text;
}
