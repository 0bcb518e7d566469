/** A run that was recorded as events or as a report: what it is of, what ended in it, and its events. */

import { profileNames } from '../scoring/profiles.ts';
import { failOnChoices } from '../scoring/verdict.ts';
import {
  boolean,
  DecodeError,
  type Decoder,
  list,
  literal,
  nullable,
  number,
  object,
  optional,
  text,
} from './decoders.ts';
import type { AuditEvent, RunEnd, RunStart } from './events.ts';
import { evidenceChoices, type PlannedRun, type Report, type RunInfo, schemaVersion } from './report.ts';
import { identityOf, type Shard } from './shard.ts';

export interface RecordedRun {
  /** As messages name it. */
  readonly name: string;
  readonly start: RunStart;
  /** Null where it was cut off. */
  readonly end: RunEnd | null;
  /** The targets that ended, by their places in the run. */
  readonly ended: ReadonlyMap<number, EndedTarget>;
  /** The events of all targets, in the order in which they came. */
  readonly events: () => Iterable<AuditEvent> | AsyncIterable<AuditEvent>;
}

export interface EndedTarget {
  /** As `identityOf` has it. */
  readonly identity: string;
  /** Why it is inconclusive, or not everything could be judged; in words. */
  readonly reason: string | null;
}

/** What a complete run would hold; null where it was cut off before that was known. */
export function plannedOf({ start, end }: RecordedRun): PlannedRun | null {
  return end?.planned ?? start.planned;
}

/** What two runs must have in common to be parts of one. */
export type ComparedRun = Pick<
  RunInfo,
  'tool' | 'profile' | 'failOn' | 'allowUnexpectedPass' | 'maxHead' | 'evidence' | 'options'
>;

/** How two runs differ that cannot be parts of one: `profile is "mdn" and "rfc"`; null if they can. */
export function differenceOf(one: ComparedRun, other: ComparedRun): string | null {
  const [a, b] = [comparedIn(one), comparedIn(other)];
  for (const name of new Set([...Object.keys(a), ...Object.keys(b)])) {
    const [was, is] = [a[name], b[name]].map((value) => JSON.stringify(value ?? null));
    if (was !== is) return `${name} is ${was} and ${is}`;
  }
  return null;
}

function comparedIn({
  tool,
  profile,
  failOn,
  allowUnexpectedPass,
  maxHead,
  evidence,
  options,
}: ComparedRun): Readonly<Record<string, unknown>> {
  return { version: tool.version, profile, failOn, allowUnexpectedPass, maxHead, evidence, ...options };
}

/** Notes what a run is of, and what ends in it, event by event. */
export class RunScan {
  #start: RunStart | null = null;
  #end: RunEnd | null = null;
  readonly #open = new Map<number, string>();
  readonly #ended = new Map<number, EndedTarget>();

  /** @throws DecodeError for what is not the next event of one run */
  add(event: unknown): void {
    const { type } = object<{ readonly type: string }>({ type: text })(event, '');
    if (this.#start === null) {
      if (type !== 'run-start') throw new DecodeError('it does not begin with run-start');
      runStart(event, '');
      this.#start = event as RunStart;
      return;
    }
    if (type === 'run-start') throw new DecodeError('it holds a second run');
    if (type === 'target-start') {
      const start = targetStart(event, '');
      this.#open.set(start.target, identityOf(start));
    } else if (type === 'target-end') {
      const { target, result } = targetEnd(event, '');
      const identity = this.#open.get(target);
      if (identity === undefined) throw new DecodeError(`target ${target} ends without or after its start`);
      this.#open.delete(target);
      this.#ended.set(target, { identity, reason: result.reason });
    } else if (type === 'run-end') {
      runEnd(event, '');
      this.#end = event as RunEnd;
    }
  }

  /** Null before `run-start`. */
  result(): Pick<RecordedRun, 'start' | 'end' | 'ended'> | null {
    return this.#start === null ? null : { start: this.#start, end: this.#end, ended: this.#ended };
  }
}

/** The events that fold into a report. @throws DecodeError if it is not one */
export function* eventsOfReport(value: unknown): Generator<AuditEvent> {
  report(value, '');
  const { targets, gate: _gate, summary: _summary, ...run } = value as Report;
  const { durationMs, partial, notBegun, invalidTargets, ...info } = run;
  const { planned } = info;
  yield { type: 'run-start', ...info, shard: planned?.shard ?? null };
  for (const [target, recorded] of targets.entries()) {
    const { url, label, location, proxy, connectTo, warnings, probes, ...result } = recorded;
    const reached = { proxy, ...(connectTo !== undefined && { connectTo }), warnings };
    const ids = probes.map(({ id }) => id);
    yield { type: 'target-start', target, url, label, location, ...reached, probes: ids };
    for (const probe of probes) yield { type: 'probe', target, probe };
    yield { type: 'target-end', target, result };
  }
  yield { type: 'run-end', durationMs, partial, notBegun, invalidTargets, planned };
}

const shard: Decoder<Shard | null> = nullable(object<Shard>({ index: number, total: number }));

/** A report that another version of the tool wrote. The message is a predicate: the name of the file goes before it. */
export class OtherVersionError extends DecodeError {}

const currentVersion: Decoder<typeof schemaVersion> = (value, where) => {
  const found = number(value, where);
  if (found === schemaVersion) return schemaVersion;
  const remedy =
    found < schemaVersion
      ? 'audit again with this version; score and diff read its JSON as it is'
      : 'use the version of handshake13 that wrote it, or a later one';
  throw new OtherVersionError(`has schemaVersion ${found}, and this needs ${schemaVersion}: ${remedy}`);
};

const planned = nullable(object<PlannedRun>({ targets: number, listHash: text, shard }));

const run = {
  schemaVersion: currentVersion,
  tool: object({ name: text, version: text }),
  profile: literal(profileNames),
  failOn: literal(failOnChoices),
  allowUnexpectedPass: boolean,
  maxHead: number,
  evidence: literal(evidenceChoices),
  startedAt: text,
  planned,
};

const anything: Decoder<unknown> = (value) => value;

/** Version 1 did not name itself in events. */
const versionOfEvents: Decoder<unknown> = (value = 1, where) => currentVersion(value, where);

const runStart = object({ ...run, schemaVersion: versionOfEvents, shard });

const target = {
  url: text,
  label: nullable(text),
  connectTo: optional(text, undefined),
  warnings: list(text),
};

const targetStart = object<{
  readonly target: number;
  readonly url: string;
  readonly label: string | null;
  readonly connectTo?: string;
  readonly warnings: readonly string[];
}>({ target: number, ...target });

const result = { reason: nullable(text), findings: list(anything), unexpectedPasses: list(anything) };

const targetEnd = object<{ readonly target: number; readonly result: { readonly reason: string | null } }>({
  target: number,
  result: object(result),
});

const outcome = { durationMs: number, partial: boolean, notBegun: number, invalidTargets: number };

const runEnd = object({ ...outcome, planned });

const probe = object({ id: text, exchange: anything });

const report: Decoder<unknown> = object<Record<string, unknown>>({
  ...run,
  ...outcome,
  targets: list(object<Record<string, unknown>>({ ...target, ...result, probes: list(probe) })),
});
