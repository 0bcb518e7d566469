/**
 * The audit of one target: control, probes, follow-ups, drafts, what has to be confirmed alone, control again; and the
 * stress probes, where they are asked for.
 *
 * Steps that depend on each other wait for responses only; the close windows of all connections overlap.
 */

import { setTimeout as sleep } from 'node:timers/promises';
import { control, controlId, version, withVersion } from '../probes/control.ts';
import type { Probe } from '../probes/probe.ts';
import type { AuditEvent } from '../report/events.ts';
import { reportProbe, reportResult } from '../report/to-report.ts';
import { endedWithoutResponse, isTimedOut } from '../scoring/answer.ts';
import { judgedAttempt } from '../scoring/attempts.ts';
import type { TargetBaseline } from '../scoring/baseline.ts';
import { type CrowdInfluence, findCrowdInfluence } from '../scoring/crowd-influence.ts';
import {
  type AttemptsContext,
  isInconclusiveAnswer,
  judgeTarget,
  type ScoredAttempts,
  scoreAttempts,
  type TargetEvidence,
} from '../scoring/judge-target.ts';
import { knownVersions } from '../scoring/known-versions.ts';
import { findLeftOpen } from '../scoring/left-open.ts';
import { profiles } from '../scoring/profiles.ts';
import { highestVersion } from '../scoring/version-range.ts';
import { advertisedVersions, type VersionRequest } from '../scoring/versions.ts';
import type { Target } from '../wire/endpoint/target.ts';
import type { Exchange } from '../wire/exchange.ts';
import type { FieldLine, RequestTemplate } from '../wire/request.ts';
import { isSwitchingProtocols } from '../wire/response.ts';
import { describeAbort } from './abort-reason.ts';
import { findAtypicalCloses, isClosedByServer } from './atypical-closes.ts';
import type { ConnectionScheduler, Quota } from './connection-scheduler.ts';
import { explainControl } from './explain-failure.ts';
import { confirmAlone } from './lone-confirmation.ts';
import { baselineOf } from './plan/baseline-plan.ts';
import type { AuditPlan } from './plan/plan.ts';
import { describeTarget, type PlannedTarget } from './plan/targets.ts';
import { type HandshakeAttempts, lastExchange, type NotReady, type ProbeAttempts, Prober } from './prober.ts';
import { runStressPhase } from './stress-phase.ts';

/** Milliseconds that the end of the control's connection is waited for before others are opened. */
const maxControlEndMs = 200;
/** Follow at most this many advertised versions. */
const maxFollowUps = 16;
/** A version that no server understands, sent to see how a client could recover (rfc6455 §4.4). */
const unknownVersion = 25;

type VersionAttempts = HandshakeAttempts & { readonly version: number };

/** Probes named as the possible cause of a crash; as many may be under way at once. */
const maxSuspects = 8;

/** What affects the verdict of a probe besides its attempts. */
type ScoringCircumstances = Omit<
  AttemptsContext,
  'profile' | 'baseline' | 'onlyAlone' | 'leftOpen' | 'lastControl'
>;

/** How the run of a target ended. */
interface Conclusion {
  readonly unsound?: string | null;
  readonly interrupted?: string | null;
  readonly followUps?: readonly VersionRequest[];
  readonly sweep?: readonly VersionRequest[];
  readonly influence?: CrowdInfluence | null;
  /** Null if and only if the run was interrupted or the first control was not accepted. */
  readonly lastControl?: Exchange | null;
}

/** Everything that was sent but the last control. */
interface Sent {
  readonly sent: readonly ProbeAttempts[];
  readonly followUps: readonly VersionAttempts[];
  readonly sweep: readonly VersionAttempts[];
  readonly circumstances: ReadonlyMap<ProbeAttempts, ScoringCircumstances>;
  readonly lastControl?: Exchange;
}

export class TargetRun {
  readonly #index: number;
  readonly #planned: PlannedTarget;
  readonly #target: Target;
  readonly #plan: AuditPlan;
  readonly #signal: AbortSignal;
  readonly #emit: (event: AuditEvent) => void;
  readonly #baseline: TargetBaseline;
  readonly #prober: Prober;
  readonly #scored = new Map<Probe, ScoredAttempts>();
  /** What each probe was judged by when everything was judged last, as text. */
  readonly #grounds = new Map<Probe, string>();
  /** How many attempts and which verdict the last event of each probe held. */
  readonly #emitted = new Map<Probe, string>();

  /**
   * @param index of the target in the plan
   * @throws UsageError where the target's certificates cannot be used
   */
  constructor(
    index: number,
    planned: PlannedTarget,
    plan: AuditPlan,
    scheduler: ConnectionScheduler,
    quota: Quota,
    signal: AbortSignal,
    emit: (event: AuditEvent) => void,
  ) {
    this.#index = index;
    this.#planned = planned;
    this.#target = planned.target;
    this.#plan = plan;
    this.#signal = signal;
    this.#emit = emit;
    this.#baseline = baselineOf(planned, plan.baseline, plan.today);
    this.#prober = new Prober(planned.target, plan, scheduler, quota, signal);
  }

  /** Audits the target. It never rejects because of what the target does. */
  async run(): Promise<void> {
    const { probes } = this.#plan;
    this.#emit({
      type: 'target-start',
      target: this.#index,
      ...describeTarget(this.#planned),
      probes: probes.map(({ id }) => id),
    });
    const abort = (): void => this.#prober.abort();
    this.#signal.addEventListener('abort', abort);
    let conclusion: Conclusion | null = null;
    try {
      conclusion = await this.#runPhases();
      if ((conclusion.unsound ?? null) === null) await this.#runStress();
      this.#conclude(conclusion);
    } catch (error) {
      if (!this.#signal.aborted) throw error;
      // Everything was judged before the stress probes.
      if (conclusion !== null) {
        this.#conclude(conclusion);
        return;
      }
      // Only the last control shows whether the server still behaved as before, and so whether the findings are reliable.
      const unproven = this.#scored.size === 0 ? '' : ', before the control was repeated';
      this.#conclude({
        interrupted: `${describeAbort(this.#signal, this.#plan)} after ${this.#scored.size} of ${probes.length} probes${unproven}`,
      });
    } finally {
      this.#signal.removeEventListener('abort', abort);
      // The events hold these bytes by now; do not retain them until the last target ends.
      this.#scored.clear();
    }
  }

  async #runPhases(): Promise<Conclusion> {
    const drafts = this.#plan.probes.filter(({ family }) => family === 'draft');
    const controlProbe = this.#plan.probes.find(({ id }) => id === controlId);
    if (controlProbe === undefined) throw new Error('the plan has no control');
    const others = this.#plan.probes.filter(
      (probe) => probe !== controlProbe && probe.tier !== 'stress' && !drafts.includes(probe),
    );

    // 0. Wait for a target that is still starting.
    const notReady = this.#plan.wait === 0 ? null : await this.#waitUntilReady();
    if (notReady !== null) {
      const { running, reason } = notReady;
      const unsound = `after waiting ${this.#plan.wait / 1000} s: ${reason}`;
      const lastAttempt = { probe: controlProbe, template: controlProbe.request, attempts: [running] };
      await this.#score({ ...lastAttempt, answer: await running.responded }, { unsound });
      return { unsound };
    }

    // 1. Without an accepted control nothing else means anything.
    const startedAt = performance.now();
    const first = await this.#prober.sendProbe(controlProbe);
    const answerMs = isTimedOut(first.answer)
      ? await this.#prober.sendAgainToColdServer(first)
      : performance.now() - startedAt;
    this.#prober.expectAnswersWithin(answerMs);
    await this.#prober.retry(first);
    if (!isSwitchingProtocols(first.answer.response)) {
      const reason = this.#explain(await lastExchange(first));
      const unsound = isTimedOut(first.answer)
        ? `${reason}; it was sent ${first.attempts.length} times`
        : reason;
      await this.#score(first, { unsound });
      return { unsound };
    }

    // 2. Everything whose verdict does not depend on what the target advertises.
    const scoring: Promise<void>[] = [];
    const score = (one: ProbeAttempts, context: ScoringCircumstances = {}): void => {
      const scored = this.#score(one, context);
      // On abort nobody awaits these; avoid an unhandled rejection.
      scored.catch(() => {});
      scoring.push(scored);
    };
    const unsettled = new Set<ProbeAttempts>();
    const sendAndScore = async (probe: Probe): Promise<ProbeAttempts> => {
      const one = await this.#prober.sendProbe(probe);
      const settled = lastExchange(one).then((exchange) => {
        if (!this.#prober.needsRetry(one) && isClosedByServer(exchange)) return this.#score(one);
        unsettled.add(one);
        return undefined;
      });
      settled.catch(() => {});
      scoring.push(settled);
      return one;
    };
    score(first);
    // The control is alone, unless its connection takes long to end.
    await Promise.race([lastExchange(first), sleep(maxControlEndMs, undefined, { signal: this.#signal })]);
    const sent = [first, ...(await Promise.all(others.map(sendAndScore)))];

    // 3. Follow the version lists as a client would; then send the drafts, which a list may justify.
    const followUps = await this.#followLists(sent);
    const sentDrafts = await Promise.all(drafts.map((probe) => this.#prober.sendProbe(probe)));

    // 4. Retry alone what had no response or an atypical close: was the cause the handshake, the load or the network?
    // Then retry what is still inconclusive, up to the caller's limit.
    await Promise.all(scoring);
    const held = sent.filter((one) => unsettled.has(one));
    const open = await this.#unsettledOf([...held, ...sentDrafts]);
    for (const one of held) if (!open.includes(one)) score(one);
    let isCutShort = await this.#prober.retryUnanswered([
      ...open,
      ...followUps.filter(({ answer }) => isInconclusiveAnswer(answer)),
    ]);

    // Also follow lists that came later, with a retry or in the answer to a draft: nothing is known about a version
    // that was never requested.
    if (!isCutShort && this.#auditsVersions) {
      const furtherFollowUps = await this.#sendAdvertised([...sent, ...followUps, ...sentDrafts], followUps);
      isCutShort = await this.#prober.retryUnanswered(
        furtherFollowUps.filter(({ answer }) => isInconclusiveAnswer(answer)),
      );
      followUps.push(...furtherFollowUps);
    }

    for (const one of open) if (one.probe.family !== 'draft') score(one, { isCutShort });
    await Promise.all(scoring);
    const sweep = this.#plan.sweep && !isCutShort ? await this.#sweepVersions(followUps) : [];
    isCutShort ||= await this.#prober.retryUnanswered(
      sweep.filter(({ answer }) => isInconclusiveAnswer(answer)),
    );

    // 5. Confirm alone what other connections may have changed.
    const circumstances = new Map(open.map((one) => [one, { isCutShort }]));
    const evidence = { sent: [...sent, ...sentDrafts], followUps, sweep, circumstances };
    await this.#judgeAll(evidence);
    this.#emitNew();
    if (!isCutShort) {
      const { closeTimeout } = this.#plan;
      await confirmAlone({
        prober: this.#prober,
        handshakes: [...evidence.sent.filter((one) => one !== first), ...followUps, ...sweep],
        findings: async () => judgeTarget(this.#evidenceOf(await this.#judgeAll(evidence))).findings,
        closeTimeoutMs: closeTimeout,
      });
    }

    // 6. The control again: does the server still behave as before?
    const lastControl = await lastExchange(await this.#prober.sendPatiently(control));
    return {
      ...(await this.#judgeAll({ ...evidence, lastControl })),
      unsound: this.#explainCrash(this.#explain(lastControl)),
      lastControl,
    };
  }

  /** Sends what may bring the server down, once everything else is over. */
  #runStress(): Promise<void> {
    return runStressPhase({
      prober: this.#prober,
      probes: this.#plan.probes.filter(({ tier }) => tier === 'stress'),
      responseTimeout: this.#plan.responseTimeout,
      signal: this.#signal,
      onSent: (one, controlsAfter) => this.#score(one, { controlsAfter }),
    });
  }

  /**
   * Follows rfc6455 §4.4 as a client would: requests a version that nobody supports, reads the lists, and requests
   * every version in them. Only if the versions themselves are audited.
   */
  async #followLists(sent: readonly ProbeAttempts[]): Promise<VersionAttempts[]> {
    if (!this.#auditsVersions) return [];
    const refused = sent.find(({ probe }) => probe.version === unknownVersion);
    const followUps = refused === undefined ? [await this.#sendVersion(unknownVersion)] : [];
    return [...followUps, ...(await this.#sendAdvertised([...sent, ...followUps], followUps))];
  }

  get #auditsVersions(): boolean {
    return this.#plan.probes.some(({ version: requested }) => requested !== undefined);
  }

  /** Requests every version in these lists that has not been requested yet, up to the limit. */
  async #sendAdvertised(
    listing: readonly HandshakeAttempts[],
    already: readonly VersionAttempts[],
  ): Promise<VersionAttempts[]> {
    const known = new Set([unknownVersion, ...already.map((one) => one.version)]);
    const versions = advertisedVersions(listing.map(({ answer }) => answer))
      .filter((candidate) => !known.has(candidate))
      .slice(0, maxFollowUps - already.filter((one) => one.version !== unknownVersion).length);
    return Promise.all(versions.map((candidate) => this.#sendVersion(candidate)));
  }

  async #sendVersion(requested: number): Promise<VersionAttempts> {
    return { version: requested, ...(await this.#prober.send(this.#requestFor(requested))) };
  }

  #requestFor(requested: number): RequestTemplate {
    return withVersion(version(String(requested)), ...draftFields(requested, this.#target));
  }

  /** Requests every version that neither a probe nor a follow-up has requested. */
  async #sweepVersions(followUps: readonly VersionAttempts[]): Promise<VersionAttempts[]> {
    const requested = new Set([
      13,
      ...this.#plan.probes.map(({ version: ofProbe }) => ofProbe),
      ...followUps.map(({ version: followed }) => followed),
    ]);
    const left = Array.from({ length: highestVersion + 1 }, (_, number) => number).filter(
      (number) => !requested.has(number),
    );
    return Promise.all(
      left.map(async (number) => ({
        version: number,
        isSwept: true,
        ...(await this.#prober.sendUnwatched(this.#requestFor(number))),
      })),
    );
  }

  /** Those that must be retried, once all connections are closed. */
  async #unsettledOf(sent: readonly ProbeAttempts[]): Promise<ProbeAttempts[]> {
    const exchanges = await Promise.all(sent.map(lastExchange));
    const ended = [...[...this.#scored.values()].map(({ exchange }) => exchange), ...exchanges];
    const atypical = findAtypicalCloses(ended);
    return sent.filter((one, i) => this.#prober.needsRetry(one) || atypical.has(exchanges[i] as Exchange));
  }

  /** Scores a probe as soon as its connections are closed. */
  async #score(one: ProbeAttempts, context: ScoringCircumstances = {}): Promise<void> {
    const scored = this.#judge(one, await this.#prober.exchangesOf(one), context);
    this.#scored.set(one.probe, scored);
    this.#emitNew();
  }

  /** Judges everything, with all attempts so far. The drafts depend on what the lists of all others say. */
  async #judgeAll({
    sent,
    followUps,
    sweep,
    circumstances,
    lastControl,
  }: Sent): Promise<Pick<Conclusion, 'followUps' | 'sweep' | 'influence'>> {
    const all = await Promise.all(
      sent.map(async (one) => ({ one, probe: one.probe, attempts: await this.#prober.exchangesOf(one) })),
    );
    const judged = async (one: VersionAttempts): Promise<VersionRequest> => ({
      version: one.version,
      exchange: judgedAttempt(await this.#prober.exchangesOf(one)),
    });
    const followed = await Promise.all(followUps.map(judged));
    const influence = findCrowdInfluence(all, profiles[this.#plan.profile]);
    const answers = [
      ...all.map(({ attempts }) => judgedAttempt(attempts)),
      ...followed.map(({ exchange }) => exchange),
    ];
    const shared = {
      known: knownVersions(answers, followed),
      onlyAlone: influence !== null,
      leftOpen: findLeftOpen(all),
    };
    const { advertised, accepted } = shared.known;
    const sharedGrounds = [[...advertised], [...accepted], shared.onlyAlone, [...shared.leftOpen]];
    for (const { one, probe, attempts } of all) {
      const isRepeated = lastControl !== undefined && probe.id === controlId;
      const context = isRepeated ? { ...shared, lastControl } : shared;
      const grounds = JSON.stringify([attempts.length, isRepeated, ...sharedGrounds]);
      if (this.#grounds.get(probe) === grounds) continue;
      this.#grounds.set(probe, grounds);
      this.#scored.set(probe, this.#judge(one, attempts, { ...circumstances.get(one), ...context }));
    }
    return { followUps: followed, sweep: await Promise.all(sweep.map(judged)), influence };
  }

  #judge(
    { probe }: ProbeAttempts,
    attempts: readonly Exchange[],
    context: Partial<AttemptsContext>,
  ): ScoredAttempts {
    return scoreAttempts(probe, attempts, {
      profile: this.#plan.profile,
      baseline: this.#baseline,
      ...context,
    });
  }

  /** An event for each probe that is judged by more attempts than its last event held, or otherwise, or had none. */
  #emitNew(): void {
    for (const scored of this.#scored.values()) {
      const state = `${scored.earlier.length} ${scored.scorecard.verdict}`;
      if (this.#emitted.get(scored.probe) === state) continue;
      this.#emitted.set(scored.probe, state);
      this.#emit({ type: 'probe', target: this.#index, probe: reportProbe(scored) });
    }
  }

  #waitUntilReady(): Promise<NotReady | null> {
    return this.#prober.waitUntilReady(
      this.#plan.wait,
      (exchange) => this.#explain(exchange),
      (reason) => this.#emit({ type: 'waiting', target: this.#index, reason }),
    );
  }

  #explain(exchange: Exchange): string | null {
    const { tls, proxy } = this.#target;
    const subject = { ...this.#target, isTls: tls !== null, proxy: proxy?.url ?? null };
    const reason = explainControl(exchange, subject, this.#plan.hints);
    return reason === null ? null : this.#target.redactor.redactMessage(reason);
  }

  /** Why the last control failed, and which probe may have caused it. */
  #explainCrash(lastReason: string | null): string | null {
    if (lastReason === null) return null;
    const unanswered = this.#inOrder()
      .filter(({ exchange, earlier }) => [...earlier, exchange].some(endedWithoutResponse))
      .map(({ probe }) => probe.id);
    return `the first control was accepted, the last one was not: ${lastReason}${describeSuspects(unanswered)}`;
  }

  #inOrder(): ScoredAttempts[] {
    const { probes } = this.#plan;
    return [...this.#scored.values()].sort((a, b) => probes.indexOf(a.probe) - probes.indexOf(b.probe));
  }

  #conclude(conclusion: Conclusion): void {
    this.#emitNew();
    const result = reportResult(
      this.#evidenceOf(conclusion),
      this.#prober.address,
      describeTarget(this.#planned),
    );
    this.#emit({ type: 'target-end', target: this.#index, result });
  }

  #evidenceOf({
    unsound = null,
    interrupted = null,
    followUps = [],
    sweep = [],
    influence = null,
    lastControl = null,
  }: Conclusion): TargetEvidence {
    const { failOn, allowUnexpectedPass, profile } = this.#plan;
    const gateRules = { failOn, allowUnexpectedPass };
    const outcome = { followUps, sweep, influence, lastControl, unsound, interrupted };
    return { scored: this.#inOrder(), ...outcome, profile, gateRules, baseline: this.#baseline };
  }
}

/** The probes that may have brought the server down. Those that were under way with the guilty one had no response either. */
function describeSuspects(ids: readonly string[]): string {
  const [first] = ids;
  if (first === undefined) return '';
  if (ids.length === 1) return `; the only probe without a response was ${first}`;
  const more = ids.length - maxSuspects;
  const shown = ids.slice(0, maxSuspects).join(', ');
  return `; one of those without a response may be the cause: ${shown}${more > 0 ? ` and ${more} more` : ''}`;
}

/** Clients of versions 7 and 8 named their origin in a field of another name (draft-ietf-hybi-thewebsocketprotocol-10 §1.3). */
function draftFields(requested: number, target: Target): FieldLine[] {
  if (requested !== 7 && requested !== 8) return [];
  const origin = target.addedFields.find(([name]) => name.toLowerCase() === 'origin')?.[1];
  return [{ name: 'Sec-WebSocket-Origin', value: origin ?? `http://${target.host}` }];
}
