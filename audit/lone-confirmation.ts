/**
 * Confirms answers alone, when all other connections are closed: the audit's own connections may have changed them.
 *
 * One handshake of each distinct refusal is sent again, and the example of each finding. Where its answer differs it is
 * sent more often: a server that is steady alone was influenced, so every handshake with that answer is sent again, one
 * at a time. Which of the answers count is up to the scoring.
 */

import { setTimeout as sleep } from 'node:timers/promises';
import type { Probe } from '../probes/probe.ts';
import { announcesClose, isInformative, isTimedOut } from '../scoring/answer.ts';
import { answerKey } from '../scoring/answer-key.ts';
import { judgedAttempt, leastRepeated, loneAttempts, wasAlone, wasWatched } from '../scoring/attempts.ts';
import { isClosedInTime, leastForgottenMs } from '../scoring/close-window.ts';
import { leastInfluenced, leastUnsteady } from '../scoring/crowd-influence.ts';
import type { Finding } from '../scoring/findings.ts';
import { findLeftOpen, isLeftOpen } from '../scoring/left-open.ts';
import type { Exchange } from '../wire/exchange.ts';
import { isSwitchingProtocols } from '../wire/response.ts';
import type { HandshakeAttempts, Prober, Watch } from './prober.ts';

/** A handshake that was answered: a probe's, or the request for an advertised version. */
export type Confirmable = HandshakeAttempts & {
  readonly probe?: Probe;
  /** The request for a version in a sweep of all: only where it was accepted does it matter by itself. */
  readonly isSwept?: boolean;
};

/** Attempts alone that confirm an acceptance: no other answer is counted against a server on so little else. */
const leastAcceptances = 2;
/** Findings can change with what was confirmed; bounded all the same. */
const maxRounds = 10;
/** Timers run out early by up to a millisecond. */
const timerSlackMs = 5;
/** Milliseconds in which a server that is quick to close does so. */
const leastBriefMs = 50;
/** Milliseconds in which the server can notice that the connections before were closed. */
const settlingMs = 10;

interface Confirmation {
  readonly prober: Prober;
  /** Every handshake that may be sent again; the control is not among them. */
  readonly handshakes: readonly Confirmable[];
  /** The findings as they are with all attempts so far. */
  readonly findings: () => Promise<readonly Finding[]>;
  readonly closeTimeoutMs: number;
}

export function confirmAlone(confirmation: Confirmation): Promise<void> {
  return new LoneConfirmation(confirmation).run();
}

/** What is sent again, and how long its connection is watched at least; 0: as the first one told. */
interface Request {
  readonly handshake: Confirmable;
  readonly times: number;
  readonly watchMs: number;
}

class LoneConfirmation {
  readonly #prober: Prober;
  readonly #handshakes: readonly Confirmable[];
  readonly #findings: Confirmation['findings'];
  readonly #closeTimeoutMs: number;
  readonly #exchanges = new Map<Confirmable, Exchange[]>();
  /** Handshakes that were not answered when they were sent again: there is nothing to learn from them. */
  readonly #unanswered = new Set<Confirmable>();
  readonly #unsteady = new Set<Confirmable>();
  /** Milliseconds for which the close of a handshake was awaited at least. */
  readonly #watched = new Map<Confirmable, number>();

  constructor({ prober, handshakes, findings, closeTimeoutMs }: Confirmation) {
    this.#prober = prober;
    this.#handshakes = handshakes;
    this.#findings = findings;
    this.#closeTimeoutMs = closeTimeoutMs;
  }

  async run(): Promise<void> {
    for (const handshake of this.#handshakes) {
      this.#exchanges.set(handshake, await this.#prober.exchangesOf(handshake));
    }
    await sleep(settlingMs);
    for (const alike of this.#refusals()) await this.#confirmRefusal(alike);
    for (let round = 0; round < maxRounds; round += 1) {
      const requests = await this.#openRequests();
      if (requests.length === 0) return;
      for (const request of requests) await this.#confirmExample(request);
    }
  }

  /** The refusals that came while other connections were open, those with the same answer together. */
  #refusals(): Confirmable[][] {
    const byAnswer = new Map<string, Confirmable[]>();
    for (const handshake of this.#handshakes) {
      const among = this.#lastAmong(handshake);
      if (among === undefined || isSwitchingProtocols(among.response) || isTimedOut(among)) continue;
      const answer = `${answerKey(among)}\n${isClosedInTime(among)}`;
      byAnswer.set(answer, [...(byAnswer.get(answer) ?? []), handshake]);
    }
    return [...byAnswer.values()];
  }

  async #confirmRefusal(alike: readonly Confirmable[]): Promise<void> {
    const example = alike.find((one) => this.#alone(one).length > 0) ?? alike[0];
    if (example === undefined) return;
    if (this.#alone(example).length === 0) await this.#send(example);
    if (!this.#agrees(example)) await this.#investigate(example, alike);
  }

  /**
   * What the findings need confirmed: each its example, and every valid handshake that was refused. The close of what
   * was watched briefly, where it was then seen that connections with the same answer are not all left open. And every
   * close that came late once: of a few, as often as is believed; of more, once, which tells that a crowd is the cause.
   */
  async #openRequests(): Promise<Request[]> {
    const requests: Request[] = [];
    const request = (handshake: Confirmable | undefined, times: number, watchMs = 0): void => {
      if (handshake === undefined || this.#unanswered.has(handshake)) return;
      const alone = this.#alone(handshake);
      const watched = this.#watched.get(handshake) ?? 0;
      const isOpen = !isClosedInTime(this.#judged(handshake));
      if (alone.length >= times && (watchMs === 0 || !isOpen || watched >= watchMs)) return;
      if (requests.some((other) => other.handshake === handshake && other.watchMs >= watchMs)) return;
      requests.push({ handshake, times: Math.max(1, times - alone.length), watchMs });
    };
    for (const { probes, failures } of await this.#findings()) {
      const id = failures[0]?.probe ?? probes[0];
      const example = this.#handshakes.find(({ probe }) => probe?.id === id);
      if (example === undefined) continue;
      const judged = this.#judged(example);
      if (isTimedOut(judged)) continue;
      const isAcceptedWrongly = isSwitchingProtocols(judged.response) && example.probe?.expects === 'reject';
      request(example, isAcceptedWrongly ? leastAcceptances : 1);
      const isAboutClose = failures.some(
        ({ probe, criterion }) =>
          probe === id && (criterion === 'socketClosed' || criterion === 'announcedClose'),
      );
      if (isAboutClose && (judged.close?.kind === 'open' || !wasWatched(judged))) {
        request(example, 1, announcesClose(judged) ? leastForgottenMs + timerSlackMs : this.#closeTimeoutMs);
      }
    }
    const late = this.#handshakes.filter((handshake) => this.#wasClosedLate(handshake));
    for (const handshake of late) {
      const unwatched = this.#alone(handshake).filter((exchange) => !wasWatched(exchange)).length;
      request(handshake, unwatched + (late.length < leastInfluenced ? leastRepeated : 1));
    }
    for (const handshake of this.#handshakes) {
      const judged = this.#judged(handshake);
      if (handshake.isSwept === true) {
        if (isSwitchingProtocols(judged.response)) request(handshake, 1);
        continue;
      }
      const isRefused =
        !isSwitchingProtocols(judged.response) && !isTimedOut(judged) && isInformative(judged);
      // An advertised version that was refused is asked for again, like a valid handshake.
      if (isRefused && (handshake.probe === undefined || handshake.probe.expects === 'accept')) {
        request(handshake, 1);
      }
      if (!wasWatched(judged) && !this.#isLeftOpen(judged)) request(handshake, 1, this.#closeTimeoutMs);
    }
    return requests;
  }

  async #confirmExample({ handshake, times, watchMs }: Request): Promise<void> {
    for (let nth = 0; nth < times && !this.#unanswered.has(handshake); nth += 1) {
      await this.#send(handshake, watchMs);
    }
    if (this.#agrees(handshake)) return;
    const answer = answerKey(this.#lastAmong(handshake) ?? this.#judged(handshake));
    const alike = this.#handshakes.filter((other) => {
      const among = this.#lastAmong(other);
      return (
        among !== undefined &&
        answerKey(among) === answer &&
        other.probe?.expects === handshake.probe?.expects
      );
    });
    await this.#investigate(handshake, alike);
  }

  /** Finds out whether the server is steady alone, and if so sends everything with the same answer again. */
  async #investigate(example: Confirmable, alike: readonly Confirmable[]): Promise<void> {
    await this.#repeat(example);
    const others = alike.filter((other) => other !== example);
    if (this.#unsteady.has(example)) {
      for (const other of others) {
        if (this.#unsteady.size >= leastUnsteady) return;
        await this.#repeat(other);
      }
      return;
    }
    for (const other of others) {
      if (this.#alone(other).length === 0 && !this.#unanswered.has(other)) {
        await this.#sendLike(example, other);
      }
    }
  }

  /** Sends a handshake until it is known whether the server answers it in one way. */
  async #repeat(handshake: Confirmable): Promise<void> {
    while (this.#alone(handshake).length < leastRepeated && !this.#unanswered.has(handshake)) {
      await this.#sendLike(handshake, handshake);
    }
    const [first, ...more] = this.#alone(handshake);
    if (first !== undefined && more.some((other) => !isSameAnswer(first, other)))
      this.#unsteady.add(handshake);
  }

  /**
   * Sends a handshake whose answer alone is probably that of the example. If a connection with that answer was left
   * open for the whole close window, this one is watched only for the time in which it was closed among others, unless
   * its probe is about what becomes of the connection.
   */
  async #sendLike(example: Confirmable, handshake: Confirmable): Promise<void> {
    if (this.#alone(example).some((exchange) => this.#isLeftOpen(exchange))) {
      const closedAfterMs = this.#lastAmong(handshake)?.close?.afterMs ?? 0;
      const briefMs = Math.max(leastBriefMs, 2 * closedAfterMs);
      if (briefMs < this.#closeTimeoutMs && handshake.probe?.family !== 'after-refusal') {
        await this.#exchange(handshake, { atMostMs: briefMs });
        const answer = this.#alone(handshake).at(-1);
        if (answer === undefined || wasWatched(answer) || this.#isLeftOpen(answer)) return;
      }
    }
    await this.#send(handshake, this.#closeTimeoutMs);
  }

  #isLeftOpen(exchange: Exchange): boolean {
    const sent = this.#handshakes.flatMap((handshake) =>
      handshake.probe === undefined ? [] : [{ probe: handshake.probe, attempts: this.#of(handshake) }],
    );
    return isLeftOpen(exchange, findLeftOpen(sent));
  }

  /** @param watchMs for how long the connection is watched at least; 0: only where the server closed it before */
  async #send(handshake: Confirmable, watchMs = 0): Promise<void> {
    const before = this.#judged(handshake);
    const watchesClose = watchMs > 0 || endedSoon(before, this.#closeTimeoutMs);
    if (watchesClose) this.#watched.set(handshake, Math.max(watchMs, this.#watched.get(handshake) ?? 0));
    await this.#exchange(handshake, watchesClose ? { atLeastMs: watchMs } : { atMostMs: 0 });
  }

  async #exchange(handshake: Confirmable, watch: Watch): Promise<void> {
    const exchange = await this.#prober.sendAlone(handshake, watch);
    if (exchange === null) this.#unanswered.add(handshake);
    else this.#exchanges.get(handshake)?.push(exchange);
  }

  /**
   * Whether the close of a refusal was missed among others and came in time after the same answer since: the server, or
   * this machine, may have been slow, or the other connections were the reason.
   */
  #wasClosedLate(handshake: Confirmable): boolean {
    const judged = this.#judged(handshake);
    if (handshake.probe === undefined || isSwitchingProtocols(judged.response) || !isClosedInTime(judged))
      return false;
    return this.#of(handshake).some(
      (exchange) =>
        !wasAlone(exchange) && exchange.close?.kind === 'open' && answerKey(exchange) === answerKey(judged),
    );
  }

  /** Whether every answer given alone is the one given among others; true where there is nothing to compare. */
  #agrees(handshake: Confirmable): boolean {
    const among = this.#lastAmong(handshake);
    return this.#alone(handshake).every((exchange, _, [first]) =>
      isSameAnswer(exchange, among ?? first ?? exchange),
    );
  }

  #alone(handshake: Confirmable): Exchange[] {
    return loneAttempts(this.#of(handshake));
  }

  #lastAmong(handshake: Confirmable): Exchange | undefined {
    return this.#of(handshake).findLast((exchange) => !wasAlone(exchange) && isInformative(exchange));
  }

  #judged(handshake: Confirmable): Exchange {
    return judgedAttempt(this.#of(handshake));
  }

  #of(handshake: Confirmable): readonly Exchange[] {
    return this.#exchanges.get(handshake) ?? [];
  }
}

function isSameAnswer(a: Exchange, b: Exchange): boolean {
  if (answerKey(a) !== answerKey(b)) return false;
  return !wasWatched(a) || !wasWatched(b) || isClosedInTime(a) === isClosedInTime(b);
}

/** Whether the connection ended within its window: after a 101 the server answers our Close frame. */
function endedSoon({ close }: Exchange, closeTimeoutMs: number): boolean {
  if (close === null) return true;
  switch (close.kind) {
    case 'fin':
    case 'reset':
      return true;
    case 'client':
      return close.afterMs < closeTimeoutMs;
    case 'open':
    case 'unwatched':
      return false;
  }
}
