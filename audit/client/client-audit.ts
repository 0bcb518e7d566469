/** Audits a client: starts it once for each case, and judges what it makes of the answers. */

import { setMaxListeners } from 'node:events';
import pLimit from 'p-limit';
import type { Case } from '../../cases/case.ts';
import type { ClientAuditEvent } from '../../report/client/client-events.ts';
import type { ClientReport } from '../../report/client/client-report.ts';
import { ClientReportBuilder } from '../../report/client/client-report-builder.ts';
import { tool } from '../../report/tool.ts';
import { assessClient } from '../../scoring/client/assess-client.ts';
import {
  type CaseVerdict,
  type ControlConduct,
  controlConduct,
  isSettled,
  judgeCase,
} from '../../scoring/client/judge-case.ts';
import type { CaseObservation } from '../../scoring/client/observation.ts';
import { CaseServer } from '../../wire/server/case-server.ts';
import { EventRun } from '../event-run.ts';
import { runCase } from './case-run.ts';
import { baselineOfClient } from './client-baseline-plan.ts';
import type { ClientAuditOptions, ClientStart } from './client-options.ts';
import { type ClientPlan, controlCaseId, planClientAudit } from './client-plan.ts';
import { confirmAlone } from './confirm-alone.ts';
import { type FinishedCase, reportCase, withDisagreement } from './finished-case.ts';
import { setUpTls } from './tls-setup.ts';

/**
 * Audits a client. The audit starts at once: it listens, starts the client for each case with a URL of its own, and
 * answers its handshake as the case says.
 *
 * @param start a command, or a function that connects to a URL
 * @throws UsageError for invalid options; then nothing was started
 */
export function auditClient(start: ClientStart, options: ClientAuditOptions = {}): ClientAuditRun {
  return new ClientAuditRun(planClientAudit(start, options));
}

/**
 * A running audit of a client: iterate over its events, once, or wait for its report, or both. Leaving the iteration
 * ends the audit.
 */
export class ClientAuditRun extends EventRun<ClientAuditEvent, ClientReport> {
  constructor(plan: ClientPlan) {
    super({
      work: (emit, signal) => runAll(plan, signal, emit),
      createFold: () => new ClientReportBuilder(),
      signal: plan.signal,
      maxTime: 0,
    });
  }
}

type Emit = (event: ClientAuditEvent) => void;

async function runAll(plan: ClientPlan, signal: AbortSignal, emit: Emit): Promise<void> {
  const startedAt = performance.now();
  const tls = await setUpTls(plan.tls, plan.host);
  const server = await CaseServer.listen({ ...plan, certificate: tls.certificate }).catch(async (error) => {
    await tls.remove();
    throw error;
  });
  const { profile, failOn, allowUnexpectedPass, baseline, name, start, cases } = plan;
  const rules = { failOn, allowUnexpectedPass };
  try {
    emit({
      type: 'run-start',
      direction: 'client',
      tool,
      profile,
      ...rules,
      startedAt: new Date().toISOString(),
    });
    emit({
      type: 'client-start',
      client: 0,
      name,
      command: typeof start === 'function' ? null : start.command,
      authority: server.authority,
      cases: cases.map(({ id }) => id),
    });
    const { finished, lastControl, problem } = await runCases(plan, server, tls.caFile, signal, emit);
    emit({
      type: 'client-end',
      client: 0,
      result: {
        ...assessClient(finished, server.authority, rules, problem, [], baselineOfClient(name, baseline)),
        lastControl: lastControl && reportCase(lastControl),
      },
    });
    const durationMs = Math.round(performance.now() - startedAt);
    emit({ type: 'run-end', durationMs, partial: signal.aborted });
  } finally {
    await server.close();
    await tls.remove();
  }
}

interface FinishedCases {
  readonly finished: readonly FinishedCase[];
  readonly lastControl: FinishedCase | null;
  /** Why they cannot be trusted, in words; null if they can. */
  readonly problem: string | null;
}

/**
 * The control first, the others side by side and in doubt once more, then alone, and the control last. A case that only
 * waits takes longest and nothing but time: it begins once the control has asked, and may still wait beside the last one.
 */
async function runCases(
  plan: ClientPlan,
  server: CaseServer,
  ca: string | null,
  signal: AbortSignal,
  emit: Emit,
): Promise<FinishedCases> {
  const finished: FinishedCase[] = [];
  const finish = (one: FinishedCase): void => {
    finished.push(one);
    emit({ type: 'case', client: 0, case: reportCase(one) });
  };
  const [first, ...others] = plan.cases;
  if (first === undefined) throw new Error(`the plan lacks the case ${controlCaseId}`);
  const unopened = new AbortController();
  const ending = AbortSignal.any([signal, unopened.signal]);
  // One for each case that runs.
  setMaxListeners(0, ending);
  const attempt = async (
    one: Case,
    control: ControlConduct | null,
    before: FinishedCase | null = null,
    onAsked?: () => void,
  ): Promise<FinishedCase | null> => {
    if (ending.aborted) return null;
    const observation = await runCase(one, server, plan, ca, ending, onAsked);
    if (observation === null) return null;
    const { profile } = plan;
    const verdict = judgeCase(one, observation, { profile, control, before: before?.observation ?? null });
    const made = { one, observation, verdict, attempts: (before?.attempts ?? 0) + 1 };
    return before === null ? made : withDisagreement(made, before.verdict);
  };

  const limit = pLimit(plan.jobs);
  const waits = new Map<Case, Promise<FinishedCase | null>>();
  const beginWaits = (): void => {
    for (const one of others.filter(onlyWaits)) waits.set(one, limit(attempt, one, null));
  };
  const firstControl = await limit(async () => {
    const made = await attempt(first, null, null, beginWaits);
    if (made === null || !controlConduct(made.observation).isOpened) unopened.abort();
    return made;
  });
  if (unopened.signal.aborted) await Promise.all(waits.values());
  if (firstControl === null) return { finished, lastControl: null, problem: 'interrupted' };
  finish(firstControl);
  const control = controlConduct(firstControl.observation);
  if (!control.isOpened)
    return {
      finished,
      lastControl: null,
      problem: explainControl(firstControl.observation, firstControl.verdict, trustHint(server, ca)),
    };

  const doubtful: FinishedCase[] = [];
  const runSide = async (one: Case): Promise<void> => {
    const once = await (waits.get(one) ?? limit(attempt, one, control));
    if (once === null) return;
    const made = isSettled(one, once.verdict) ? once : await limit(attempt, one, control, once);
    if (made === null) return;
    if (isSettled(one, made.verdict)) finish(made);
    else doubtful.push(made);
  };
  const waiting = Promise.all([...waits.keys()].map(runSide));
  await Promise.all(longestFirst(others.filter((one) => !waits.has(one))).map(runSide));
  let lastControl = doubtful.length === 0 ? await attempt(first, control) : null;
  await waiting;
  const again = (before: FinishedCase): Promise<FinishedCase | null> => attempt(before.one, control, before);
  doubtful.sort((a, b) => plan.cases.indexOf(a.one) - plan.cases.indexOf(b.one));
  if (doubtful.length > 0) {
    await confirmAlone(doubtful, control, again, finish);
    lastControl = await attempt(first, control);
  }
  if (lastControl === null) return { finished, lastControl, problem: 'interrupted' };
  const isLastOpened = controlConduct(lastControl.observation).isOpened;
  const problem = isLastOpened
    ? null
    : `the control was opened at first and not at the end: ${lastControl.verdict.actual}`;
  return { finished, lastControl, problem };
}

/** Whether our side does nothing but hold the connection, and nothing is asked of the client. */
function onlyWaits({ group, expects }: Case): boolean {
  return group === 'none' && expects === 'free';
}

/** What our side holds takes the longest, and everything else runs beside it. */
function longestFirst(cases: readonly Case[]): Case[] {
  const isHeld = ({ afterwards }: Case): boolean => afterwards === 'hold';
  return [...cases.filter(isHeld), ...cases.filter((one) => !isHeld(one))];
}

/**
 * Why nothing can be judged, where the control was not opened.
 *
 * @param trust what a client needs to agree on TLS, in words; empty without TLS
 */
export function explainControl(
  { connections, process }: CaseObservation,
  { actual }: CaseVerdict,
  trust = '',
): string {
  const hasConnected = connections.some(({ requests }) => requests.length > 0);
  const hint = hasConnected
    ? 'let it stay connected for half a second, or send a message, so that it shows'
    : `check the command, and that it connects to the URL that it is given${trust}`;
  const wrote = process?.output.trim() ?? '';
  const said = wrote === '' ? '' : `; the last line of its output: ${wrote.split(/\r?\n/).at(-1)}`;
  return `nothing shows that the client opened the control, a valid 101: ${actual}${said}; ${hint}`;
}

/** What a client needs to agree on TLS; empty without TLS. */
function trustHint({ isSecure, tlsProblem }: CaseServer, ca: string | null): string {
  if (!isSecure) return '';
  const trusted =
    ca === null ? 'the certificate' : 'the authority in NODE_EXTRA_CA_CERTS, SSL_CERT_FILE or {ca}';
  return ` and trusts ${trusted}${tlsProblem === null ? '' : `: TLS failed (${tlsProblem})`}`;
}
