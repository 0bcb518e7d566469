/** The options of an audit, as its caller gives them. */

import type { TierChoice } from '../../probes/probe.ts';
import type { RecordedRun } from '../../report/recorded-run.ts';
import type { Evidence } from '../../report/report.ts';
import type { Shard } from '../../report/shard.ts';
import type { BaselineEntry } from '../../scoring/baseline.ts';
import type { ProfileName } from '../../scoring/profiles.ts';
import type { FailOn } from '../../scoring/verdict.ts';
import type { ConnectionOptions } from '../../wire/endpoint/target.ts';
import type { Hints } from './hints.ts';

export interface AuditOptions extends ConnectionOptions {
  /**
   * An earlier run of the same options and targets that was cut off: targets that ended in it are not audited again.
   * Their events are not repeated.
   */
  readonly resume?: RecordedRun | null;
  /** Audit this share of the targets only, by a hash of each; null or omitted: all. Other machines audit the others. */
  readonly shard?: Shard | null;
  /** Globs of probe ids to send; all where none is given. */
  readonly probe?: readonly string[];
  /** Globs of probe ids to leave out. */
  readonly skip?: readonly string[];
  /** `core`: send only the probes of that tier, for a quick answer. */
  readonly tier?: TierChoice;
  /** Also send the probes of the tier `stress`, which may bring a server down. */
  readonly stress?: boolean;
  /** Also ask for every version from 0 to 255 that nothing else asks for: some 240 handshakes more. */
  readonly sweep?: boolean;
  /** Whom to write to, such as a URL or an address: the field User-Agent names it behind the tool. Without it there is none. */
  readonly contact?: string;
  readonly profile?: ProfileName;
  /** The lowest level whose failure fails the gate. */
  readonly failOn?: FailOn;
  /** Failures that are known beforehand: they do not count. */
  readonly baseline?: readonly BaselineEntry[];
  /** Allow entries of the baseline whose failures did not happen. */
  readonly allowUnexpectedPass?: boolean;
  /** Milliseconds for TCP, a proxy's tunnel and TLS together; before that, once, for the lookup of the host name. */
  readonly connectTimeout?: number;
  /** Milliseconds from the request to the end of the response. */
  readonly responseTimeout?: number;
  /** Milliseconds after a refusal in which the server should close, besides four times what the connection took. */
  readonly closeTimeout?: number;
  /** Connections that wait for a response at once, over all targets. */
  readonly concurrency?: number;
  /** Milliseconds at least between two connections to one target. */
  readonly delay?: number;
  /** New connections a second at most, over all targets; 0 for no limit. */
  readonly rate?: number;
  /** Milliseconds to wait for a target whose control is not accepted yet. */
  readonly wait?: number;
  /** How often a probe is sent again, at most, while its verdict is inconclusive. */
  readonly retries?: number;
  /** Milliseconds for the whole audit; 0 for no limit, the default for a stream of targets. At the limit the run ends, and the report holds what was finished. */
  readonly maxTime?: number;
  /** Connections that are open at once, over all targets: those that wait for a response, and for a close. */
  readonly maxConnections?: number;
  /** Bytes of a response head that are read; a longer one is malformed. */
  readonly maxHead?: number;
  /** Bytes of a response that are kept as evidence. */
  readonly maxKept?: number;
  /**
   * Of which exchanges the report holds the bytes; the default is `all`, and `failures` for more than 1,000 targets and
   * for a stream.
   */
  readonly evidence?: Evidence;
  /** What reports advise about a target that cannot be judged; by default in terms of these options. */
  readonly hints?: Hints;
  /** Ends the audit at once; the report then holds what was finished. */
  readonly signal?: AbortSignal;
}
