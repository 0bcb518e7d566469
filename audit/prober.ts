/**
 * The sending of a target's handshakes: each in its turn, at the target's pace, within the limits of the whole run,
 * and again where that tells more.
 */

import { setTimeout as sleep } from 'node:timers/promises';
import pLimit, { type LimitFunction } from 'p-limit';
import { control } from '../probes/control.ts';
import type { Probe } from '../probes/probe.ts';
import { isRateLimited } from '../scoring/answer.ts';
import { isInconclusiveAnswer, nothingKnown } from '../scoring/judge-target.ts';
import { profiles } from '../scoring/profiles.ts';
import { scoreProbe } from '../scoring/scorecard.ts';
import type { Target } from '../wire/endpoint/target.ts';
import type { Answer, Exchange, RunningExchange } from '../wire/exchange.ts';
import { createHttp1Transport } from '../wire/http1/http1-transport.ts';
import type { RequestTemplate } from '../wire/request.ts';
import { isSwitchingProtocols } from '../wire/response.ts';
import type { Transport } from '../wire/transport.ts';
import type { ConnectionScheduler, Quota } from './connection-scheduler.ts';
import type { AuditPlan } from './plan/plan.ts';
import { RateLimiter, retryDelay } from './rate-limiter.ts';

/** Silences that last when the server has nothing else to do: after so many, and none that did not, all are its own. */
const maxRetriedTimeouts = 2;

/** A target that was waited for in vain: its last try, and why that one failed. */
export interface NotReady {
  readonly running: RunningExchange;
  readonly reason: string;
}

/** All tries of one handshake; the answer is the last one's. */
export interface HandshakeAttempts {
  readonly template: RequestTemplate;
  readonly attempts: RunningExchange[];
  answer: Answer;
}

export type ProbeAttempts = HandshakeAttempts & { readonly probe: Probe };

export class Prober {
  readonly #plan: AuditPlan;
  readonly #scheduler: ConnectionScheduler;
  readonly #quota: Quota;
  readonly #signal: AbortSignal;
  readonly #transport: Transport;
  readonly #rateLimiter: RateLimiter;
  /** Connections to one target are opened one after the other, so that the pace can be kept. */
  readonly #connectQueue = pLimit(1);
  /** Handshakes under way, tries again among them: those that are asked to wait stand in nobody's way but their own. */
  readonly #sendLimit: LimitFunction;
  readonly #running = new Set<RunningExchange>();

  /**
   * @throws UsageError where the target's certificates cannot be used
   */
  constructor(
    target: Target,
    plan: AuditPlan,
    scheduler: ConnectionScheduler,
    quota: Quota,
    signal: AbortSignal,
  ) {
    this.#plan = plan;
    this.#scheduler = scheduler;
    this.#quota = quota;
    this.#signal = signal;
    this.#transport = createHttp1Transport(target, {
      connectTimeoutMs: plan.connectTimeout,
      responseTimeoutMs: plan.responseTimeout,
      closeTimeoutMs: plan.closeTimeout,
      maxHeadBytes: plan.maxHead,
      maxKeptBytes: plan.maxKept,
    });
    this.#rateLimiter = new RateLimiter(plan.delay);
    this.#sendLimit = pLimit(plan.concurrency);
  }

  /** Ends all connections at once. */
  abort(): void {
    for (const exchange of this.#running) exchange.abort();
  }

  async sendProbe(probe: Probe): Promise<ProbeAttempts> {
    return { probe, ...(await this.send(probe.request)) };
  }

  /** Sends a handshake, again where the server asks to slow down and it is within reason. */
  send(template: RequestTemplate): Promise<HandshakeAttempts> {
    return this.#sendLimit(() => this.#sendUntilAnswered(template));
  }

  async #sendUntilAnswered(template: RequestTemplate): Promise<HandshakeAttempts> {
    const attempts: RunningExchange[] = [];
    for (;;) {
      const answer = await this.#attempt(template, attempts);
      if (answer.response === null || !isRateLimited(answer)) {
        if (attempts.length > 1) this.#rateLimiter.recordRecovery();
        return { template, attempts, answer };
      }
      if (!this.#rateLimiter.backOff(answer.response, attempts.length)) return { template, attempts, answer };
    }
  }

  /** Whether it has to be asked again before it can be scored. */
  needsRetry(one: HandshakeAttempts): boolean {
    return isInconclusiveAnswer(one.answer) || (this.#plan.retries > 0 && isRateLimited(one.answer));
  }

  /** Sends a handshake again while it has no verdict, as often as the caller wants that. */
  async retry(one: HandshakeAttempts | ProbeAttempts): Promise<void> {
    for (let nth = 1; nth <= this.#plan.retries && (await this.#isInconclusive(one)); nth += 1) {
      const { response } = one.answer;
      if (response === null || !isRateLimited(one.answer)) await this.#waitBeforeRetry(nth);
      else if (!this.#rateLimiter.waitRetryAfter(response, nth)) return;
      one.answer = await this.#attempt(one.template, one.attempts);
    }
  }

  async #isInconclusive(one: HandshakeAttempts | ProbeAttempts): Promise<boolean> {
    if (!('probe' in one)) return isInconclusiveAnswer(one.answer);
    const context = { ...nothingKnown, profile: profiles[this.#plan.profile], unsound: null };
    return scoreProbe(one.probe, await this.exchangesOf(one), context).verdict === 'inconclusive';
  }

  async #waitBeforeRetry(nth: number, atMost = Number.POSITIVE_INFINITY): Promise<void> {
    await sleep(Math.min(retryDelay(nth), atMost), undefined, { signal: this.#signal });
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
      const { response } = await this.#attempt(control, tries);
      if (isSwitchingProtocols(response)) return null;
      const [running] = tries;
      if (running === undefined) throw new Error('a handshake without a try');
      const left = deadline - performance.now();
      // Only of the last try it matters how its connection ends.
      if (left > 0) running.abort();
      const reason = explain(await running.closed) ?? 'not accepted';
      if (left <= 0) return { running, reason };
      onRefused(reason);
      await this.#waitBeforeRetry(nth, left);
    }
  }

  /** Sends a handshake once, when its turn has come and there is a place for it. */
  async #attempt(template: RequestTemplate, tries: RunningExchange[]): Promise<Answer> {
    const running = await this.#connectQueue(async () => {
      await this.#rateLimiter.acquire(this.#signal);
      return this.#scheduler.acquire(this.#quota, () => this.#start(template));
    });
    tries.push(running);
    const answer = await running.responded;
    this.#signal.throwIfAborted();
    return answer;
  }

  #start(template: RequestTemplate): RunningExchange {
    const running = this.#transport.start(template);
    this.#rateLimiter.recordConnection();
    this.#running.add(running);
    void running.closed.then(() => this.#running.delete(running));
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
  async retryUnanswered(open: readonly (HandshakeAttempts | ProbeAttempts)[]): Promise<boolean> {
    let silences = 0;
    let isCrowded = false;
    for (const one of open) {
      const wasSilent = one.answer.outcome === 'timeout';
      if (!isRateLimited(one.answer) && (!wasSilent || isCrowded || silences < maxRetriedTimeouts)) {
        one.answer = await this.#attempt(one.template, one.attempts);
        if (wasSilent && one.answer.outcome === 'timeout') silences += 1;
        else if (wasSilent) isCrowded = true;
      }
      await this.retry(one);
      if (one.answer.outcome === 'connect-failed') return true;
    }
    return false;
  }

  /** All exchanges of a handshake, when their connections are over. */
  async exchangesOf({ attempts }: HandshakeAttempts): Promise<Exchange[]> {
    const exchanges = await Promise.all(attempts.map(({ closed }) => closed));
    this.#signal.throwIfAborted();
    return exchanges;
  }
}

/** The exchange that counts, when its connection is over. */
export async function lastExchange({ attempts }: HandshakeAttempts): Promise<Exchange> {
  const last = attempts.at(-1);
  if (last === undefined) throw new Error('a handshake without a try');
  return last.closed;
}
