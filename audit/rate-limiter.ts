/** When the next connection to a target may be opened: by the caller's delay and the server's rate limit. */

import { setTimeout as sleep } from 'node:timers/promises';
import { fieldValues, type Response } from '../wire/response.ts';

/** Attempts of one probe that is answered 429 or 503. */
const maxAttempts = 3;
/** Milliseconds. A longer Retry-After is not honoured. */
const maxRetryAfter = 10_000;
/** Milliseconds waited for Retry-After in total. */
const maxTotalWait = 30_000;

/** Milliseconds before the nth retry if there is no Retry-After. */
export function retryDelay(nth: number): number {
  return Math.min(1000, 100 * 2 ** (nth - 1));
}

export class RateLimiter {
  readonly #delay: number;
  #notBefore = 0;
  #waited = 0;
  /** Whether backing off has helped so far, or has not been tried. Once it fails, it is not tried again. */
  #helps = true;

  /** @param delay minimum milliseconds between two connections */
  constructor(delay: number) {
    this.#delay = delay;
  }

  /** Waits until a connection may be opened. */
  async acquire(signal: AbortSignal): Promise<void> {
    // In a loop, since the server may ask for more time while we wait.
    for (
      let wait = this.#notBefore - performance.now();
      wait > 0;
      wait = this.#notBefore - performance.now()
    ) {
      await sleep(Math.ceil(wait), undefined, { signal });
    }
    signal.throwIfAborted();
  }

  /** A connection was opened just now. */
  recordConnection(): void {
    if (this.#delay > 0) this.#notBefore = Math.max(this.#notBefore, performance.now() + this.#delay);
  }

  /**
   * The server answered 429 or 503: delays every connection as long as it asks.
   *
   * @param attempts how often this probe was sent
   * @returns whether to retry after the next `acquire`
   */
  backOff(response: Response, attempts: number): boolean {
    if (attempts >= maxAttempts) this.#helps = false;
    return this.#helps && this.waitRetryAfter(response, attempts);
  }

  /**
   * Delays every connection as long as a 429 or 503 asks, whether or not that has helped before.
   *
   * @param nth attempt number for this probe, from 1
   * @returns false if it asks for too long; then nothing is delayed
   */
  waitRetryAfter(response: Response, nth: number): boolean {
    const wait = retryAfter(response) ?? 500 * 2 ** (nth - 1);
    if (wait > maxRetryAfter || this.#waited + wait > maxTotalWait) return false;
    const until = performance.now() + wait;
    if (until > this.#notBefore) {
      this.#waited += Math.min(wait, until - this.#notBefore);
      this.#notBefore = until;
    }
    return true;
  }

  /** A delayed probe was answered. */
  recordRecovery(): void {
    this.#helps = true;
  }
}

/** Retry-After in milliseconds (rfc9110 §10.2.3): seconds, or a date; null if it is absent or invalid. */
function retryAfter(response: Response): number | null {
  const [value] = fieldValues(response.fields, 'Retry-After');
  if (value === undefined) return null;
  if (/^\d+$/.test(value)) return Number(value) * 1000;
  const date = Date.parse(value);
  return Number.isNaN(date) ? null : Math.max(0, date - Date.now());
}
