/** The targets of an audit as the caller gives them: a URL alone, or with options of its own. */

import { variedFields } from '../../probes/catalogue.ts';
import { TargetCounter } from '../../report/planned-run.ts';
import { certificateUnchecked, type PlannedRun, type TargetInfo } from '../../report/report.ts';
import type { Shard } from '../../report/shard.ts';
import { tool } from '../../report/tool.ts';
import type { SourceLocation } from '../../scoring/source-location.ts';
import {
  type ConnectionOptions,
  createTarget,
  type Target,
  type TlsOptions,
} from '../../wire/endpoint/target.ts';
import { redactQuoted } from '../../wire/redaction/redactor.ts';
import { UsageError } from '../../wire/usage-error.ts';
import { hints as defaultHints, type Hints } from './hints.ts';

/** A target with connection options of its own. What it leaves out is taken from the options of the audit. */
export interface TargetInput extends ConnectionOptions {
  readonly url: string;
  /** A name for people, shown beside the URL. */
  readonly label?: string;
  /** Where the target is written down, for reports that point at lines of files. */
  readonly location?: SourceLocation;
  /** Where the target is given, for messages; by default its location. */
  readonly place?: string;
}

/** What a stream yields: a target, or what is wrong with something that should have been one. */
export type StreamedTarget = string | TargetInput | UsageError;

/** One target or several, each a URL alone or with options of its own. A stream is read as its targets are audited. */
export type TargetsGiven =
  | string
  | TargetInput
  | readonly (string | TargetInput)[]
  | AsyncIterable<StreamedTarget>;

/** A target, and what the report says about it besides the findings. */
export interface PlannedTarget {
  readonly target: Target;
  readonly label: string | null;
  readonly location: SourceLocation | null;
  /** What a reader must know before trusting the report. */
  readonly warnings: readonly string[];
}

/** The targets of an audit, each planned when it begins: thousands that wait take little memory. */
export interface PlannedTargets {
  readonly inputs: Iterable<string | TargetInput> | AsyncIterable<StreamedTarget>;
  /** What a complete run holds; null for a stream. */
  readonly planned: PlannedRun | null;
  /** One target for each set of certificates, as far as that is known beforehand. */
  readonly certificates: readonly CertificateUser[];
  /** @throws UsageError for what is no target; only in a stream */
  readonly plan: (input: StreamedTarget) => PlannedTarget;
}

type CertificateUser = Pick<Target, 'tls' | 'proxy'>;

type SharedOptions = ConnectionOptions & {
  readonly hints?: Hints | undefined;
  readonly contact?: string | undefined;
  readonly shard?: Shard | null;
};

/** @throws UsageError for what is no target, unless it comes in a stream, which is not read yet */
export function planTargets(given: TargetsGiven, shared: SharedOptions): PlannedTargets {
  if (typeof given === 'object' && Symbol.asyncIterator in given) return planStream(given, shared);
  const inputs = Array.isArray(given) ? given : [given];
  if (inputs.length === 0)
    throw new UsageError('no targets: give at least one URL, such as ws://localhost:8080/');
  const plan: PlannedTargets['plan'] = (input) => planTarget(input, shared);
  const counter = new TargetCounter(shared.shard);
  const users = new Map<string, CertificateUser>();
  const share = inputs.filter((input) => {
    const planned = plan(input);
    const { target } = planned;
    if (!counter.add(describeTarget(planned))) return false;
    if (target.tls !== null || target.proxy !== null) users.set(certificatesOf(target), target);
    return true;
  });
  return { inputs: share, planned: counter.planned(), certificates: [...users.values()], plan };
}

function certificatesOf({ tls, proxy }: CertificateUser): string {
  return JSON.stringify([tls, proxy?.tls].map((used) => [used?.ca, used?.cert, used?.key]));
}

function planStream(inputs: AsyncIterable<StreamedTarget>, shared: SharedOptions): PlannedTargets {
  return {
    inputs,
    planned: null,
    certificates: [{ tls: shared.tls ?? null, proxy: null }],
    plan: (input) => planTarget(input, shared),
  };
}

/** The target as reports name it, before anything is sent to it. */
export function describeTarget({ target, label, location, warnings }: PlannedTarget): TargetInfo {
  const { url, proxy, address, hostname } = target;
  return {
    url,
    label,
    location,
    proxy: proxy?.url ?? null,
    ...(address !== hostname && { connectTo: address }),
    warnings,
  };
}

/** @throws UsageError if it is not a target, or if the options contradict it */
export function planTarget(
  given: StreamedTarget,
  { hints = defaultHints, contact, ...shared }: SharedOptions,
): PlannedTarget {
  if (given instanceof UsageError) throw redacted(given, shared.secrets);
  const { url, label, location, place, ...own }: TargetInput =
    typeof given === 'string' ? { url: given } : given;
  const options = withUserAgent(mergeOptions(shared, own), contact);
  try {
    for (const [name] of options.headers ?? []) refuseVariedField(name);
    const target = createTarget(url, options);
    const isUnchecked = target.tls?.insecure === true || target.proxy?.tls?.insecure === true;
    const warnings = isUnchecked ? [`${certificateUnchecked} (${hints.insecure})`] : [];
    return {
      target,
      label: label === undefined ? null : target.redactor.redactMessage(label),
      location: location ?? null,
      warnings,
    };
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    throw redacted(error, options.secrets, place ?? (location && `${location.file}:${location.line}`));
  }
}

function redacted(
  { problem, option, place }: UsageError,
  secrets: readonly string[] = [],
  at = place ?? undefined,
): UsageError {
  return new UsageError(redactQuoted(problem, secrets), { option: option ?? undefined, place: at });
}

/** Names the tool, and whom to write to, to those who see its handshakes. */
function withUserAgent(options: ConnectionOptions, contact: string | undefined): ConnectionOptions {
  if (contact === undefined) return options;
  const { headers = [] } = options;
  if (headers.some(([name]) => name.toLowerCase() === 'user-agent'))
    throw new UsageError('goes into the User-Agent, which is also among the added fields; keep one of them', {
      option: 'contact',
    });
  if (!/^[\x21-\x27\x2a-\x5b\x5d-\x7e]+$/.test(contact))
    throw new UsageError('must be printable ASCII without spaces, parentheses and backslashes', {
      option: 'contact',
    });
  return { ...options, headers: [['User-Agent', `${tool.name}/${tool.version} (+${contact})`], ...headers] };
}

/** Fields that would make the handshake a request with a body. */
const bodyFields: ReadonlySet<string> = new Set(['content-length', 'transfer-encoding']);

function refuseVariedField(name: string): void {
  const lowerCase = name.toLowerCase();
  if (variedFields.has(lowerCase)) {
    throw new UsageError(`${name} cannot be set: the probes vary it themselves`);
  }
  if (bodyFields.has(lowerCase)) {
    throw new UsageError(`${name} cannot be set: an opening handshake has no body`);
  }
}

/** The target's own options win; of the fields, those with a name that it does not set itself are kept. */
function mergeOptions(shared: ConnectionOptions, own: ConnectionOptions): ConnectionOptions {
  const ownNames = new Set((own.headers ?? []).map(([name]) => name.toLowerCase()));
  const kept = (shared.headers ?? []).filter(([name]) => !ownNames.has(name.toLowerCase()));
  const tls: TlsOptions = { ...shared.tls, ...own.tls };
  return {
    ...shared,
    ...own,
    headers: [...kept, ...(own.headers ?? [])],
    secrets: [...(shared.secrets ?? []), ...(own.secrets ?? [])],
    ...(Object.keys(tls).length > 0 && { tls }),
  };
}
