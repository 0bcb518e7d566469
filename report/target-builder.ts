/** Folds the events of each target into its part of the report, and keeps nothing of a target that has ended. */

import type { AuditEvent, TargetEnd, TargetStart } from './events.ts';
import type { ProbeReport, TargetReport } from './report.ts';

/** A target that has not ended yet. */
interface OpenTarget {
  readonly start: TargetStart;
  /** By id: a later event about a probe replaces the one before. */
  readonly probes: Map<string, ProbeReport>;
}

export class TargetBuilder {
  readonly #open = new Map<number, OpenTarget>();

  /** @returns the target that ends with this event; null for any other event */
  add(event: AuditEvent): TargetReport | null {
    switch (event.type) {
      case 'target-start':
        this.#open.set(event.target, { start: event, probes: new Map() });
        return null;
      case 'probe':
        this.#open.get(event.target)?.probes.set(event.probe.id, event.probe);
        return null;
      case 'target-end': {
        const open = this.#open.get(event.target);
        this.#open.delete(event.target);
        return open === undefined ? null : toTargetReport(open, event);
      }
      case 'run-start':
      case 'invalid-target':
      case 'waiting':
      case 'run-end':
        return null;
    }
  }
}

function toTargetReport({ start, probes: unordered }: OpenTarget, { result }: TargetEnd): TargetReport {
  const { type: _type, target: _target, probes: order, ...info } = start;
  const position = new Map(order.map((id, place) => [id, place]));
  const probes = [...unordered.values()].sort(
    (a, b) => (position.get(a.id) ?? 0) - (position.get(b.id) ?? 0),
  );
  // The order of the keys is the order in JSON: the verdict comes before the probes, the findings after them.
  const { omitted, findings, unexpectedPasses, followUps, sweep, lastControl, ...assessed } = result;
  return { ...info, ...assessed, probes, omitted, findings, unexpectedPasses, followUps, sweep, lastControl };
}
