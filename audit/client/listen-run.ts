/** Audits a client that somebody else starts, such as a browser: listens for it, and judges what came. */

import { once as onceHappened } from 'node:events';
import type { Case } from '../../cases/case.ts';
import type { ClientAuditEvent } from '../../report/client/client-events.ts';
import type { ClientReport } from '../../report/client/client-report.ts';
import { ClientReportBuilder } from '../../report/client/client-report-builder.ts';
import { tool } from '../../report/tool.ts';
import { assessClient } from '../../scoring/client/assess-client.ts';
import { controlConduct, isSettled, judgeCase } from '../../scoring/client/judge-case.ts';
import type { RequestFailure } from '../../scoring/client/judge-requests.ts';
import type { CaseObservation } from '../../scoring/client/observation.ts';
import { fieldValues } from '../../wire/response.ts';
import { CaseServer } from '../../wire/server/case-server.ts';
import { EventRun } from '../event-run.ts';
import { explainControl } from './client-audit.ts';
import { baselineOfClient } from './client-baseline-plan.ts';
import type { ClientAuditOptions } from './client-options.ts';
import { type ClientPlan, controlCaseId, planClientAudit } from './client-plan.ts';
import { type FinishedCase, reportCase, withDisagreement } from './finished-case.ts';
import { type CaseUrl, Visits } from './visits.ts';

export interface ListenOptions extends Omit<ClientAuditOptions, 'jobs' | 'caseTimeout' | 'env' | 'tls'> {
  /** Ends the run when every case was seen. */
  readonly once?: boolean;
}

/** Nothing is started: whoever uses the URLs does that. */
const startedElsewhere = (): void => {};

/**
 * Listens. Each URL is for one connection of the client, or for as many as it makes of its own accord.
 *
 * @throws UsageError for invalid options, and where it cannot listen
 */
export async function listenForClient(options: ListenOptions): Promise<ListenRun> {
  const plan = planClientAudit(startedElsewhere, options);
  const server = await CaseServer.listen({ ...plan, certificate: null });
  return new ListenRun(new Listening(plan, server, options));
}

/** Goes on until `finish()` is called, every case was seen where that is asked for, or the signal is aborted. */
export class ListenRun extends EventRun<ClientAuditEvent, ClientReport> {
  readonly #listening: Listening;

  constructor(listening: Listening) {
    super({
      work: (emit, signal) => listening.run(emit, signal),
      createFold: () => new ClientReportBuilder(),
      signal: listening.plan.signal,
      maxTime: 0,
    });
    this.#listening = listening;
  }

  /** Where the client is to connect, in this order: the control first. */
  get urls(): readonly CaseUrl[] {
    return this.#listening.urls;
  }

  /** What is to be visited once more, for a second opinion; the control comes last. Waits for what is going on. */
  secondUrls(): Promise<readonly CaseUrl[]> {
    return this.#listening.secondUrls();
  }

  /** Takes what else shows of the requests of the client. */
  addFailure(failure: RequestFailure): void {
    this.#listening.failures.push(failure);
  }

  /** Ends the run, which then reports what came, as soon as what is going on is over. */
  finish(): Promise<void> {
    return this.#listening.finish();
  }
}

class Listening {
  readonly plan: ClientPlan;
  /** Those that no case shows. */
  readonly failures: RequestFailure[] = [];
  readonly urls: readonly CaseUrl[];
  readonly #server: CaseServer;
  readonly #visits: Visits;
  /** Null until it is known. */
  #name: string | null;
  #isStarted = false;
  readonly #seen = new Map<string, { readonly one: Case; readonly observation: CaseObservation }>();
  readonly #finished = new Map<string, FinishedCase>();
  #lastControl: FinishedCase | null = null;
  /** Null before the run has begun. */
  #emit: ((event: ClientAuditEvent) => void) | null = null;
  #end: () => void = () => {};
  readonly #ended = new Promise<void>((resolve) => {
    this.#end = resolve;
  });

  constructor(plan: ClientPlan, server: CaseServer, { once = false, name }: ListenOptions) {
    this.plan = plan;
    this.#server = server;
    this.#name = name ?? null;
    this.#visits = new Visits(server);
    this.urls = plan.cases.map((one) =>
      this.#visits.expect(one, (observation) => {
        this.#seen.set(one.id, { one, observation });
        this.#name ??= userAgentOf(observation);
        this.#judgeSeen();
        if (once && this.#seen.size === plan.cases.length) this.#end();
      }),
    );
  }

  async run(emit: (event: ClientAuditEvent) => void, signal: AbortSignal): Promise<void> {
    const startedAt = performance.now();
    const { profile, failOn, allowUnexpectedPass, baseline } = this.plan;
    const rules = { failOn, allowUnexpectedPass };
    this.#emit = emit;
    try {
      emit({
        type: 'run-start',
        direction: 'client',
        tool,
        profile,
        ...rules,
        startedAt: new Date().toISOString(),
      });
      if (!signal.aborted) await Promise.race([this.#ended, onceHappened(signal, 'abort')]);
      this.#visits.close();
      // Where the run is cut off, what is in doubt has to stay so.
      if (!signal.aborted) this.#settleRest();
      this.#start();
      emit({
        type: 'client-end',
        client: 0,
        result: {
          ...assessClient(
            [...this.#finished.values()],
            this.#server.authority,
            rules,
            this.#describeProblem(),
            this.failures,
            baselineOfClient(this.#nameOrNone, baseline),
          ),
          lastControl: this.#lastControl && reportCase(this.#lastControl),
        },
      });
      const durationMs = Math.round(performance.now() - startedAt);
      emit({ type: 'run-end', durationMs, partial: signal.aborted });
    } finally {
      await this.#server.close();
    }
  }

  async secondUrls(): Promise<readonly CaseUrl[]> {
    await this.#visits.quiet();
    const doubtful = [...this.#seen.values()].filter(({ one }) => !this.#finished.has(one.id));
    const control = this.plan.cases.find(({ id }) => id === controlCaseId);
    return [
      ...doubtful.map(({ one, observation: first }) =>
        this.#visits.expect(one, (observation) => {
          this.#finish(
            withDisagreement(this.#judge(one, observation, first), this.#judge(one, first).verdict),
          );
        }),
      ),
      ...(control === undefined
        ? []
        : [
            this.#visits.expect(control, (observation) => {
              this.#lastControl = this.#judge(control, observation);
            }),
          ]),
    ];
  }

  async finish(): Promise<void> {
    await this.#visits.quiet();
    this.#end();
  }

  /** Judges what was seen, once there is a control to judge it by; what is in doubt may be seen again. */
  #judgeSeen(): void {
    if (!this.#seen.has(controlCaseId)) return;
    for (const { one, observation } of this.#seen.values()) {
      if (this.#finished.has(one.id)) continue;
      const judged = this.#judge(one, observation);
      if (one.id === controlCaseId || isSettled(one, judged.verdict)) this.#finish(judged);
    }
  }

  #settleRest(): void {
    for (const { one, observation } of this.#seen.values())
      if (!this.#finished.has(one.id)) this.#finish(this.#judge(one, observation));
  }

  #judge(one: Case, observation: CaseObservation, before: CaseObservation | null = null): FinishedCase {
    const control = one.id === controlCaseId ? undefined : this.#seen.get(controlCaseId);
    const verdict = judgeCase(one, observation, {
      profile: this.plan.profile,
      control: control === undefined ? null : controlConduct(control.observation),
      before,
    });
    return { one, observation, verdict, attempts: before === null ? 1 : 2 };
  }

  get #nameOrNone(): string {
    return this.#name ?? 'a client';
  }

  /** A client has a name when it has connected. */
  #start(): void {
    if (this.#isStarted) return;
    this.#isStarted = true;
    this.#emit?.({
      type: 'client-start',
      client: 0,
      name: this.#nameOrNone,
      command: null,
      authority: this.#server.authority,
      cases: this.plan.cases.map(({ id }) => id),
    });
  }

  #finish(finished: FinishedCase): void {
    this.#start();
    this.#finished.set(finished.one.id, finished);
    this.#emit?.({ type: 'case', client: 0, case: reportCase(finished) });
  }

  /** Why the cases cannot be trusted, in words; null if they can. */
  #describeProblem(): string | null {
    const control = this.#finished.get(controlCaseId);
    if (control === undefined)
      return this.#finished.size === 0
        ? 'no client connected'
        : `nothing shows that the client can open a connection: the URL of the case ${controlCaseId} was not visited`;
    if (!controlConduct(control.observation).isOpened)
      return explainControl(control.observation, control.verdict);
    if (this.#lastControl !== null && !controlConduct(this.#lastControl.observation).isOpened)
      return `the control was opened at first and not at the end: ${this.#lastControl.verdict.actual}`;
    return null;
  }
}

function userAgentOf({ connections }: CaseObservation): string | null {
  const fields = connections.flatMap(({ requests }) => requests).flatMap((request) => request.fields);
  return fieldValues(fields, 'User-Agent')[0] ?? null;
}
