/** One line on standard error that shows how far a long audit is; on a terminal only, and only where it takes a while. */

import type { AuditEvent } from '../../report/events.ts';
import { escapeShort } from '../../reporters/escape.ts';

/** Milliseconds: a run that is over sooner needs no progress line, and need not load what draws it. */
const patience = 300;
/** Milliseconds between two drawings. */
const interval = 80;

export interface Progress {
  /** Takes the line away before something else is written. */
  readonly pause: (event: AuditEvent) => void;
  readonly show: (event: AuditEvent) => void;
  readonly end: () => void;
}

const nothing: Progress = { pause: () => {}, show: () => {}, end: () => {} };

export function createProgress(stream: NodeJS.WriteStream): Progress {
  if (stream.isTTY !== true) return nothing;
  let targets = 0;
  let targetsDone = 0;
  let probes = 0;
  let probesDone = 0;
  /** Ids by target: a probe may have several events. */
  const done = new Map<number, Set<string>>();
  const waitingFor = new Map<number, string>();
  let draw: { (text: string): void; clear: () => void } | null = null;
  let drawnAt = 0;
  const timer = setTimeout(async () => {
    const { createLogUpdate } = await import('log-update');
    draw = createLogUpdate(stream, { showCursor: true });
    redraw();
  }, patience);
  const redraw = (): void => {
    if (draw === null || performance.now() - drawnAt < interval) return;
    drawnAt = performance.now();
    const ofTargets = targets > 1 ? `, ${targetsDone} of ${targets} targets` : '';
    const [reason] = waitingFor.values();
    const waiting = reason === undefined ? '' : `, waiting: ${escapeShort(reason, 200)}`;
    draw(`${probesDone} of ${probes} probes${ofTargets}${waiting}`);
  };
  return {
    pause: ({ type }) => {
      if (type === 'target-end' || type === 'run-end') draw?.clear();
    },
    show: (event) => {
      switch (event.type) {
        case 'run-start':
          targets = event.targets.length;
          break;
        case 'target-start':
          probes += event.probes.length;
          done.set(event.target, new Set());
          break;
        case 'waiting':
          waitingFor.set(event.target, event.reason);
          break;
        case 'probe':
          waitingFor.delete(event.target);
          if (done.get(event.target)?.has(event.probe.id) === false) probesDone += 1;
          done.get(event.target)?.add(event.probe.id);
          break;
        case 'target-end':
          waitingFor.delete(event.target);
          targetsDone += 1;
          done.delete(event.target);
          break;
        case 'run-end':
          break;
        default:
          event satisfies never;
      }
      redraw();
    },
    end: () => {
      clearTimeout(timer);
      draw?.clear();
    },
  };
}
