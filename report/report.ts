/** The report of a run, as the JSON reporter stores it and every other reporter shows it. */

import type { Expectation, Family } from '../probes/probe.ts';
import type { Assessment, TargetVerdict } from '../scoring/assessment.ts';
import type { CheckName } from '../scoring/checks.ts';
import type { CriterionName } from '../scoring/criteria.ts';
import type { Finding } from '../scoring/findings.ts';
import type { GateResult, GateRules } from '../scoring/gate.ts';
import type { ProfileName } from '../scoring/profiles.ts';
import type { Scorecard } from '../scoring/scorecard.ts';
import type { SourceLocation } from '../scoring/source-location.ts';
import type { FailOn } from '../scoring/verdict.ts';
import type { ExchangeRecord } from './exchange-record.ts';
import type { RunOptions } from './run-options.ts';
import type { Shard } from './shard.ts';

/** Raised when something here is changed or removed; additions leave it as it is. */
export const schemaVersion = 2;

/**
 * Of which exchanges a report holds the bytes.
 *
 * - `all`: of every exchange.
 * - `failures`: of the control, of one exchange for each finding and for each reason why a probe has no verdict. Of all
 *   other probes it says what came and how it was judged.
 * - `none`: of none; of all probes it says what came and how it was judged.
 */
export const evidenceChoices = ['all', 'failures', 'none'] as const;

export type Evidence = (typeof evidenceChoices)[number];

/** A run when it starts. */
export interface RunInfo extends GateRules {
  readonly tool: { readonly name: string; readonly version: string };
  readonly profile: ProfileName;
  /** Bytes of a response head that are read. */
  readonly maxHead: number;
  /** Of which exchanges the report holds the bytes. */
  readonly evidence: Evidence;
  /** What else decided what was sent and how it was judged; absent in reports of earlier versions. */
  readonly options?: RunOptions;
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  /** Null while the targets come as a stream, and if the run was interrupted before the stream ended. */
  readonly planned: PlannedRun | null;
}

/** What a complete run holds. */
export interface PlannedRun {
  /** Targets of the share, or of the list where the run is none. */
  readonly targets: number;
  /**
   * Identifies the whole list of targets, also where the run audits a share of it: SHA-256 of their URLs, labels and
   * chosen addresses in order, in hexadecimal.
   */
  readonly listHash: string;
  /** The share of the list that this run audits; null for the whole list. */
  readonly shard: Shard | null;
}

/** How a run ended. */
export interface RunOutcome {
  readonly durationMs: number;
  /** The run was interrupted: some targets or probes are missing. */
  readonly partial: boolean;
  /** Targets to which nothing was sent before the interruption; they are not in the report. */
  readonly notBegun: number;
  /** What the stream of targets held besides targets; they are not in the report. */
  readonly invalidTargets: number;
}

/** How the warning of a target begins whose certificate may be anybody's. */
export const certificateUnchecked = 'the TLS certificate was not checked';

/** A target before anything is sent to it. */
export interface TargetInfo {
  /** Normalised, without user info. */
  readonly url: string;
  /** A name for people; null if none was given. */
  readonly label: string | null;
  /** Where the target is defined; null if not in a file. */
  readonly location: SourceLocation | null;
  /** URL of the proxy that it is reached through, without user info; null for a direct connection. */
  readonly proxy: string | null;
  /** The address that is connected to in place of the URL's host; absent where it is the host's own. */
  readonly connectTo?: string;
  /** What the reader must know before trusting the result, such as that the TLS certificate was not checked. */
  readonly warnings: readonly string[];
}

export interface Report extends RunInfo, RunOutcome {
  readonly schemaVersion: typeof schemaVersion;
  readonly gate: Gate;
  readonly summary: Summary;
  readonly targets: readonly TargetReport[];
}

/** Targets in the order in which they were given, which may be on disk: each is read when it is asked for. An array is one. */
export interface TargetSequence extends Iterable<TargetReport> {
  readonly length: number;
  at(place: number): TargetReport | undefined;
}

/** A report as reporters read it: it may be longer than memory. */
export interface LongReport extends Omit<Report, 'targets'> {
  readonly targets: TargetSequence;
}

/** What the job makes of the verdicts; the exit code follows it. */
export interface Gate {
  readonly result: GateResult;
  readonly failOn: FailOn;
  /** Why, in words. */
  readonly reasons: readonly string[];
}

/** How many targets there are, and how many of each verdict. */
export interface Summary extends Readonly<Record<TargetVerdict, number>> {
  readonly targets: number;
}

export interface TargetReport extends TargetInfo, TargetResult {
  /** Those whose exchanges are kept, in the order of the catalogue. */
  readonly probes: readonly ProbeReport[];
}

/** Probes that were answered and judged alike. */
export interface OmittedProbes {
  readonly verdict: Scorecard['verdict'];
  /** Whether the baseline has all that failed. */
  readonly known: boolean;
  readonly outcome: ExchangeRecord['outcome'];
  /** Of the final response; null where there was none. */
  readonly status: number | null;
  /** The criteria and checks that failed. */
  readonly failed: readonly (CriterionName | CheckName)[];
  /** Their ids. */
  readonly probes: readonly string[];
}

/** A finding, and how somebody without this tool can see it. */
export interface ReportedFinding extends Finding {
  /** Commands for a POSIX shell, in order, each followed by a comment that says what to look for. */
  readonly reproduce: readonly string[];
}

/** A server, framework or proxy that names itself in the answers of a target, and how its users guard against its faults. */
export interface RecognisedStack {
  readonly name: string;
  /** The section of the recipes that is about it: page and fragment. */
  readonly recipe: string;
  /** What names it, in words: quoted from the answers, and in how many of them. */
  readonly because: string;
  /** Ids of this target's findings that the recipe repairs. */
  readonly repairs: readonly string[];
}

/** The result of a target as a whole. */
export interface TargetResult extends Assessment {
  readonly findings: readonly ReportedFinding[];
  /**
   * The address that the connections went to; null if none was reached, through a proxy and for a Unix socket. The host
   * name is looked up once, so it is one address for all of them.
   */
  readonly address: string | null;
  /** Those that its answers name: libraries before the proxies that may stand in front of them. Empty where none does. */
  readonly stacks: readonly RecognisedStack[];
  /** Probes whose exchanges are not kept, those with the same outcome together. */
  readonly omitted: readonly OmittedProbes[];
  /** Requests for the versions that the target advertised. */
  readonly followUps: readonly FollowUpReport[];
  /** Requests for the versions 0 to 255 that nothing else asked for; empty without a sweep. How they close is not watched. */
  readonly sweep: readonly FollowUpReport[];
  /** The control, repeated after everything else; null if the run did not get that far. */
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
  /** Earlier attempts, which were not conclusive. */
  readonly earlierExchanges: readonly ExchangeRecord[];
  /**
   * The control, sent again after a stress probe: once, and where it was not accepted, the last of those that were sent
   * until it was or the time was over. Absent after other probes.
   */
  readonly controlsAfter?: readonly ExchangeRecord[];
}
