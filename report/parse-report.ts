/** A JSON report read back: as much of it as is needed to judge its exchanges again. */

import { findProbe } from '../probes/catalogue.ts';
import { type Probe, tierChoices } from '../probes/probe.ts';
import type { KnownFailure, UnexpectedPass } from '../scoring/known-failure.ts';
import { profileNames } from '../scoring/profiles.ts';
import { failOnChoices } from '../scoring/verdict.ts';
import { createTarget } from '../wire/endpoint/target.ts';
import { closeKinds, outcomes, releaseKinds } from '../wire/exchange.ts';
import { type Oddity, oddities } from '../wire/response.ts';
import { UsageError } from '../wire/usage-error.ts';
import type { StoredBytes } from './byte-runs.ts';
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
  table,
  text,
} from './decoders.ts';
import type { ExchangeRecord, ResponseRecord, SecondRecord } from './exchange-record.ts';
import {
  type PlannedRun,
  type RunInfo,
  type RunOutcome,
  schemaVersion,
  type TargetInfo,
  type TargetReport,
} from './report.ts';
import type { RunOptions } from './run-options.ts';
import { tool } from './tool.ts';

/** The limit of a response head in reports that do not record it. */
const unsaidMaxHead = 256 * 1024;

/** The versions of the report that can be read. Nothing that is read here changed between them. */
const readableVersions = [1, schemaVersion] as const;

/** A report without its verdicts, except for the marks of a baseline. */
export interface RecordedReport extends Omit<RunInfo, 'planned' | 'evidence'>, RunOutcome {
  readonly schemaVersion: (typeof readableVersions)[number];
  /** Absent in version 1. */
  readonly planned?: PlannedRun | null;
  readonly targets: readonly RecordedTarget[];
}

/** A request for a version. */
export interface RecordedRequest {
  readonly version: number;
  readonly exchange: ExchangeRecord;
}

export interface RecordedTarget
  extends TargetInfo,
    Pick<TargetReport, 'address' | 'reason' | 'unexpectedPasses'> {
  readonly probes: readonly RecordedProbe[];
  readonly followUps: readonly RecordedRequest[];
  readonly sweep: readonly RecordedRequest[];
  readonly lastControl: ExchangeRecord | null;
  readonly checks: Marks;
}

export interface RecordedProbe {
  readonly probe: Probe;
  readonly exchange: ExchangeRecord;
  readonly earlierExchanges: readonly ExchangeRecord[];
  readonly controlsAfter?: readonly ExchangeRecord[];
  readonly criteria: Marks;
  readonly checks: Marks;
}

/** What a baseline said of a failure. */
export interface Mark {
  readonly known?: KnownFailure;
  readonly expired?: KnownFailure;
}

/** By the name of the criterion or check. */
export type Marks = ReadonlyMap<string, Mark>;

/**
 * @param json the text of a JSON report
 * @param name what to call it in an error message
 * @throws UsageError if it is not one, or one that this version cannot judge
 */
export function parseReport(json: string, name: string): RecordedReport {
  return decodeReport(parseJson(json, name), name);
}

/** @throws UsageError if it is not JSON */
export function parseJson(json: string, name: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    throw new UsageError(`${name} is not JSON; give a report of the json reporter`);
  }
}

/** As `parseReport`. @param value the parsed JSON */
export function decodeReport(value: unknown, name: string): RecordedReport {
  if (isShortened(value))
    throw new UsageError(
      `${name} holds only part of the evidence and cannot be judged again; audit again, and keep all of it`,
    );
  try {
    return report(value, '');
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    throw new UsageError(`${name} is not a report of the json reporter: ${error.message}`);
  }
}

function isShortened(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'evidence' in value && value.evidence !== 'all';
}

/** Looks the probe up in the catalogue: everything but its id is ignored. */
const knownProbe: Decoder<Probe> = (value, where) => {
  const id = text(value, where);
  const found = findProbe(id);
  if (found !== undefined) return found;
  throw new DecodeError(
    `${where} is ${JSON.stringify(id)}, a probe that ${tool.name} ${tool.version} does not have`,
  );
};

/** As reports have them: normalised, without user info. */
const url: Decoder<string> = (value, where) => {
  const written = text(value, where);
  try {
    return createTarget(written).url;
  } catch (error) {
    if (error instanceof UsageError) throw new DecodeError(`${where}: ${error.message}`);
    throw error;
  }
};

const head = {
  fields: list((value, where) => {
    const [name = '', fieldValue = '', ...more] = list(text)(value, where);
    if (more.length > 0) throw new DecodeError(`${where} is not a name and a value`);
    return [name, fieldValue] as const;
  }),
  bodyBytes: number,
  interim: list(number),
  oddities: list(literal(Object.keys(oddities) as Oddity[])),
};

/** Runs of bytes are not shortened where all the evidence is kept. */
const bytes = { base64: text, runs: () => undefined };

const response: Decoder<ResponseRecord> = object<ResponseRecord>({
  statusLine: nullable(text),
  status: nullable(number),
  ...head,
  ...bytes,
  truncated: boolean,
});

const exchange: Decoder<ExchangeRecord> = object<ExchangeRecord>({
  outcome: literal(outcomes),
  request: object<StoredBytes>(bytes),
  response: nullable(response),
  second: optional(nullable(object<SecondRecord>({ statusLine: text, status: number, ...head })), undefined),
  close: nullable(object({ kind: literal(closeKinds), afterMs: number, isLate: optional(boolean, false) })),
  release: optional(object({ kind: literal(releaseKinds), afterMs: number }), undefined),
  idleMs: optional(number, undefined),
  timings: object({
    connectMs: nullable(number),
    firstByteMs: nullable(number),
    responseMs: nullable(number),
  }),
  error: nullable(object({ code: text, message: text })),
  // Earlier versions did not count.
  alone: optional(boolean, true),
  openConnections: optional(number, 0),
});

const knownFailure = {
  reason: text,
  owner: optional(text, undefined),
  until: optional(text, undefined),
};

const known: Decoder<KnownFailure> = object<KnownFailure>(knownFailure);

const marks: Decoder<Marks> = optional(
  table(object<Mark>({ known: optional(known, undefined), expired: optional(known, undefined) })),
  new Map(),
);

const probe: Decoder<RecordedProbe> = (value, where) => {
  const { id, ...rest } = object<Omit<RecordedProbe, 'probe'> & { readonly id: Probe }>({
    id: knownProbe,
    exchange,
    earlierExchanges: optional(list(exchange), []),
    controlsAfter: optional(list(exchange), undefined),
    criteria: marks,
    checks: marks,
  })(value, where);
  return { probe: id, ...rest };
};

const request: Decoder<RecordedRequest> = object<RecordedRequest>({ version: number, exchange });

const target: Decoder<RecordedTarget> = object<RecordedTarget>({
  url,
  label: optional(nullable(text), null),
  location: optional(nullable(object({ file: text, line: number })), null),
  proxy: optional(nullable(text), null),
  connectTo: optional(text, undefined),
  warnings: optional(list(text), []),
  address: optional(nullable(text), null),
  reason: nullable(text),
  probes: list(probe),
  followUps: list(request),
  sweep: optional(list(request), []),
  lastControl: nullable(exchange),
  checks: marks,
  unexpectedPasses: optional(
    list(
      object<UnexpectedPass>({
        ...knownFailure,
        index: optional(number, 0),
        probe: nullable(text),
        criterion: text,
        location: optional(object({ file: text, line: number }), undefined),
      }),
    ),
    [],
  ),
});

const report: Decoder<RecordedReport> = object<RecordedReport>({
  schemaVersion: literal(readableVersions),
  tool: object({ name: text, version: text }),
  profile: literal(profileNames),
  failOn: literal(failOnChoices),
  allowUnexpectedPass: optional(boolean, false),
  maxHead: optional(number, unsaidMaxHead),
  options: optional(
    object<RunOptions>({
      tier: literal(tierChoices),
      stress: boolean,
      sweep: boolean,
      probe: list(text),
      skip: list(text),
      connectTimeout: number,
      responseTimeout: number,
      closeTimeout: number,
      retries: number,
      maxKept: number,
      baselineHash: nullable(text),
    }),
    undefined,
  ),
  startedAt: (value, where) => {
    const written = text(value, where);
    if (Number.isNaN(Date.parse(written))) throw new DecodeError(`${where} is not a date`);
    return written;
  },
  durationMs: number,
  partial: boolean,
  notBegun: optional(number, 0),
  invalidTargets: optional(number, 0),
  planned: optional(
    nullable(
      object<PlannedRun>({
        targets: number,
        listHash: text,
        shard: nullable(object({ index: number, total: number })),
      }),
    ),
    undefined,
  ),
  targets: list(target),
});
