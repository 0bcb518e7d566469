/**
 * The audit of one target: control, probes, follow-ups, drafts, control again.
 *
 * What has to come one after the other waits for responses only; the close windows of all connections overlap.
 */

import { setTimeout as sleep } from 'node:timers/promises';
import pLimit, { type LimitFunction } from 'p-limit';
import { control, version, withVersion } from '../probes/control.ts';
import type { Probe } from '../probes/probe.ts';
import type { TargetBaseline } from '../scoring/baseline.ts';
import { explainControl } from '../scoring/control.ts';
import { profiles } from '../scoring/profiles.ts';
import { endedWithoutResponse, isSlowDown, scoreProbe } from '../scoring/scorecard.ts';
import { advertisedVersions, type VersionRequest } from '../scoring/versions.ts';
import { createDialler, type Dial } from '../wire/dial.ts';
import { type Answer, type Exchange, type RunningExchange, startExchange } from '../wire/exchange.ts';
import type { FieldLine, RequestTemplate } from '../wire/request.ts';
import { requestFor, type Target } from '../wire/target.ts';
import { baselineOf } from './baseline.ts';
import { isEndedByServer, strangeEndings } from './endings.ts';
import type { AuditEvent } from './events.ts';
import {
  isUnsure,
  knownVersions,
  nothingKnown,
  type ScoredTries,
  scoreTries,
  type TriesContext,
} from './judgement.ts';
import { maxHeadBytes, maxKeptBytes } from './limits.ts';
import type { AuditPlan } from './options.ts';
import { Pace, pauseBefore } from './pace.ts';
import { reportProbe, reportResult } from './report.ts';
import { controlId } from './selection.ts';
import type { PlannedTarget } from './targets.ts';

/** Advertised versions that are asked for: a server that claims more is not believed by asking. */
const maxFollowUps = 16;
/** Silences that last when the server has nothing else to do: after so many, and none that did not, all are its own. */
const enoughSilences = 2;
/** A version that no server understands, for a client's recovery (rfc6455 §4.4). */
const unknownVersion = 25;

/** A target that was waited for in vain: its last try, and why that one failed. */
interface NotReady {
  readonly running: RunningExchange;
  readonly reason: string;
}

/** All tries of one handshake; the answer is the last one's. */
interface Asked {
  readonly template: RequestTemplate;
  readonly tries: RunningExchange[];
  answer: Answer;
}

type AskedProbe = Asked & { readonly probe: Probe };

type AskedVersion = Asked & { readonly version: number };

/** What bears on the verdict of a probe beside its tries. */
type Circumstances = Omit<TriesContext, 'profile' | 'baseline'>;

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
  readonly #slots: LimitFunction;
  readonly #signal: AbortSignal;
  readonly #emit: (event: AuditEvent) => void;
  readonly #baseline: TargetBaseline;
  readonly #dial: Dial;
  readonly #pace: Pace;
  /** Connections to one target are opened one after the other, so that the pace can be kept. */
  readonly #turns = pLimit(1);
  /** Handshakes under way, tries again among them: those that are asked to wait stand in nobody's way but their own. */
  readonly #asks: LimitFunction;
  readonly #running = new Set<RunningExchange>();
  readonly #scored: ScoredTries[] = [];

  /**
   * @param index of the target in the plan
   * @param slots the connections of the whole run that may wait for a response at once
   * @throws UsageError where the target's certificates cannot be used
   */
  constructor(
    index: number,
    planned: PlannedTarget,
    plan: AuditPlan,
    slots: LimitFunction,
    signal: AbortSignal,
    emit: (event: AuditEvent) => void,
  ) {
    this.#index = index;
    this.#planned = planned;
    this.#target = planned.target;
    this.#plan = plan;
    this.#slots = slots;
    this.#signal = signal;
    this.#emit = emit;
    this.#baseline = baselineOf(planned, plan.baseline, plan.today);
    this.#dial = createDialler(planned.target, plan.connectTimeout);
    this.#pace = new Pace(plan.delay);
    this.#asks = pLimit(plan.concurrency);
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
    const abort = (): void => {
      for (const exchange of this.#running) exchange.abort();
    };
    this.#signal.addEventListener('abort', abort);
    try {
      this.#conclude(await this.#runPhases());
    } catch (error) {
      if (!this.#signal.aborted) throw error;
      this.#conclude({ interrupted: `interrupted after ${this.#scored.length} of ${probes.length} probes` });
    } finally {
      this.#signal.removeEventListener('abort', abort);
    }
  }

  async #runPhases(): Promise<Conclusion> {
    const drafts = this.#plan.probes.filter(({ family }) => family === 'draft');
    const controlProbe = this.#plan.probes.find(({ id }) => id === controlId);
    if (controlProbe === undefined) throw new Error('the plan has no control');
    const others = this.#plan.probes.filter((probe) => probe !== controlProbe && !drafts.includes(probe));

    // 0. A target that is only just being started.
    const notReady = this.#plan.wait === 0 ? null : await this.#waitUntilReady(this.#plan.wait);
    if (notReady !== null) {
      const { running, reason } = notReady;
      const unsound = `after waiting ${this.#plan.wait} ms: ${reason}`;
      const lastTry = { probe: controlProbe, template: controlProbe.request, tries: [running] };
      await this.#score({ ...lastTry, answer: await running.answered }, { unsound });
      return { unsound };
    }

    // 1. The control gates everything.
    const first = await this.#askProbe(controlProbe);
    await this.#retry(first);
    if (first.answer.response?.status !== 101) {
      const unsound = this.#explain(await lastExchange(first));
      await this.#score(first, { unsound });
      return { unsound };
    }

    // 2. Everything whose verdict does not depend on what the target advertises.
    const scoring: Promise<void>[] = [];
    const score = (one: AskedProbe, context: Circumstances = {}): void => {
      const scored = this.#score(one, context);
      // An interrupted run leaves before it waits for them, and that must not count as an error nobody handles.
      scored.catch(() => {});
      scoring.push(scored);
    };
    const unsettled = new Set<AskedProbe>();
    const askAndScore = async (probe: Probe): Promise<AskedProbe> => {
      const one = await this.#askProbe(probe);
      const settled = lastExchange(one).then((exchange) => {
        if (!this.#isOpen(one) && isEndedByServer(exchange)) return this.#score(one);
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
    const followUps = await this.#followUp(asked);
    const askedDrafts = await Promise.all(drafts.map((probe) => this.#askProbe(probe)));

    // 4. What had no response, or ended strangely, once more and alone: was it the handshake, the crowd, the network?
    // And whatever has no verdict then, as often as the caller wants it tried.
    await Promise.all(scoring);
    const held = asked.filter((one) => unsettled.has(one));
    const open = await this.#openOf([...held, ...askedDrafts]);
    for (const one of held) if (!open.includes(one)) score(one);
    const isCutShort = await this.#askAgain([...open, ...followUps.filter(({ answer }) => isUnsure(answer))]);

    // 5. The control again: is the server still what it was?
    const lastControl = await lastExchange(await this.#ask(control));

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
   * Asks again what had no response, one at a time. A server that takes one connection after the other is silent to
   * those that wait, but not to one alone; one that is silent to that too costs the whole time-out, and is not asked
   * for each.
   *
   * @returns whether the server was gone before all could be asked
   */
  async #askAgain(open: readonly (Asked | AskedProbe)[]): Promise<boolean> {
    let silences = 0;
    let isCrowded = false;
    for (const one of open) {
      const wasSilent = one.answer.outcome === 'timeout';
      if (!isSlowDown(one.answer) && (!wasSilent || isCrowded || silences < enoughSilences)) {
        one.answer = await this.#try(one.template, one.tries);
        if (wasSilent && one.answer.outcome === 'timeout') silences += 1;
        else if (wasSilent) isCrowded = true;
      }
      await this.#retry(one);
      if (one.answer.outcome === 'connect-failed') return true;
    }
    return false;
  }

  /**
   * Follows rfc6455 §4.4 as a client would: asks for a version that nobody has, reads the lists, and asks for every
   * version in them. Only where the versions themselves are audited.
   */
  async #followUp(asked: readonly AskedProbe[]): Promise<AskedVersion[]> {
    if (!this.#plan.probes.some(({ version: asksFor }) => asksFor !== undefined)) return [];
    const refused = asked.find(({ probe }) => probe.version === unknownVersion);
    const followUps = refused === undefined ? [await this.#askVersion(unknownVersion)] : [];
    const advertised = advertisedVersions([...asked, ...followUps].map(({ answer }) => answer));
    const versions = advertised.filter((candidate) => candidate !== unknownVersion).slice(0, maxFollowUps);
    return [...followUps, ...(await Promise.all(versions.map((candidate) => this.#askVersion(candidate))))];
  }

  async #askVersion(asked: number): Promise<AskedVersion> {
    return {
      version: asked,
      ...(await this.#ask(withVersion(version(String(asked)), ...draftFields(asked, this.#target)))),
    };
  }

  async #askProbe(probe: Probe): Promise<AskedProbe> {
    return { probe, ...(await this.#ask(probe.request)) };
  }

  #ask(template: RequestTemplate): Promise<Asked> {
    return this.#asks(() => this.#askUntilAnswered(template));
  }

  /** Sends a handshake, again where the server asks to slow down and it is within reason. */
  async #askUntilAnswered(template: RequestTemplate): Promise<Asked> {
    const tries: RunningExchange[] = [];
    for (;;) {
      const answer = await this.#try(template, tries);
      if (answer.response === null || !isSlowDown(answer)) {
        if (tries.length > 1) this.#pace.recovered();
        return { template, tries, answer };
      }
      if (!this.#pace.slowDown(answer.response, tries.length)) return { template, tries, answer };
    }
  }

  /** Whether it has to be asked again before it can be scored. */
  #isOpen(one: Asked): boolean {
    return isUnsure(one.answer) || (this.#plan.retries > 0 && isSlowDown(one.answer));
  }

  /** Those that have to be asked again, when the connections of all are over. */
  async #openOf(asked: readonly AskedProbe[]): Promise<AskedProbe[]> {
    const exchanges = await Promise.all(asked.map(lastExchange));
    const ended = [...this.#scored.map(({ exchange }) => exchange), ...exchanges];
    const strange = strangeEndings(ended);
    return asked.filter((one, i) => this.#isOpen(one) || strange.has(exchanges[i] as Exchange));
  }

  /** Sends a handshake again while it has no verdict, as often as the caller wants that. */
  async #retry(one: Asked | AskedProbe): Promise<void> {
    for (let nth = 1; nth <= this.#plan.retries && (await this.#isInconclusive(one)); nth += 1) {
      const { response } = one.answer;
      if (response === null || !isSlowDown(one.answer)) await this.#pause(nth);
      else if (!this.#pace.holdBack(response, nth)) return;
      one.answer = await this.#try(one.template, one.tries);
    }
  }

  async #isInconclusive(one: Asked | AskedProbe): Promise<boolean> {
    if (!('probe' in one)) return isUnsure(one.answer);
    const context = { ...nothingKnown, profile: profiles[this.#plan.profile], unsound: null };
    return scoreProbe(one.probe, await this.#attempts(one), context).verdict === 'inconclusive';
  }

  async #pause(nth: number, atMost = Number.POSITIVE_INFINITY): Promise<void> {
    await sleep(Math.min(pauseBefore(nth), atMost), undefined, { signal: this.#signal });
  }

  /** Asks for the control until it is accepted or the time is up, one connection at a time. */
  async #waitUntilReady(wait: number): Promise<NotReady | null> {
    const deadline = performance.now() + wait;
    for (let nth = 1; ; nth += 1) {
      const tries: RunningExchange[] = [];
      const { response } = await this.#try(control, tries);
      if (response?.status === 101) return null;
      const [running] = tries;
      if (running === undefined) throw new Error('a handshake without a try');
      const left = deadline - performance.now();
      // Only of the last try it matters how its connection ends.
      if (left > 0) running.abort();
      const reason = this.#explain(await running.finished) ?? 'not accepted';
      if (left <= 0) return { running, reason };
      this.#emit({ type: 'waiting', target: this.#index, reason });
      await this.#pause(nth, left);
    }
  }

  /** Sends a handshake once, when its turn has come and a slot is free; holds the slot until it is answered. */
  async #try(template: RequestTemplate, tries: RunningExchange[]): Promise<Answer> {
    const running = await this.#turns(async () => {
      await this.#pace.turn(this.#signal);
      return new Promise<RunningExchange>((resolve) => {
        void this.#slots(async () => {
          const started = this.#start(template);
          resolve(started);
          await started.answered;
        });
      });
    });
    tries.push(running);
    const answer = await running.answered;
    this.#signal.throwIfAborted();
    return answer;
  }

  #start(template: RequestTemplate): RunningExchange {
    const running = startExchange(this.#dial, requestFor(this.#target, template), this.#target.secrets, {
      responseTimeoutMs: this.#plan.responseTimeout,
      closeTimeoutMs: this.#plan.closeTimeout,
      maxHeadBytes,
      maxKeptBytes,
    });
    this.#pace.opened();
    this.#running.add(running);
    void running.finished.then(() => this.#running.delete(running));
    if (this.#signal.aborted) running.abort();
    return running;
  }

  /** Scores a probe as soon as its connections are over. */
  async #score(one: AskedProbe, context: Circumstances = {}): Promise<void> {
    this.#tell(this.#judge(one, await this.#attempts(one), context));
  }

  /** Scores the drafts, all or none: a report must hold everything that its verdicts rest on. */
  async #scoreDrafts(drafts: readonly AskedProbe[], context: Circumstances): Promise<void> {
    const tries = await Promise.all(drafts.map((one) => this.#attempts(one)));
    for (const [i, one] of drafts.entries()) this.#tell(this.#judge(one, tries[i] ?? [], context));
  }

  #judge({ probe }: AskedProbe, tries: readonly Exchange[], context: Circumstances): ScoredTries {
    return scoreTries(probe, tries, {
      profile: this.#plan.profile,
      baseline: this.#baseline,
      ...context,
    });
  }

  #tell(scored: ScoredTries): void {
    this.#scored.push(scored);
    this.#emit({ type: 'probe', target: this.#index, probe: reportProbe(scored) });
  }

  /** All exchanges of a handshake, when their connections are over. */
  async #attempts({ tries }: Asked): Promise<Exchange[]> {
    const attempts = await Promise.all(tries.map(({ finished }) => finished));
    this.#signal.throwIfAborted();
    return attempts;
  }

  #explain(exchange: Exchange): string | null {
    const { tls, proxy } = this.#target;
    const subject = { ...this.#target, isTls: tls !== null, proxy: proxy?.url ?? null };
    const reason = explainControl(exchange, subject);
    return reason === null ? null : this.#target.secrets.maskOwn(reason);
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

  #inOrder(): ScoredTries[] {
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

async function lastExchange({ tries }: Asked): Promise<Exchange> {
  const last = tries.at(-1);
  if (last === undefined) throw new Error('a handshake without a try');
  return last.finished;
}

/** Clients of versions 7 and 8 named their origin in a field of another name (draft-ietf-hybi-thewebsocketprotocol-10 §1.3). */
function draftFields(asked: number, target: Target): FieldLine[] {
  if (asked !== 7 && asked !== 8) return [];
  const origin = target.addedFields.find(([name]) => name.toLowerCase() === 'origin')?.[1];
  return [{ name: 'Sec-WebSocket-Origin', value: origin ?? `http://${target.host}` }];
}
