/** Audits the targets in a queue. */

import { once, setMaxListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Job, Worker } from 'bullmq';
import { ConnectionScheduler } from '../audit/connection-scheduler.ts';
import { SteadyPace } from '../audit/pace.ts';
import type { AuditOptions } from '../audit/plan/options.ts';
import { type AuditPlan, planAudit } from '../audit/plan/plan.ts';
import type { TargetInput } from '../audit/plan/targets.ts';
import { TargetRun } from '../audit/target-run.ts';
import type { AuditEvent } from '../report/events.ts';
import { keepEvidence } from '../report/evidence.ts';
import { endpointOf } from '../wire/endpoint/target.ts';
import {
  heartbeatMs,
  paceKeyOf,
  purposes,
  queueNameOf,
  resultsKeyOf,
  runKeyOf,
  runLifetimeMs,
  type TargetJob,
} from './protocol.ts';
import type { RedisLink } from './redis.ts';
import type { Sealer } from './sealer.ts';
import { SharedPace } from './shared-pace.ts';

/** Milliseconds for which a worker holds a target without a sign of life; then another one takes it. */
const lockDuration = 6000;
const lockRenewal = 2000;
/** Of a target whose audit has ended so many workers. */
const maxLostWorkers = 3;
/** Seconds for which Redis is asked to wait for the next target. */
const maxWait = 1;

/** Leaves nothing behind where the run is over, of which its worker may not know yet. */
const addResult = `
  if redis.call('EXISTS', KEYS[1]) == 0 then return end
  redis.call('XADD', KEYS[2], '*', 'index', ARGV[1], 'events', ARGV[2])
  redis.call('PEXPIRE', KEYS[2], ARGV[3])
`;

/** A run, as its worker audits targets of it. */
interface WorkerRun {
  readonly plan: AuditPlan;
  readonly scheduler: ConnectionScheduler;
  readonly over: AbortController;
}

export class QueueWorker {
  readonly #link: RedisLink;
  readonly #sealer: Sealer;
  readonly #worker: Worker<TargetJob>;
  readonly #runs = new Map<string, WorkerRun>();
  /** Jobs that are locked, by their id. */
  readonly #held = new Set<string>();
  readonly #running = new Set<Promise<void>>();
  readonly #failures: unknown[] = [];
  #lastError = '';

  constructor(link: RedisLink, sealer: Sealer) {
    this.#link = link;
    this.#sealer = sealer;
    this.#worker = new link.bullmq.Worker(queueNameOf(sealer), null, {
      connection: link.redis,
      lockDuration,
      stalledInterval: heartbeatMs,
      // Whoever takes such a target decides.
      maxStalledCount: Number.MAX_SAFE_INTEGER,
      drainDelay: maxWait,
    });
    this.#worker.on('error', () => {});
  }

  /** Takes targets until the signal aborts; settles when those that it has taken are done. */
  async run(signal: AbortSignal): Promise<void> {
    await this.#worker.waitUntilReady();
    await this.#worker.startStalledCheckTimer();
    const timer = setInterval(() => void this.#keepAlive().catch(this.#report), lockRenewal);
    // Without Redis the next target may be waited for longer than anybody waits for the end.
    const stopped = once(signal, 'abort').then(() => sleep(2000 * maxWait, null));
    try {
      while (!signal.aborted && this.#failures.length === 0) {
        const job = await Promise.race([this.#next(), stopped]);
        if (job === null) continue;
        if (signal.aborted) await job.moveToWait(this.#worker.id);
        else await this.#begin(job);
      }
      await Promise.all(this.#running);
      if (this.#failures.length > 0) throw this.#failures[0];
    } finally {
      clearInterval(timer);
      await Promise.race([this.#worker.close(true), sleep(1000 * maxWait)]);
      this.#link.redis.disconnect();
    }
  }

  /** Null where there is none yet. */
  async #next(): Promise<Job<TargetJob> | null> {
    try {
      return (await this.#worker.getNextJob(this.#worker.id)) ?? null;
    } catch (error) {
      this.#report(error);
      await sleep(maxWait * 1000);
      return null;
    }
  }

  /** Settles when there is room for another target, so that no target waits here while another worker is idle. */
  async #begin(job: Job<TargetJob>): Promise<void> {
    const id = job.id ?? '';
    this.#held.add(id);
    await new Promise<void>((resolve) => {
      const running = this.#audit(job, resolve)
        .catch((error: unknown) => void this.#failures.push(error))
        .finally(() => {
          this.#held.delete(id);
          this.#running.delete(running);
          resolve();
        });
      this.#running.add(running);
    });
  }

  /** @param onBegin called when its first connection may be opened */
  async #audit(job: Job<TargetJob>, onBegin: () => void): Promise<void> {
    const { data } = job;
    const run = await this.#runOf(data.run);
    if (run !== null) {
      const { plan, scheduler, over } = run;
      const sealed = Buffer.from(data.target, 'base64');
      const planned = plan.targets.plan(this.#sealer.open(sealed, purposes.target(data)) as TargetInput);
      const isGivenUp = job.stalledCounter > maxLostWorkers;
      if (isGivenUp)
        this.#link.notify(
          `${planned.target.url} is given up: ${job.stalledCounter} workers ended while they audited it`,
        );
      const signal = isGivenUp ? AbortSignal.abort() : over.signal;
      const events: AuditEvent[] = [];
      const emit = keepEvidence(plan.evidence, (event) => void events.push(event));
      await scheduler.run(endpointOf(planned.target), (quota) => {
        onBegin();
        return new TargetRun(data.index, planned, plan, scheduler, quota, signal, emit).run();
      });
      if (!over.signal.aborted) await this.#send(data, events);
    }
    // Fails where the lock was lost: another worker has it then.
    await job.moveToCompleted(null, this.#worker.id, false).catch(() => {});
  }

  async #send(data: TargetJob, events: readonly AuditEvent[]): Promise<void> {
    const sealed = this.#sealer.seal(events, purposes.events(data));
    const keys = [runKeyOf(data.run), resultsKeyOf(data.run)];
    await this.#link.redis.eval(addResult, keys.length, ...keys, data.index, sealed, runLifetimeMs);
  }

  /** Null where the run is over. */
  async #runOf(id: string): Promise<WorkerRun | null> {
    const known = this.#runs.get(id);
    if (known !== undefined) return known;
    const sealed = await this.#link.redis.getBuffer(runKeyOf(id));
    if (sealed === null) return null;
    const options = this.#sealer.open(sealed, purposes.options(id)) as AuditOptions;
    const plan = planAudit(nothing(), options);
    const over = new AbortController();
    // Every target listens to it, and every wait.
    setMaxListeners(0, over.signal);
    const pace =
      plan.rate === 0
        ? new SteadyPace(0)
        : new SharedPace(this.#link.redis, paceKeyOf(id), plan.rate, this.#report);
    const run = { plan, scheduler: new ConnectionScheduler(plan, pace, over.signal), over };
    this.#runs.set(id, run);
    return run;
  }

  /** Renews the locks, and ends the runs that are over. */
  async #keepAlive(): Promise<void> {
    if (this.#link.redis.status !== 'ready') return;
    const held = [...this.#held];
    if (held.length > 0)
      await this.#worker.extendJobLocks(
        held,
        held.map(() => this.#worker.id),
        lockDuration,
      );
    for (const [id, { over }] of this.#runs) {
      if ((await this.#link.redis.exists(runKeyOf(id))) === 1) continue;
      this.#runs.delete(id);
      over.abort();
    }
  }

  readonly #report = (error: unknown): void => {
    const message = error instanceof Error ? error.message : String(error);
    // A lost connection has a line of its own.
    if (this.#link.redis.status !== 'ready' || message === this.#lastError) return;
    this.#lastError = message;
    this.#link.notify(`Redis: ${message}`);
  };
}

/** The targets of a plan whose targets come one by one. */
async function* nothing(): AsyncGenerator<never> {}
