/** The values of options as the library takes them. */

import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import type { AuditOptions } from '../../audit/plan/options.ts';
import type { Verbosity } from '../../reporters/reporter.ts';
import type { ConnectionOptions, ResolveRule, TlsOptions } from '../../wire/endpoint/target.ts';
import type { Field } from '../../wire/request.ts';
import { UsageError } from '../../wire/usage-error.ts';
import type { AuditArguments, TargetArguments } from './audit-options.ts';

/** @throws UsageError where there is no baseline to update */
export function checkUpdate(isUpdated: boolean, baseline: string | undefined): void {
  if (isUpdated && baseline === undefined)
    throw new UsageError('needs the file to write: add --baseline FILE', { option: 'update-baseline' });
}

/** @throws UsageError for values that cannot be read */
export function toAuditOptions(args: AuditArguments): AuditOptions {
  checkUpdate(args['update-baseline'], args.baseline);
  return {
    ...toConnectionOptions(args),
    probe: args.probe ?? [],
    skip: args.skip ?? [],
    tier: args.tier,
    stress: args.stress,
    sweep: args.sweep,
    profile: args.profile,
    failOn: args['fail-on'],
    allowUnexpectedPass: args['allow-unexpected-pass'],
    connectTimeout: args['connect-timeout'],
    responseTimeout: args['response-timeout'],
    closeTimeout: args['close-timeout'],
    concurrency: args.concurrency,
    delay: args.delay,
    rate: args.rate,
    ...(args.contact !== undefined && { contact: args.contact }),
    wait: args.wait,
    retries: args.retries,
    maxTime: args['max-time'],
    maxConnections: args['max-connections'],
    maxHead: args['max-head'],
    maxKept: args['max-kept'],
    ...(args.evidence !== undefined && { evidence: args.evidence }),
  };
}

/** In place of a proxy's URL: connect directly, whatever the environment says. */
export const noProxy = 'none';

/** @throws UsageError for values that cannot be read */
export function toConnectionOptions(args: TargetArguments): ConnectionOptions {
  return {
    headers: (args.header ?? []).map(readField),
    ...(args.origin !== undefined && { origin: args.origin }),
    ...(args.subprotocol !== undefined && { subprotocol: args.subprotocol }),
    tls: readTls(args),
    resolve: (args.resolve ?? []).map(readResolve),
    ...(args.proxy !== undefined && { proxy: args.proxy === noProxy ? null : args.proxy }),
  };
}

export function verbosityOf({
  verbose,
  bytes,
  quiet,
}: Pick<AuditArguments, 'verbose' | 'bytes' | 'quiet'>): Verbosity {
  if (quiet && (verbose || bytes))
    throw new UsageError('and --quiet contradict each other; keep one of them', {
      option: verbose ? 'verbose' : 'bytes',
    });
  if (bytes) return 'bytes';
  if (verbose) return 'probes';
  return quiet ? 'quiet' : 'normal';
}

function readField(line: string): Field {
  const colon = line.indexOf(':');
  if (colon < 1) {
    // The line itself may be a credential.
    throw new UsageError(`is not a field, since no colon follows a name; write it as 'Name: value'`, {
      option: 'header',
    });
  }
  return [line.slice(0, colon), line.slice(colon + 1)];
}

function readTls({ insecure, ca, cert, key, servername }: TargetArguments): TlsOptions {
  checkPair(cert, key);
  return {
    insecure,
    ...(ca !== undefined && { ca: readPem('ca', ca) }),
    ...(cert !== undefined && { cert: readPem('cert', cert) }),
    ...(key !== undefined && { key: readPem('key', key) }),
    ...(servername !== undefined && { servername }),
  };
}

/** @throws UsageError for one without the other */
export function checkPair(cert: string | undefined, key: string | undefined): void {
  if ((cert === undefined) !== (key === undefined))
    throw new UsageError('and --key belong together: give both or neither', { option: 'cert' });
}

/** @throws UsageError for a file that cannot be read, or holds nothing in PEM form */
export function readPem(option: string, file: string): string {
  let text: string;
  try {
    text = readFileSync(file, 'latin1');
  } catch (error) {
    throw new UsageError(`${file} cannot be read: ${error instanceof Error ? error.message : error}`, {
      option,
    });
  }
  if (!text.includes('-----BEGIN '))
    throw new UsageError(`${file} holds nothing in PEM form (-----BEGIN ...)`, { option });
  return text;
}

function readResolve(rule: string): ResolveRule {
  const match = /^(\[[^\]]+\]|[^:]+):(\d+):(?:\[([^\]]+)\]|(.+))$/.exec(rule);
  const [, host = '', port = '', bracketed, plain = ''] = match ?? [];
  const address = bracketed ?? plain;
  if (match === null || isIP(address) === 0 || Number(port) < 1 || Number(port) > 65535) {
    throw new UsageError(`${rule} is not of the form HOST:PORT:ADDRESS, such as example.com:443:127.0.0.1`, {
      option: 'resolve',
    });
  }
  return { host, port: Number(port), address };
}
