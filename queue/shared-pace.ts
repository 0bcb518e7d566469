/** So many connections a second over all workers of a run, by a clock that they share: that of Redis. */

import { setTimeout as sleep } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import { maxLatenessMs, type Pace } from '../audit/pace.ts';
import { runLifetimeMs } from './protocol.ts';

/** Takes the next place in time. Returns the milliseconds until then. */
const takePlace = `
  local time = redis.call('TIME')
  local now = time[1] * 1000 + time[2] / 1000
  local interval, lateness, lifetime = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
  local place = math.max(tonumber(redis.call('GET', KEYS[1]) or '0'), now - lateness)
  local wait = math.max(0, math.ceil(place - now))
  redis.call('SET', KEYS[1], place + interval, 'PX', wait + lifetime)
  return wait
`;

/** Milliseconds until Redis is asked again where it did not answer. */
const retryMs = 1000;

export class SharedPace implements Pace {
  readonly #redis: Redis;
  readonly #key: string;
  readonly #interval: number;
  readonly #onError: (error: unknown) => void;
  readonly #stopped = new AbortController();
  #isWaiting = false;
  /** Until when the place that was taken is good for a connection, on the clock of `performance`. */
  #goodUntil = Number.NEGATIVE_INFINITY;

  /** @param rate connections a second, above 0 */
  constructor(redis: Redis, key: string, rate: number, onError: (error: unknown) => void) {
    this.#redis = redis;
    this.#key = key;
    this.#interval = 1000 / rate;
    this.#onError = onError;
  }

  admit(whenAdmissible: () => void): boolean {
    if (performance.now() <= this.#goodUntil) {
      this.#goodUntil = Number.NEGATIVE_INFINITY;
      return true;
    }
    if (!this.#isWaiting) void this.#waitForPlace(whenAdmissible);
    return false;
  }

  stop(): void {
    this.#stopped.abort();
  }

  async #waitForPlace(whenAdmissible: () => void): Promise<void> {
    this.#isWaiting = true;
    try {
      await sleep(await this.#takePlace(), undefined, { signal: this.#stopped.signal });
      this.#goodUntil = performance.now() + maxLatenessMs;
    } catch (error) {
      if (this.#stopped.signal.aborted) return;
      this.#onError(error);
      await sleep(retryMs, undefined, { signal: this.#stopped.signal }).catch(() => {});
    }
    this.#isWaiting = false;
    if (!this.#stopped.signal.aborted) whenAdmissible();
  }

  async #takePlace(): Promise<number> {
    return Number(
      await this.#redis.eval(takePlace, 1, this.#key, this.#interval, maxLatenessMs, runLifetimeMs),
    );
  }
}
