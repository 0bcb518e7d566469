/** The targets of an audit as the caller gives them: a URL alone, or with options of its own. */

import { variedFields } from '../../probes/catalogue.ts';
import { certificateUnchecked } from '../../report/report.ts';
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
}

/** A target, and what the report says about it besides the findings. */
export interface PlannedTarget {
  readonly target: Target;
  readonly label: string | null;
  readonly location: SourceLocation | null;
  /** What a reader must know before trusting the report. */
  readonly warnings: readonly string[];
}

/** @throws UsageError if it is not a target, or if the options contradict it */
export function planTarget(
  given: string | TargetInput,
  { hints = defaultHints, ...shared }: ConnectionOptions & { readonly hints?: Hints | undefined },
): PlannedTarget {
  const { url, label, location, ...own } = typeof given === 'string' ? { url: given } : given;
  const options = mergeOptions(shared, own);
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
    throw new UsageError(redactQuoted(error.problem, options.secrets ?? []), {
      option: error.option ?? undefined,
      place: location && `${location.file}:${location.line}`,
    });
  }
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
