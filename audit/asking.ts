/**
 * The sending of a target's handshakes: each in its turn, at the target's pace, within the limits of the whole run,
 * and again where that tells more.
 */

import { setTimeout as sleep } from 'node:timers/promises';
import pLimit, { type LimitFunction } from 'p-limit';
import { control } from '../probes/control.ts';
import type { Probe } from '../probes/probe.ts';
import { profiles } from '../scoring/profiles.ts';
import { isSlowDown, scoreProbe } from '../scoring/scorecard.ts';
import { createDialler, type Dial } from '../wire/dial.ts';
import { type Answer, type Exchange, type RunningExchange, startExchange } from '../wire/exchange.ts';
import type { RequestTemplate } from '../wire/request.ts';
import { requestFor, type Target } from '../wire/target.ts';
import { isUnsure, nothingKnown } from './judgement.ts';
import type { AuditPlan } from './options.ts';
import { Pace, pauseBefore } from './pace.ts';
import { emptyShare, type Places } from './places.ts';

/** Silences that last when the server has nothing else to do: after so many, and none that did not, all are its own. */
const enoughSilences = 2;

/** A target that was waited for in vain: its last try, and why that one failed. */
export interface NotReady {
  readonly running: RunningExchange;
  readonly reason: string;
}

/** All tries of one handshake; the answer is the last one's. */
export interface Asked {
  readonly template: RequestTemplate;
  readonly tries: RunningExchange[];
  answer: Answer;
}

export type AskedProbe = Asked & { readonly probe: Probe };

export class Asking {
  readonly #target: Target;
  readonly #plan: AuditPlan;
  readonly #places: Places;
  readonly #share = emptyShare();
  readonly #signal: AbortSignal;
  readonly #dial: Dial;
  readonly #pace: Pace;
  /** Connections to one target are opened one after the other, so that the pace can be kept. */
  readonly #turns = pLimit(1);
  /** Handshakes under way, tries again among them: those that are asked to wait stand in nobody's way but their own. */
  readonly #asks: LimitFunction;
  readonly #running = new Set<RunningExchange>();

  /**
   * @throws UsageError where the target's certificates cannot be used
   */
  constructor(target: Target, plan: AuditPlan, places: Places, signal: AbortSignal) {
    this.#target = target;
    this.#plan = plan;
    this.#places = places;
    this.#signal = signal;
    this.#dial = createDialler(target, plan.connectTimeout);
    this.#pace = new Pace(plan.delay);
    this.#asks = pLimit(plan.concurrency);
  }

  /** Does what asks when the target's turn in the run has come. */
  inTurn(work: () => Promise<void>): Promise<void> {
    return this.#places.run(this.#share, work);
  }

  /** Ends all connections at once. */
  abort(): void {
    for (const exchange of this.#running) exchange.abort();
  }

  async askProbe(probe: Probe): Promise<AskedProbe> {
    return { probe, ...(await this.ask(probe.request)) };
  }

  /** Sends a handshake, again where the server asks to slow down and it is within reason. */
  ask(template: RequestTemplate): Promise<Asked> {
    return this.#asks(() => this.#askUntilAnswered(template));
  }

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
  isOpen(one: Asked): boolean {
    return isUnsure(one.answer) || (this.#plan.retries > 0 && isSlowDown(one.answer));
  }

  /** Sends a handshake again while it has no verdict, as often as the caller wants that. */
  async retry(one: Asked | AskedProbe): Promise<void> {
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
    return scoreProbe(one.probe, await this.attempts(one), context).verdict === 'inconclusive';
  }

  async #pause(nth: number, atMost = Number.POSITIVE_INFINITY): Promise<void> {
    await sleep(Math.min(pauseBefore(nth), atMost), undefined, { signal: this.#signal });
  }

  /**
   * Asks for the control until it is accepted or the time is up, one connection at a time.
   *
   * @param wait milliseconds
   * @param explain why an exchange is no acceptance, in words
   * @param onRefused is told before each wait why there has to be one
   */
  async waitUntilReady(
    wait: number,
    explain: (exchange: Exchange) => string | null,
    onRefused: (reason: string) => void,
  ): Promise<NotReady | null> {
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
      const reason = explain(await running.finished) ?? 'not accepted';
      if (left <= 0) return { running, reason };
      onRefused(reason);
      await this.#pause(nth, left);
    }
  }

  /** Sends a handshake once, when its turn has come and there is a place for it. */
  async #try(template: RequestTemplate, tries: RunningExchange[]): Promise<Answer> {
    const running = await this.#turns(async () => {
      await this.#pace.turn(this.#signal);
      return this.#places.start(this.#share, () => this.#start(template));
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
      maxHeadBytes: this.#plan.maxHead,
      maxKeptBytes: this.#plan.maxKept,
    });
    this.#pace.opened();
    this.#running.add(running);
    void running.finished.then(() => this.#running.delete(running));
    if (this.#signal.aborted) running.abort();
    return running;
  }

  /**
   * Asks again what had no response, one at a time. A server that takes one connection after the other is silent to
   * those that wait, but not to one alone; one that is silent to that too costs the whole time-out, and is not asked
   * for each.
   *
   * @returns whether the server was gone before all could be asked
   */
  async askAgain(open: readonly (Asked | AskedProbe)[]): Promise<boolean> {
    let silences = 0;
    let isCrowded = false;
    for (const one of open) {
      const wasSilent = one.answer.outcome === 'timeout';
      if (!isSlowDown(one.answer) && (!wasSilent || isCrowded || silences < enoughSilences)) {
        one.answer = await this.#try(one.template, one.tries);
        if (wasSilent && one.answer.outcome === 'timeout') silences += 1;
        else if (wasSilent) isCrowded = true;
      }
      await this.retry(one);
      if (one.answer.outcome === 'connect-failed') return true;
    }
    return false;
  }

  /** All exchanges of a handshake, when their connections are over. */
  async attempts({ tries }: Asked): Promise<Exchange[]> {
    const attempts = await Promise.all(tries.map(({ finished }) => finished));
    this.#signal.throwIfAborted();
    return attempts;
  }
}

/** The exchange that counts, when its connection is over. */
export async function lastExchange({ tries }: Asked): Promise<Exchange> {
  const last = tries.at(-1);
  if (last === undefined) throw new Error('a handshake without a try');
  return last.finished;
}
