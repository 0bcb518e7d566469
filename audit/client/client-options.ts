/** The options of an audit of a client. */

import type { ClientBaselineEntry } from '../../scoring/client/client-baseline.ts';
import type { ClientProfileName } from '../../scoring/client/client-profiles.ts';
import type { FailOn } from '../../scoring/verdict.ts';
import type { ServerCertificate } from '../../wire/server/case-server.ts';

/** What starts the client for one case, and is stopped when the case is over. */
export type ClientStart =
  /**
   * A program and its arguments: `{url}`, `{host}`, `{port}`, `{path}` and `{ca}` in them are replaced; where the
   * first four are missing, the URL is the last argument. It is in HANDSHAKE13_URL too.
   */
  | { readonly command: readonly string[] }
  /**
   * Connects to the URL, and stays connected for half a second if it can. It may reject: that is what clients do on
   * an answer that they refuse. The signal is aborted when the case is over.
   */
  | ((url: string, context: ClientContext) => unknown);

export interface ClientContext {
  /** Aborted when the case is over. */
  readonly signal: AbortSignal;
  /** The file with the certificate of the authority to trust; null where none was made. */
  readonly ca: string | null;
}

export interface ClientAuditOptions {
  /** Globs of case ids, or names of groups; empty: every case. */
  readonly case?: readonly string[];
  readonly skip?: readonly string[];
  readonly tier?: 'core' | 'all';
  /** A name for people; by default the command. */
  readonly name?: string;
  /** Cases that run at once. */
  readonly jobs?: number;
  /** Milliseconds in which a client has to come to an end in one case. */
  readonly caseTimeout?: number;
  readonly profile?: ClientProfileName;
  readonly failOn?: FailOn;
  /** Findings that are known: they do not fail the gate. */
  readonly baseline?: readonly ClientBaselineEntry[];
  /** Tolerates known findings that no longer occur. */
  readonly allowUnexpectedPass?: boolean;
  /** The address to listen on, which is also the host of the URLs. */
  readonly host?: string;
  /** 0: any free port. */
  readonly port?: number;
  /**
   * TLS with this certificate and key, in PEM form; true: with an authority that is made for this audit, whose
   * certificate is in the file that NODE_EXTRA_CA_CERTS, SSL_CERT_FILE and `{ca}` name.
   */
  readonly tls?: boolean | ServerCertificate;
  /** The environment of the command; by default that of this process. */
  readonly env?: NodeJS.ProcessEnv;
  /** Ends the audit; what was finished is reported. */
  readonly signal?: AbortSignal;
}

export const clientDefaults = {
  tier: 'all',
  jobs: 4,
  caseTimeout: 15_000,
  profile: 'rfc',
  failOn: 'should',
  allowUnexpectedPass: false,
  host: '127.0.0.1',
  port: 0,
  tls: false,
} as const;
