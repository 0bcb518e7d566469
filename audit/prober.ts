/**
 * Sends one target's handshakes within its rate limit and the run's connection limits, and retries where a retry is
 * informative.
 */

import { setTimeout as sleep } from 'node:timers/promises';
import pLimit, { type LimitFunction } from 'p-limit';
import { control } from '../probes/control.ts';
import type { Probe } from '../probes/probe.ts';
import { isInformative, isRateLimited, isTimedOut, ownFailure } from '../scoring/answer.ts';
import { isInconclusiveAnswer } from '../scoring/judge-target.ts';
import { nothingKnown } from '../scoring/known-versions.ts';
import { profiles } from '../scoring/profiles.ts';
import { scoreProbe } from '../scoring/scorecard.ts';
import type { Target } from '../wire/endpoint/target.ts';
import type { Answer, Exchange, RunningExchange } from '../wire/exchange.ts';
import { createHttp1Transport } from '../wire/http1/http1-transport.ts';
import type { RequestTemplate } from '../wire/request.ts';
import { isSwitchingProtocols } from '../wire/response.ts';
import type { OwnLimits, Transport } from '../wire/transport.ts';
import type { ConnectionScheduler, Quota } from './connection-scheduler.ts';
import type { AuditPlan } from './plan/plan.ts';
import { RateLimiter, retryDelay } from './rate-limiter.ts';

/** Milliseconds of silence that are waited for at least, and times the time of an accepted control, connecting included. */
const leastSilence = 250;
const silenceFactor = 5;

/** How often a handshake is sent again for which this machine had no connection left. */
const maxOwnFailures = 3;

/** Milliseconds after a 101 to the control in which the server may end the connection, before we do. */
const idleAfterSwitchMs = 30;

/** A target that did not become ready in time: its last attempt, and why that failed. */
export interface NotReady {
  readonly running: RunningExchange;
  readonly reason: string;
}

/** How many milliseconds a connection is watched for its close, after its answer; 0 at most: not at all. */
export type Watch = { readonly atLeastMs: number } | { readonly atMostMs: number };

/** All attempts of one handshake; `answer` is that of the last one. */
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
  /** Connections to one target are opened one at a time, to keep its rate limit. */
  readonly #connectQueue = pLimit(1);
  /** Limits handshakes in progress, retries included: a throttled target delays only itself. */
  readonly #sendLimit: LimitFunction;
  readonly #running = new Set<RunningExchange>();
  /** Milliseconds. */
  #silenceTimeout: number;

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
    this.#silenceTimeout = plan.responseTimeout;
  }

  /** The address that all connections go to; null where the transport has none. */
  get address(): string | null {
    return this.#transport.address;
  }

  /** Ends all connections at once. */
  abort(): void {
    for (const exchange of this.#running) exchange.abort();
  }

  async sendProbe(probe: Probe): Promise<ProbeAttempts> {
    return { probe, ...(await this.send(probe.request)) };
  }

  /** Sends a handshake, whatever comes back. */
  async sendOnce(template: RequestTemplate): Promise<HandshakeAttempts> {
    const attempts: RunningExchange[] = [];
    return { template, attempts, answer: await this.#attempt(template, attempts) };
  }

  /**
   * Waits less for an answer from now on where nothing comes, except where a handshake is sent again.
   *
   * @param answerMs how long the server took for an answer
   */
  expectAnswersWithin(answerMs: number): void {
    this.#silenceTimeout = Math.min(
      this.#plan.responseTimeout,
      Math.max(leastSilence, silenceFactor * answerMs),
    );
  }

  /**
   * Sends a handshake that met silence once more, and waits half as long for its answer.
   *
   * @returns how many milliseconds that took
   */
  async sendAgainToColdServer(one: HandshakeAttempts): Promise<number> {
    const sentAt = performance.now();
    await this.#sendAgain(one, { silenceTimeoutMs: this.#plan.responseTimeout / 2 });
    return performance.now() - sentAt;
  }

  /** Sends a handshake, and retries it within limits while the server is rate-limiting. */
  send(template: RequestTemplate): Promise<HandshakeAttempts> {
    return this.#sendLimit(() =>
      this.#sendUntilAnswered(template, () => ({ silenceTimeoutMs: this.#silenceTimeout })),
    );
  }

  /** Sends a handshake like `send`, and waits for its answer as long as the response time-out allows. */
  sendPatiently(template: RequestTemplate): Promise<HandshakeAttempts> {
    return this.#sendLimit(() => this.#sendUntilAnswered(template, () => ({})));
  }

  /** Sends a handshake like `send`, and ends its connection once it is answered: its close is not judged. */
  async sendUnwatched(template: RequestTemplate): Promise<HandshakeAttempts> {
    const one = await this.send(template);
    one.attempts.at(-1)?.abort();
    return one;
  }

  async #sendUntilAnswered(template: RequestTemplate, limits: () => OwnLimits): Promise<HandshakeAttempts> {
    const attempts: RunningExchange[] = [];
    for (;;) {
      const answer = await this.#attempt(template, attempts, limits());
      if (answer.response === null || !isRateLimited(answer)) {
        if (attempts.length > 1) this.#rateLimiter.recordRecovery();
        return { template, attempts, answer };
      }
      if (!this.#rateLimiter.backOff(answer.response, attempts.length)) return { template, attempts, answer };
    }
  }

  /** Whether it must be retried before it can be scored. */
  needsRetry(one: HandshakeAttempts): boolean {
    return isInconclusiveAnswer(one.answer) || (this.#plan.retries > 0 && isRateLimited(one.answer));
  }

  /** Retries a handshake while its verdict is inconclusive, up to the caller's limit. */
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
   * Sends the control until it is accepted or the time is up, one connection at a time.
   *
   * @param wait milliseconds
   * @param explain why an exchange is not an acceptance, in words
   * @param onRefused called before each wait with the reason for it
   */
  async waitUntilReady(
    wait: number,
    explain: (exchange: Exchange) => string | null,
    onRefused: (reason: string) => void,
  ): Promise<NotReady | null> {
    const deadline = performance.now() + wait;
    for (let nth = 1; ; nth += 1) {
      const attempts: RunningExchange[] = [];
      const { response } = await this.#attempt(control, attempts);
      if (isSwitchingProtocols(response)) return null;
      const [running] = attempts;
      if (running === undefined) throw new Error('a handshake without an attempt');
      const left = deadline - performance.now();
      // How the connection ends matters for the last attempt only.
      if (left > 0) running.abort();
      const reason = explain(await running.closed) ?? 'not accepted';
      if (left <= 0) return { running, reason };
      onRefused(reason);
      await this.#waitBeforeRetry(nth, left);
    }
  }

  /** Sends a handshake once, when the rate limit allows it and a connection slot is free. */
  async #attempt(
    template: RequestTemplate,
    attempts: RunningExchange[],
    limits: OwnLimits = {},
  ): Promise<Answer> {
    const running = await this.#connectQueue(async () => {
      await this.#rateLimiter.acquire(this.#signal);
      return this.#scheduler.acquire(this.#quota, () => this.#start(template, limits));
    });
    attempts.push(running);
    const answer = await running.responded;
    this.#signal.throwIfAborted();
    return answer;
  }

  #start(template: RequestTemplate, limits: OwnLimits): RunningExchange {
    const idle = template === control ? { idleAfterSwitchMs } : {};
    const running = this.#transport.start(template, { ...limits, ...idle });
    this.#rateLimiter.recordConnection();
    this.#running.add(running);
    void running.closed.then(() => this.#running.delete(running));
    if (this.#signal.aborted) running.abort();
    return running;
  }

  /**
   * Retries unanswered handshakes, all other connections being closed. Of those that met silence, with or without the
   * beginning of a head, the first and the last are sent again, and waited for as long as the response time-out allows: if both meet it again, the others are
   * believed. If not, each is sent again: together to a server that is only slow, and one at a time to one that leaves
   * the others unanswered while it handles one.
   *
   * @returns whether the server was gone, or this machine had no connection left, before all were retried
   */
  async retryUnanswered(open: readonly (HandshakeAttempts | ProbeAttempts)[]): Promise<boolean> {
    const silent = open.filter(({ answer }) => isTimedOut(answer));
    const answered = (
      await Promise.all(groupSilent(silent).map((alike) => this.#sendExamples(alike)))
    ).flat();
    for (const one of open) {
      const isWorthwhile = silent.includes(one)
        ? isTimedOut(one.answer) && answered.includes(one)
        : !isRateLimited(one.answer);
      if (isWorthwhile) await this.#sendAgain(one);
      await this.#retryOwnFailure(one);
      await this.retry(one);
      if (one.answer.outcome === 'connect-failed') return true;
    }
    return false;
  }

  /** Descriptors and ports of this machine come free again when connections end. */
  async #retryOwnFailure(one: HandshakeAttempts): Promise<void> {
    for (let nth = 1; nth <= maxOwnFailures && ownFailure(one.answer) !== null; nth += 1) {
      await this.#waitBeforeRetry(nth);
      await this.#sendAgain(one);
    }
  }

  /**
   * Sends the first and the last of handshakes that met the same silence again.
   *
   * @returns the others, if one of the two was answered: the silence that they met proves nothing
   */
  async #sendExamples(alike: readonly HandshakeAttempts[]): Promise<readonly HandshakeAttempts[]> {
    const examples = [...new Set([...alike.slice(0, 1), ...alike.slice(-1)])];
    const others = alike.slice(1, -1);
    const outcome = alike[0]?.answer.outcome;
    const sentAt = performance.now();
    await Promise.all(examples.map((one) => this.#sendAgain(one)));
    const answerMs = performance.now() - sentAt;
    if (examples.every(({ answer }) => answer.outcome === outcome)) return [];
    const isAnswered = examples.some(({ answer }) => !isTimedOut(answer));
    if (!isAnswered || answerMs > this.#silenceTimeout) {
      // The server is slow, or this machine is: more time for what was given up too soon.
      this.expectAnswersWithin(isAnswered ? answerMs : this.#silenceTimeout);
      const limits = { silenceTimeoutMs: this.#silenceTimeout };
      await Promise.all(others.map((one) => this.#sendLimit(() => this.#sendAgain(one, limits))));
    }
    return isAnswered ? others : [];
  }

  async #sendAgain(one: HandshakeAttempts, limits?: OwnLimits): Promise<void> {
    one.answer = await this.#attempt(one.template, one.attempts, limits);
  }

  /**
   * Sends a handshake once more, all other connections being closed.
   *
   * @returns null where it was not answered for a reason that has nothing to do with the handshake; no attempt is kept
   */
  async sendAlone(one: HandshakeAttempts, watch: Watch): Promise<Exchange | null> {
    const attempts: RunningExchange[] = [];
    const answer = await this.#attempt(
      one.template,
      attempts,
      'atLeastMs' in watch ? { minCloseWindowMs: watch.atLeastMs } : {},
    );
    const [running] = attempts;
    if (running === undefined) throw new Error('a handshake without an attempt');
    if ('atMostMs' in watch && answer.response !== null) {
      if (watch.atMostMs > 0) await Promise.race([running.closed, sleep(watch.atMostMs)]);
      running.abort();
    }
    const exchange = await running.closed;
    this.#signal.throwIfAborted();
    if (!isInformative(exchange)) return null;
    one.attempts.push(running);
    return exchange;
  }

  /** All exchanges of a handshake, once their connections are closed. */
  async exchangesOf({ attempts }: HandshakeAttempts): Promise<Exchange[]> {
    const exchanges = await Promise.all(attempts.map(({ closed }) => closed));
    this.#signal.throwIfAborted();
    return exchanges;
  }
}

/** Handshakes that met silence: with or without the beginning of a head, and to be accepted or refused, apart. */
function groupSilent(silent: readonly (HandshakeAttempts | ProbeAttempts)[]): HandshakeAttempts[][] {
  const groups = new Map<string, HandshakeAttempts[]>();
  for (const one of silent) {
    const kind = `${one.answer.outcome} ${'probe' in one ? one.probe.expects : null}`;
    groups.set(kind, [...(groups.get(kind) ?? []), one]);
  }
  return [...groups.values()];
}

/** The exchange that is judged, once its connection is closed. */
export async function lastExchange({ attempts }: HandshakeAttempts): Promise<Exchange> {
  const last = attempts.at(-1);
  if (last === undefined) throw new Error('a handshake without an attempt');
  return last.closed;
}
