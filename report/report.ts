/** The report of a run, as the JSON reporter stores it and every other reporter shows it; and how it grows. */

import type { SourceLocation } from '../audit/plan/targets.ts';
import type { Expectation, Family } from '../probes/probe.ts';
import type { Assessment } from '../scoring/assessment.ts';
import { judgeTarget, type ScoredAttempts, type TargetEvidence } from '../scoring/judge-target.ts';
import type { ProfileName } from '../scoring/profiles.ts';
import type { Scorecard } from '../scoring/scorecard.ts';
import type { FailOn } from '../scoring/verdict.ts';
import type { AuditEvent, TargetStart } from './events.ts';
import { type ExchangeRecord, recordExchange } from './exchange-record.ts';

/** Raised when something here is changed or removed; additions leave it as it is. */
export const schemaVersion = 1;

export interface Report {
  readonly schemaVersion: typeof schemaVersion;
  readonly tool: { readonly name: string; readonly version: string };
  readonly profile: ProfileName;
  readonly failOn: FailOn;
  /** Entries of the baseline whose failures did not happen do not count. */
  readonly allowUnexpectedPass: boolean;
  /** Octets of a response head that were read. */
  readonly maxHead: number;
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  readonly durationMs: number;
  /** The run was interrupted: some targets or probes are missing. */
  readonly partial: boolean;
  readonly summary: Summary;
  readonly targets: readonly TargetReport[];
}

/** How many targets there are, and how many of each verdict. */
export interface Summary {
  readonly targets: number;
  readonly conformant: number;
  readonly nonconformant: number;
  readonly inconclusive: number;
}

export interface TargetReport extends TargetResult {
  /** Normalised, without user info. */
  readonly url: string;
  /** A name for people; null where none was given. */
  readonly label: string | null;
  /** Where the target is written down; null where that is in no file. */
  readonly location: SourceLocation | null;
  /** URL of the proxy that it was reached through, without user info; null where it was dialled directly. */
  readonly proxy: string | null;
  /** What is to be known before this is trusted, such as that the TLS certificate was not checked. */
  readonly warnings: readonly string[];
  /** In the order of the catalogue. */
  readonly probes: readonly ProbeReport[];
}

/** What is said of a target as a whole. */
export interface TargetResult extends Assessment {
  /** Versions asked for on the strength of what the target advertised. */
  readonly followUps: readonly FollowUpReport[];
  /** The control once more, after all else; null if it never came to that. */
  readonly lastControl: ExchangeRecord | null;
}

export interface FollowUpReport {
  /** `ask/VERSION`. */
  readonly id: string;
  readonly version: number;
  readonly exchange: ExchangeRecord;
}

export interface ProbeReport extends Scorecard {
  readonly id: string;
  readonly family: Family;
  readonly title: string;
  readonly expects: Expectation;
  /** The exchange that was judged. */
  readonly exchange: ExchangeRecord;
  /** Tries before it, that told nothing. */
  readonly earlierExchanges: readonly ExchangeRecord[];
}

export function reportProbe({ probe, exchange, scorecard, earlier }: ScoredAttempts): ProbeReport {
  const { id, family, title, expects } = probe;
  return {
    id,
    family,
    title,
    expects,
    ...scorecard,
    exchange: recordExchange(exchange),
    earlierExchanges: earlier.map(recordExchange),
  };
}

export function reportResult(evidence: TargetEvidence): TargetResult {
  const { followUps, lastControl } = evidence;
  return {
    ...judgeTarget(evidence),
    followUps: followUps.map(({ version, exchange }) => ({
      id: `ask/${version}`,
      version,
      exchange: recordExchange(exchange),
    })),
    lastControl: lastControl === null ? null : recordExchange(lastControl),
  };
}

/** Folds the events of a run into its report. */
export class ReportBuilder {
  #run: Pick<Report, 'tool' | 'profile' | 'failOn' | 'allowUnexpectedPass' | 'maxHead' | 'startedAt'> | null =
    null;
  #end: Pick<Report, 'durationMs' | 'partial'> = { durationMs: 0, partial: true };
  readonly #targets = new Map<
    number,
    { start: TargetStart; probes: ProbeReport[]; result: TargetResult | null }
  >();

  add(event: AuditEvent): void {
    switch (event.type) {
      case 'run-start': {
        const { tool, profile, failOn, allowUnexpectedPass, maxHead, startedAt } = event;
        this.#run = { tool, profile, failOn, allowUnexpectedPass, maxHead, startedAt };
        break;
      }
      case 'target-start':
        this.#targets.set(event.target, { start: event, probes: [], result: null });
        break;
      case 'probe':
        this.#targets.get(event.target)?.probes.push(event.probe);
        break;
      case 'target-end': {
        const target = this.#targets.get(event.target);
        if (target !== undefined) target.result = event.result;
        break;
      }
      case 'run-end':
        this.#end = { durationMs: event.durationMs, partial: event.partial };
    }
  }

  /** The target as it stands; null before its end. */
  target(index: number): TargetReport | null {
    const target = this.#targets.get(index);
    if (target === undefined || target.result === null) return null;
    const { url, label, location, proxy, warnings, probes: order } = target.start;
    const position = new Map(order.map((id, place) => [id, place]));
    const probes = target.probes.toSorted((a, b) => (position.get(a.id) ?? 0) - (position.get(b.id) ?? 0));
    const { verdict, reason, score, versions, checks, findings, unexpectedPasses, followUps, lastControl } =
      target.result;
    return {
      url,
      label,
      location,
      proxy,
      warnings,
      verdict,
      reason,
      score,
      versions,
      checks,
      probes,
      findings,
      unexpectedPasses,
      followUps,
      lastControl,
    };
  }

  /** @throws Error before `run-start` */
  build(): Report {
    if (this.#run === null) throw new Error('a report begins with the event run-start');
    const targets = [...this.#targets.keys()]
      .sort((a, b) => a - b)
      .map((index) => this.target(index))
      .filter((target) => target !== null);
    const count = (verdict: TargetReport['verdict']): number =>
      targets.filter((target) => target.verdict === verdict).length;
    return {
      schemaVersion,
      ...this.#run,
      ...this.#end,
      summary: {
        targets: targets.length,
        conformant: count('conformant'),
        nonconformant: count('nonconformant'),
        inconclusive: count('inconclusive'),
      },
      targets,
    };
  }
}
