/**
 * What standard error says of an audit while it runs: on a terminal one line that shows how far it is, where it takes a
 * while; elsewhere a line now and then about the targets that `--wait` waits for.
 */

import type { AuditEvent, TargetStart } from '../../report/events.ts';
import { escapeShort } from '../../reporters/escape.ts';
import { targetName } from '../../reporters/target-name.ts';

/** Milliseconds. */
interface Timing {
  /** A run that is over sooner needs no progress line, and need not load what draws it. */
  readonly patience: number;
  /** Between two drawings. */
  readonly redraw: number;
  /** Between two lines about what is waited for. */
  readonly note: number;
}

const usualTiming: Timing = { patience: 300, redraw: 80, note: 10_000 };

/** Probes without a verdict that the line names; more of them are not waited for, but still being sent. */
const maxNamed = 3;
/** Characters of a reason that the line shows. */
const maxReason = 200;

export interface Progress {
  /** Takes the line away before something else is written. */
  readonly pause: (event: AuditEvent) => void;
  readonly show: (event: AuditEvent) => void;
  readonly end: () => void;
}

export function createProgress(stream: NodeJS.WriteStream, timing: Partial<Timing> = {}): Progress {
  const all = { ...usualTiming, ...timing };
  return stream.isTTY === true ? createLine(stream, all) : createNotes(stream, all);
}

/** A target that does not accept handshakes yet. */
interface WaitedFor {
  readonly name: string;
  readonly reason: string;
  /** On the clock of `performance`. */
  readonly since: number;
}

/** The state of a run as its events tell it. */
class RunState {
  /** Null while nobody knows. */
  targets: number | null = 0;
  targetsDone = 0;
  /** All targets are sent the same. */
  #probesPerTarget = 0;
  /** The probes of running targets that have no verdict yet: a probe may have several events. */
  readonly #open = new Map<number, Set<string>>();
  readonly #names = new Map<number, string>();
  readonly #waitedFor = new Map<number, WaitedFor>();

  add(event: AuditEvent): void {
    switch (event.type) {
      case 'run-start':
        this.targets = event.planned?.targets ?? null;
        break;
      case 'target-start':
        this.#start(event);
        break;
      case 'waiting': {
        const { since = performance.now() } = this.#waitedFor.get(event.target) ?? {};
        const name = this.#names.get(event.target) ?? '';
        this.#waitedFor.set(event.target, { name, reason: event.reason, since });
        break;
      }
      case 'probe':
        this.#waitedFor.delete(event.target);
        this.#open.get(event.target)?.delete(event.probe.id);
        break;
      case 'target-end':
        this.targetsDone += 1;
        for (const map of [this.#waitedFor, this.#open, this.#names]) map.delete(event.target);
        break;
      case 'invalid-target':
      case 'run-end':
        break;
      default:
        event satisfies never;
    }
  }

  #start({ target, url, label, probes }: TargetStart): void {
    this.#probesPerTarget = probes.length;
    this.#open.set(target, new Set(probes));
    this.#names.set(target, targetName({ url, label }));
  }

  get probes(): number {
    return (this.targets ?? this.targetsDone + this.#open.size) * this.#probesPerTarget;
  }

  /** Of a target that has ended, none is waited for any more. */
  get probesDone(): number {
    const running = [...this.#open.values()].map((open) => this.#probesPerTarget - open.size);
    return running.reduce((sum, done) => sum + done, this.targetsDone * this.#probesPerTarget);
  }

  get waitedFor(): readonly WaitedFor[] {
    return [...this.#waitedFor.values()];
  }

  /** What a run that is not over is waiting for, in words; null while there is still a lot to send. */
  get pending(): string | null {
    const [first] = this.waitedFor;
    if (first !== undefined) return describeWait(first, this.waitedFor.length - 1);
    if (this.#open.size === 0 || this.targetsDone + this.#open.size < (this.targets ?? Infinity)) return null;
    const ids = [...new Set([...this.#open.values()].flatMap((open) => [...open]))];
    if (ids.length === 0) return 'confirming, then the control again';
    return ids.length > maxNamed ? null : `waiting for ${ids.join(', ')}`;
  }
}

function describeWait({ name, reason }: WaitedFor, others: number): string {
  const more = others === 0 ? '' : ` and ${others} more`;
  return `waiting for ${name}${more}: ${escapeShort(reason, maxReason)}`;
}

/** One line on a terminal, drawn over and over. */
function createLine(stream: NodeJS.WriteStream, { patience, redraw }: Timing): Progress {
  const state = new RunState();
  let draw: { (text: string): void; clear: () => void } | null = null;
  let drawnAt = Number.NEGATIVE_INFINITY;
  const update = (): void => {
    if (draw === null || state.probes === 0 || performance.now() - drawnAt < redraw) return;
    drawnAt = performance.now();
    const { targets, targetsDone } = state;
    const of = targets === null ? '' : ` of ${targets}`;
    const ofTargets = targets === 1 ? '' : `, ${targetsDone}${of} targets`;
    const pending = state.pending === null ? '' : `, ${state.pending}`;
    draw(`${state.probesDone} of ${state.probes} probes${ofTargets}${pending}`);
  };
  const timer = setTimeout(async () => {
    const { createLogUpdate } = await import('log-update');
    draw = createLogUpdate(stream, { showCursor: true });
    update();
  }, patience);
  return {
    pause: ({ type }) => {
      if (type === 'target-end' || type === 'invalid-target' || type === 'run-end') draw?.clear();
    },
    show: (event) => {
      state.add(event);
      update();
    },
    end: () => {
      clearTimeout(timer);
      draw?.clear();
    },
  };
}

/** In a log: that an audit which seems to stand still is waiting, and what the last answer was. */
function createNotes(stream: NodeJS.WriteStream, { note }: Timing): Progress {
  const state = new RunState();
  const timer = setInterval(() => {
    const [first] = state.waitedFor;
    if (first === undefined) return;
    const seconds = Math.round((performance.now() - first.since) / 1000);
    stream.write(`handshake13: after ${seconds} s still ${state.pending}\n`);
  }, note);
  return {
    pause: () => {},
    show: (event) => state.add(event),
    end: () => clearInterval(timer),
  };
}
