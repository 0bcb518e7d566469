/** How much of the exchanges a report keeps: of many targets only what shows their faults. */

import { controlId } from '../probes/control.ts';
import { examplesOf, isNew } from '../scoring/findings.ts';
import { shortenRuns } from './byte-runs.ts';
import type { AuditEvent, ProbeDone, TargetEnd } from './events.ts';
import type { ExchangeRecord } from './exchange-record.ts';
import { type Outcome, outcomeOf } from './outcomes.ts';
import type { Evidence, OmittedProbes, ProbeReport, TargetResult } from './report.ts';

/** Passes the events of a run on with as much evidence as was chosen. */
export function keepEvidence(
  evidence: Evidence,
  emit: (event: AuditEvent) => void,
): (event: AuditEvent) => void {
  if (evidence === 'all') return emit;
  /** The probes of the targets that have not ended. */
  const open = new Map<number, Map<string, ProbeReport>>();
  return (event) => {
    switch (event.type) {
      case 'target-start':
        open.set(event.target, new Map());
        // Which probes are kept is known at the end.
        emit({ ...event, probes: [] });
        return;
      case 'probe':
        open.get(event.target)?.set(event.probe.id, event.probe);
        return;
      case 'target-end': {
        const probes = [...(open.get(event.target)?.values() ?? [])];
        open.delete(event.target);
        for (const kept of endOf(event, probes, evidence)) emit(kept);
        return;
      }
      case 'run-start':
      case 'invalid-target':
      case 'waiting':
      case 'run-end':
        emit(event);
    }
  };
}

function endOf(
  { target, result }: TargetEnd,
  probes: readonly ProbeReport[],
  evidence: Exclude<Evidence, 'all'>,
): (ProbeDone | TargetEnd)[] {
  const wanted = evidence === 'none' ? new Set<string>() : keptProbes(result, probes);
  const kept = probes.filter(({ id }) => wanted.has(id));
  const { lastControl } = result;
  return [
    ...kept.map((probe): ProbeDone => ({ type: 'probe', target, probe: inShort(probe) })),
    {
      type: 'target-end',
      target,
      result: {
        ...result,
        findings: result.findings.map((finding) =>
          isNew(finding)
            ? {
                ...finding,
                failures: finding.failures.filter(({ probe }) => probe === null || wanted.has(probe)),
              }
            : finding,
        ),
        omitted: groupOutcomes(probes.filter(({ id }) => !wanted.has(id)).map(outcomeOf)),
        followUps: [],
        sweep: [],
        lastControl:
          lastControl === null
            ? null
            : evidence === 'none'
              ? withoutBytes(lastControl)
              : withoutRuns(lastControl),
      },
    },
  ];
}

/** Ids of the control, of a probe that shows each finding, and of one for each doubt. */
function keptProbes({ findings }: TargetResult, probes: readonly ProbeReport[]): Set<string> {
  const doubtful = new Map(
    probes.flatMap(({ id, doubt }): [string, string][] => (doubt === null ? [] : [[doubt, id]])),
  );
  return new Set([controlId, ...findings.flatMap(examplesOf), ...doubtful.values()]);
}

/** Earlier tries are told by the verdict; the last exchange is what was judged. */
function inShort({ controlsAfter, ...probe }: ProbeReport): ProbeReport {
  return {
    ...probe,
    exchange: withoutRuns(probe.exchange),
    earlierExchanges: [],
    ...(controlsAfter !== undefined && { controlsAfter: controlsAfter.map(withoutRuns) }),
  };
}

function withoutRuns(record: ExchangeRecord): ExchangeRecord {
  const { request, response } = record;
  return {
    ...record,
    request: shortenRuns(request),
    response: response === null ? null : { ...response, ...shortenRuns(response) },
  };
}

function withoutBytes(record: ExchangeRecord): ExchangeRecord {
  const { response } = record;
  return {
    ...record,
    request: { base64: '' },
    response: response === null ? null : { ...response, fields: [], base64: '', truncated: true },
  };
}

function groupOutcomes(outcomes: readonly Outcome[]): OmittedProbes[] {
  const groups = new Map<string, Omit<OmittedProbes, 'probes'> & { readonly probes: string[] }>();
  for (const { id, family: _family, ...came } of outcomes) {
    const key = JSON.stringify(came);
    const group = groups.get(key) ?? { ...came, probes: [] };
    group.probes.push(id);
    groups.set(key, group);
  }
  return [...groups.values()];
}
