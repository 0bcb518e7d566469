/** The targets of a run, audited by the workers of a queue. */

import { randomUUID } from 'node:crypto';
import type { Queue } from 'bullmq';
import type { Redis } from 'ioredis';
import type { Delegate, DelegatedTarget } from '../audit/delegate.ts';
import type { AuditOptions } from '../audit/plan/options.ts';
import type { AuditPlan } from '../audit/plan/plan.ts';
import type { AuditEvent } from '../report/events.ts';
import { tool } from '../report/tool.ts';
import {
  heartbeatMs,
  jobIdOf,
  paceKeyOf,
  purposes,
  queueNameOf,
  resultsKeyOf,
  runKeyOf,
  runLifetimeMs,
  type TargetJob,
} from './protocol.ts';
import type { RedisLink } from './redis.ts';
import { queueKeyVariable, type Sealer } from './sealer.ts';

/** A target that a worker has to audit. */
interface Pending {
  readonly job: TargetJob;
  readonly emit: (event: AuditEvent) => void;
  /** Gets whether its events were emitted. */
  readonly settle: (isAudited: boolean) => void;
  readonly fail: (error: unknown) => void;
  /** Whether it was there at the last heartbeat. */
  isOld: boolean;
}

/** Results that are read at once, at most. */
const maxRead = 32;

/**
 * What is in Redis of a run: its options, the targets that are handed over, and the results that were not read yet. All
 * of it is removed when the run ends, and expires when nothing is heard of the run.
 */
export class QueuedTargets implements Delegate {
  /** Enough for several workers, each with targets that take long; Redis holds no more. */
  readonly maxTargets = 256;
  readonly #run = randomUUID();
  readonly #link: RedisLink;
  readonly #reader: Redis;
  readonly #queue: Queue<TargetJob>;
  readonly #sealer: Sealer;
  readonly #options: Buffer;
  readonly #pending = new Map<number, Pending>();
  #timer: NodeJS.Timeout | undefined;
  #isClosed = false;
  /** Whether a result has come since the last heartbeat. */
  #hasResult = false;
  /** Whether a line has said that nobody audits the targets. */
  #isReported = false;

  private constructor(link: RedisLink, sealer: Sealer, options: AuditOptions) {
    this.#link = link;
    this.#sealer = sealer;
    this.#options = sealer.seal(options, purposes.options(this.#run));
    this.#queue = new link.bullmq.Queue(queueNameOf(sealer), {
      connection: link.redis,
      // Nobody reads BullMQ's own events.
      streams: { events: { maxLen: 0 } },
    });
    this.#queue.on('error', () => {});
    this.#reader = link.redis.duplicate();
    this.#reader.on('error', () => {});
  }

  /** @param options those of the plan, as its caller gave them: the workers plan by them too */
  static async open(
    link: RedisLink,
    sealer: Sealer,
    { evidence }: Pick<AuditPlan, 'evidence'>,
    { signal: _, ...options }: AuditOptions,
  ): Promise<QueuedTargets> {
    // The time limit is that of the run, not of a worker.
    const queued = new QueuedTargets(link, sealer, { ...options, evidence, maxTime: 0 });
    await queued.#publish();
    queued.#timer = setInterval(() => void queued.#beat().catch(queued.#fail), heartbeatMs);
    void queued.#read().catch(queued.#fail);
    return queued;
  }

  async audit(
    { index, input }: DelegatedTarget,
    signal: AbortSignal,
    emit: (event: AuditEvent) => void,
  ): Promise<boolean> {
    if (signal.aborted) return false;
    const name = { run: this.#run, index };
    const target = this.#sealer.seal(input, purposes.target(name)).toString('base64');
    const job: TargetJob = { ...name, target };
    let abort = (): void => {};
    try {
      return await new Promise<boolean>((settle, fail) => {
        abort = () => settle(false);
        signal.addEventListener('abort', abort);
        this.#pending.set(index, { job, emit, settle, fail, isOld: false });
        this.#add([job]).catch(fail);
      });
    } finally {
      signal.removeEventListener('abort', abort);
    }
  }

  /** Removes what Redis holds of the run. */
  async close(): Promise<void> {
    this.#isClosed = true;
    clearInterval(this.#timer);
    this.#reader.disconnect();
    const { redis } = this.#link;
    // Without a connection it expires.
    if (redis.status === 'ready') {
      await redis.del(runKeyOf(this.#run), resultsKeyOf(this.#run), paceKeyOf(this.#run));
      // A worker that has one already finds that the run is over.
      for (const { job } of this.#pending.values()) await this.#queue.remove(jobIdOf(job)).catch(() => 0);
    }
    await this.#queue.close();
    redis.disconnect();
  }

  readonly #fail = (error: unknown): void => {
    if (this.#isClosed) return;
    for (const { fail } of this.#pending.values()) fail(error);
  };

  async #publish(): Promise<void> {
    await this.#link.redis.set(runKeyOf(this.#run), this.#options, 'PX', runLifetimeMs);
  }

  async #add(jobs: readonly TargetJob[]): Promise<void> {
    await this.#queue.addBulk(
      jobs.map((data) => ({
        name: 'target',
        data,
        opts: { jobId: jobIdOf(data), removeOnComplete: true, removeOnFail: true },
      })),
    );
  }

  /** Keeps the run alive, and puts back what is missing: Redis may have lost what it held. */
  async #beat(): Promise<void> {
    const { redis } = this.#link;
    if (redis.status !== 'ready' || this.#isClosed) return;
    if ((await redis.pexpire(runKeyOf(this.#run), runLifetimeMs)) === 0 && !this.#isClosed)
      await this.#publish();
    // A target whose result has not been read yet is missing too.
    const isRead = (await redis.xlen(resultsKeyOf(this.#run))) === 0;
    if (this.#isClosed) return;
    const pending = [...this.#pending.values()];
    if (isRead) await this.#add(pending.filter(({ isOld }) => isOld).map(({ job }) => job));
    for (const one of pending) one.isOld = true;
    const isIdle = pending.length > 0 && !this.#hasResult;
    this.#hasResult = false;
    if (!isIdle || this.#isReported || (await this.#queue.getWorkersCount()) > 0) return;
    this.#isReported = true;
    const key = this.#sealer.isEncrypting ? `with this ${queueKeyVariable}` : `without ${queueKeyVariable}`;
    this.#link.notify(
      `no worker of version ${tool.version} ${key} is connected; start one with handshake13 worker`,
    );
  }

  async #read(): Promise<void> {
    const results = resultsKeyOf(this.#run);
    let last: Buffer = Buffer.from('0');
    while (!this.#isClosed) {
      const reply = await this.#reader.xreadBuffer(
        'COUNT',
        maxRead,
        'BLOCK',
        heartbeatMs,
        'STREAMS',
        results,
        last,
      );
      const entries = reply?.[0]?.[1] ?? [];
      for (const [, [, index, , sealed]] of entries) {
        if (index !== undefined && sealed !== undefined) this.#take(Number(index.toString()), sealed);
      }
      last = entries.at(-1)?.[0] ?? last;
      if (entries.length > 0) await this.#link.redis.xdel(results, ...entries.map(([id]) => id));
    }
  }

  /** A target that two workers have audited is reported once. */
  #take(index: number, sealed: Buffer): void {
    const pending = this.#pending.get(index);
    if (pending === undefined) return;
    const events = this.#open({ run: this.#run, index }, sealed);
    if (events === null) return;
    this.#hasResult = true;
    this.#isReported = false;
    this.#pending.delete(index);
    for (const event of events) pending.emit(event);
    pending.settle(true);
  }

  /** Null for what no worker with the key has written; the target is handed over again. */
  #open(name: Pick<TargetJob, 'run' | 'index'>, sealed: Buffer): readonly AuditEvent[] | null {
    try {
      return this.#sealer.open(sealed, purposes.events(name)) as AuditEvent[];
    } catch {
      this.#link.notify(`a result in the queue was not written by a worker of this run, and is ignored`);
      return null;
    }
  }
}
