/**
 * The audit of one target: control, probes, follow-ups, drafts, control again.
 *
 * What has to come one after the other waits for responses only; the close windows of all connections overlap.
 */

import { control, controlId, version, withVersion } from '../probes/control.ts';
import type { Probe } from '../probes/probe.ts';
import type { AuditEvent } from '../report/events.ts';
import { reportProbe, reportResult } from '../report/to-report.ts';
import { endedWithoutResponse } from '../scoring/answer.ts';
import type { TargetBaseline } from '../scoring/baseline.ts';
import {
  type AttemptsContext,
  isInconclusiveAnswer,
  knownVersions,
  type ScoredAttempts,
  scoreAttempts,
} from '../scoring/judge-target.ts';
import { advertisedVersions, type VersionRequest } from '../scoring/versions.ts';
import type { Target } from '../wire/endpoint/target.ts';
import type { Exchange } from '../wire/exchange.ts';
import type { FieldLine } from '../wire/request.ts';
import { isSwitchingProtocols } from '../wire/response.ts';
import { describeAbort } from './abort-reason.ts';
import { findAtypicalCloses, isClosedByServer } from './atypical-closes.ts';
import type { ConnectionScheduler, Quota } from './connection-scheduler.ts';
import { explainControl } from './explain-failure.ts';
import { baselineOf } from './plan/baseline-plan.ts';
import type { AuditPlan } from './plan/plan.ts';
import type { PlannedTarget } from './plan/targets.ts';
import { type HandshakeAttempts, lastExchange, type NotReady, type ProbeAttempts, Prober } from './prober.ts';

/** Advertised versions that are asked for: a server that claims more is not believed by asking. */
const maxFollowUps = 16;
/** A version that no server understands, for a client's recovery (rfc6455 §4.4). */
const unknownVersion = 25;

type VersionAttempts = HandshakeAttempts & { readonly version: number };

/** What bears on the verdict of a probe beside its tries. */
type ScoringCircumstances = Omit<AttemptsContext, 'profile' | 'baseline'>;

/** How the run of a target ended. */
interface Conclusion {
  readonly unsound?: string | null;
  readonly interrupted?: string | null;
  readonly followUps?: readonly VersionRequest[];
  /** Not there, and only then, where the run was interrupted or the first control was not accepted. */
  readonly lastControl?: Exchange | null;
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
  readonly #scored: ScoredAttempts[] = [];

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

  /** Audits the target; nothing that the target does makes it reject. */
  async run(): Promise<void> {
    const { probes } = this.#plan;
    this.#emit({
      type: 'target-start',
      target: this.#index,
      url: this.#target.url,
      label: this.#planned.label,
      location: this.#planned.location,
      proxy: this.#target.proxy?.url ?? null,
      warnings: this.#planned.warnings,
      probes: probes.map(({ id }) => id),
    });
    const abort = (): void => this.#prober.abort();
    this.#signal.addEventListener('abort', abort);
    try {
      this.#conclude(await this.#runPhases());
    } catch (error) {
      if (!this.#signal.aborted) throw error;
      // Only the last control tells whether the server was still what it was, and so whether the findings are its own.
      const unproven = this.#scored.length === 0 ? '' : ', before the control was repeated';
      this.#conclude({
        interrupted: `${describeAbort(this.#signal, this.#plan)} after ${this.#scored.length} of ${probes.length} probes${unproven}`,
      });
    } finally {
      this.#signal.removeEventListener('abort', abort);
      // The bytes in it are in the events by now; those of many targets must not be held until the last one ends.
      this.#scored.length = 0;
    }
  }

  async #runPhases(): Promise<Conclusion> {
    const drafts = this.#plan.probes.filter(({ family }) => family === 'draft');
    const controlProbe = this.#plan.probes.find(({ id }) => id === controlId);
    if (controlProbe === undefined) throw new Error('the plan has no control');
    const others = this.#plan.probes.filter((probe) => probe !== controlProbe && !drafts.includes(probe));

    // 0. A target that is only just being started.
    const notReady = this.#plan.wait === 0 ? null : await this.#waitUntilReady();
    if (notReady !== null) {
      const { running, reason } = notReady;
      const unsound = `after waiting ${this.#plan.wait} ms: ${reason}`;
      const lastAttempt = { probe: controlProbe, template: controlProbe.request, attempts: [running] };
      await this.#score({ ...lastAttempt, answer: await running.responded }, { unsound });
      return { unsound };
    }

    // 1. The control gates everything.
    const first = await this.#prober.sendProbe(controlProbe);
    await this.#prober.retry(first);
    if (!isSwitchingProtocols(first.answer.response)) {
      const unsound = this.#explain(await lastExchange(first));
      await this.#score(first, { unsound });
      return { unsound };
    }

    // 2. Everything whose verdict does not depend on what the target advertises.
    const scoring: Promise<void>[] = [];
    const score = (one: ProbeAttempts, context: ScoringCircumstances = {}): void => {
      const scored = this.#score(one, context);
      // An interrupted run leaves before it waits for them, and that must not count as an error nobody handles.
      scored.catch(() => {});
      scoring.push(scored);
    };
    const unsettled = new Set<ProbeAttempts>();
    const askAndScore = async (probe: Probe): Promise<ProbeAttempts> => {
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
    const asked = [first, ...(await Promise.all(others.map(askAndScore)))];

    // 3. What a client would do that follows the lists; then the drafts, which a list may justify.
    const followUps = await this.#followLists(asked);
    const askedDrafts = await Promise.all(drafts.map((probe) => this.#prober.sendProbe(probe)));

    // 4. What had no response, or ended strangely, once more and alone: was it the handshake, the crowd, the network?
    // And whatever has no verdict then, as often as the caller wants it tried.
    await Promise.all(scoring);
    const held = asked.filter((one) => unsettled.has(one));
    const open = await this.#unsettledOf([...held, ...askedDrafts]);
    for (const one of held) if (!open.includes(one)) score(one);
    let isCutShort = await this.#prober.retryUnanswered([
      ...open,
      ...followUps.filter(({ answer }) => isInconclusiveAnswer(answer)),
    ]);

    // A list that came later, with a second try or in the answer to a draft, is followed as well: of a version that
    // was not asked for nothing is known.
    if (!isCutShort && this.#auditsVersions) {
      const late = await this.#sendAdvertised([...asked, ...followUps, ...askedDrafts], followUps);
      isCutShort = await this.#prober.retryUnanswered(
        late.filter(({ answer }) => isInconclusiveAnswer(answer)),
      );
      followUps.push(...late);
    }

    // 5. The control again: is the server still what it was?
    const lastControl = await lastExchange(await this.#prober.send(control));

    for (const one of open) if (one.probe.family !== 'draft') score(one, { isCutShort });
    await Promise.all(scoring);
    const followed = await Promise.all(
      followUps.map(async (one) => ({ version: one.version, exchange: await lastExchange(one) })),
    );
    const answers = [
      ...this.#scored.map(({ exchange }) => exchange),
      ...followed.map(({ exchange }) => exchange),
    ];
    const known = knownVersions([...answers, ...askedDrafts.map(({ answer }) => answer)], followed);
    await this.#scoreDrafts(askedDrafts, { known, isCutShort });
    return { unsound: this.#explainFall(this.#explain(lastControl)), followUps: followed, lastControl };
  }

  /**
   * Follows rfc6455 §4.4 as a client would: asks for a version that nobody has, reads the lists, and asks for every
   * version in them. Only where the versions themselves are audited.
   */
  async #followLists(asked: readonly ProbeAttempts[]): Promise<VersionAttempts[]> {
    if (!this.#auditsVersions) return [];
    const refused = asked.find(({ probe }) => probe.version === unknownVersion);
    const followUps = refused === undefined ? [await this.#sendVersion(unknownVersion)] : [];
    return [...followUps, ...(await this.#sendAdvertised([...asked, ...followUps], followUps))];
  }

  get #auditsVersions(): boolean {
    return this.#plan.probes.some(({ version: asksFor }) => asksFor !== undefined);
  }

  /** Asks for every version in these lists that has not been asked for yet, as long as there are not too many. */
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

  async #sendVersion(asked: number): Promise<VersionAttempts> {
    return {
      version: asked,
      ...(await this.#prober.send(withVersion(version(String(asked)), ...draftFields(asked, this.#target)))),
    };
  }

  /** Those that have to be asked again, when the connections of all are over. */
  async #unsettledOf(asked: readonly ProbeAttempts[]): Promise<ProbeAttempts[]> {
    const exchanges = await Promise.all(asked.map(lastExchange));
    const ended = [...this.#scored.map(({ exchange }) => exchange), ...exchanges];
    const strange = findAtypicalCloses(ended);
    return asked.filter((one, i) => this.#prober.needsRetry(one) || strange.has(exchanges[i] as Exchange));
  }

  /** Scores a probe as soon as its connections are over. */
  async #score(one: ProbeAttempts, context: ScoringCircumstances = {}): Promise<void> {
    this.#record(this.#judge(one, await this.#prober.exchangesOf(one), context));
  }

  /** Scores the drafts, all or none: a report must hold everything that its verdicts rest on. */
  async #scoreDrafts(drafts: readonly ProbeAttempts[], context: ScoringCircumstances): Promise<void> {
    const tries = await Promise.all(drafts.map((one) => this.#prober.exchangesOf(one)));
    for (const [i, one] of drafts.entries()) this.#record(this.#judge(one, tries[i] ?? [], context));
  }

  #judge(
    { probe }: ProbeAttempts,
    tries: readonly Exchange[],
    context: ScoringCircumstances,
  ): ScoredAttempts {
    return scoreAttempts(probe, tries, {
      profile: this.#plan.profile,
      baseline: this.#baseline,
      ...context,
    });
  }

  #record(scored: ScoredAttempts): void {
    this.#scored.push(scored);
    this.#emit({ type: 'probe', target: this.#index, probe: reportProbe(scored) });
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

  /** Why the last control failed, and which probe may have brought it about. */
  #explainFall(lastReason: string | null): string | null {
    if (lastReason === null) return null;
    const silent = this.#inOrder().find(({ exchange, earlier }) =>
      [...earlier, exchange].some(endedWithoutResponse),
    );
    const suspect = silent === undefined ? '' : `; the first probe without a response was ${silent.probe.id}`;
    return `the first control was accepted, the last one was not: ${lastReason}${suspect}`;
  }

  #inOrder(): ScoredAttempts[] {
    const { probes } = this.#plan;
    return this.#scored.toSorted((a, b) => probes.indexOf(a.probe) - probes.indexOf(b.probe));
  }

  #conclude({ unsound = null, interrupted = null, followUps = [], lastControl = null }: Conclusion): void {
    const { failOn } = this.#plan;
    const evidence = { scored: this.#inOrder(), followUps, lastControl, unsound, interrupted, failOn };
    const result = reportResult({ ...evidence, baseline: this.#baseline });
    this.#emit({ type: 'target-end', target: this.#index, result });
  }
}

/** Clients of versions 7 and 8 named their origin in a field of another name (draft-ietf-hybi-thewebsocketprotocol-10 §1.3). */
function draftFields(asked: number, target: Target): FieldLine[] {
  if (asked !== 7 && asked !== 8) return [];
  const origin = target.addedFields.find(([name]) => name.toLowerCase() === 'origin')?.[1];
  return [{ name: 'Sec-WebSocket-Origin', value: origin ?? `http://${target.host}` }];
}
