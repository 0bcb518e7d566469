/** A run that reports events while it goes on, and folds them into a report if somebody asks for it. */

import { EventEmitter, on, setMaxListeners } from 'node:events';
import { timeLimitReached } from './abort-reason.ts';

/** Makes a report of events. */
export interface Fold<Event, Report> {
  add(event: Event): unknown;
  build(): Report;
}

export interface RunSetup<Event, Report> {
  /** Does the work; every wait in it ends when the signal is aborted. */
  readonly work: (emit: (event: Event) => void, signal: AbortSignal) => Promise<void>;
  readonly createFold: () => Fold<Event, Report>;
  /** Ends the run from outside; null: nothing does. */
  readonly signal: AbortSignal | null;
  /** Milliseconds; 0: no limit. */
  readonly maxTime: number;
}

/**
 * Starts at once. Iterate over its events, once, or wait for its report, or both. Leaving the iteration ends the run.
 *
 * An iteration keeps none of the events that it has yielded: the memory of a run does not grow with what is audited. To
 * have the report as well, call `report()` before you iterate.
 */
export class EventRun<Event, Report> implements AsyncIterable<Event> {
  readonly #emitter = new EventEmitter();
  readonly #stop = new AbortController();
  readonly #createFold: () => Fold<Event, Report>;
  readonly #over: Promise<void>;
  #isOver = false;
  /** The events that came before somebody iterated or asked for the report; null from then on. */
  #backlog: Event[] | null = [];
  #isIterated = false;
  #report: Promise<Report> | null = null;

  constructor({ work, createFold, signal: outer, maxTime }: RunSetup<Event, Report>) {
    this.#createFold = createFold;
    const signal = AbortSignal.any([this.#stop.signal, ...(outer === null ? [] : [outer])]);
    // All that is audited listens to it, and every wait.
    setMaxListeners(0, signal);
    const timer = maxTime === 0 ? undefined : setTimeout(() => this.#stop.abort(timeLimitReached), maxTime);
    this.#over = work((event) => {
      this.#backlog?.push(event);
      this.#emitter.emit('event', event);
    }, signal).finally(() => {
      clearTimeout(timer);
      this.#isOver = true;
      this.#emitter.emit('end');
    });
    // Whoever iterates or asks for the report gets the error; avoid an unhandled rejection.
    this.#over.catch(() => {});
  }

  /**
   * The report, when the audit is over. It is folded from the events only if it is asked for.
   *
   * @returns rejects if an iteration has begun before: the events are gone
   */
  report(): Promise<Report> {
    this.#report ??= this.#isIterated
      ? Promise.reject(new Error('call report() before iterating over the events of an audit'))
      : this.#foldReport();
    this.#report.catch(() => {});
    return this.#report;
  }

  #foldReport(): Promise<Report> {
    const fold = this.#createFold();
    for (const event of this.#backlog ?? []) fold.add(event);
    this.#emitter.on('event', (event: Event) => void fold.add(event));
    // An iteration that begins in the same turn gets every event; without one, nothing is kept for it.
    setImmediate(() => {
      this.#backlog = null;
    });
    return this.#over.then(() => fold.build());
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Event, void, void> {
    const live = on(this.#emitter, 'event', { close: ['end'] });
    const backlog = this.#backlog ?? [];
    this.#backlog = null;
    this.#isIterated = true;
    try {
      yield* backlog;
      if (this.#isOver) await live.return?.();
      for await (const [event] of live) yield event as Event;
      await this.#over;
    } finally {
      this.#stop.abort();
    }
  }
}
