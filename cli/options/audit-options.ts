/**
 * The options of `audit`. From these tables come the command line, the environment variables, the configuration file
 * and its schema, the completion, the *reproduce* command and the documentation.
 */

import type { InferredOptionTypes, Options } from 'yargs';
import { defaults } from '../../audit/plan/defaults.ts';
import { type TierChoice, tierChoices } from '../../probes/probe.ts';
import { evidenceChoices } from '../../report/report.ts';
import { reporterNames, reportersByEnding } from '../../reporters/registry.ts';
import { type ProfileName, profileNames } from '../../scoring/profiles.ts';
import { failOnChoices } from '../../scoring/verdict.ts';
import { UsageError } from '../../wire/usage-error.ts';
import { colorChoices } from '../output/color-choice.ts';
import { writeDuration } from './duration.ts';

/** An option as yargs takes it, and how the layers of settings treat it. */
export interface AuditOption extends Options {
  /** The value is a file name, or contains one after "="; in a file it is relative to that file. */
  readonly file?: 'whole' | 'behind-equals';
  /** A target can have its own value. */
  readonly perTarget?: true;
  /** A long name: if a higher layer of settings gives that option, a lower one cannot give this. */
  readonly excludes?: string;
  /** A time: milliseconds, or a text such as `5s`. */
  readonly duration?: true;
  /** It can change what a probe sends or its verdict, so it belongs in the command that reproduces one. */
  readonly reproduce?: true;
}

const groups = {
  probes: 'What is sent:',
  verdict: 'What counts:',
  connection: 'Connecting:',
  time: 'Time and load:',
  report: 'Reporting:',
  configuration: 'Configuration:',
} as const;

const repeatable = { type: 'string', array: true, nargs: 1 } as const;
const number = { type: 'number', requiresArg: true } as const;
const duration = { type: 'string', requiresArg: true, duration: true } as const;

/** Options that name files of targets and options; a configuration file cannot contain them. */
const sourceOptions = {
  config: {
    type: 'string',
    requiresArg: true,
    group: groups.configuration,
    describe: 'Read targets and options from FILE; --no-config or --config none: do not read a file',
    defaultDescription: 'handshake13.config.*, searched upwards in the repository',
  },
  targets: {
    type: 'string',
    requiresArg: true,
    group: groups.configuration,
    describe: 'Also audit the targets in FILE, one per line; -: standard input, each as soon as it is read',
  },
  shard: {
    type: 'string',
    requiresArg: true,
    group: groups.configuration,
    describe:
      'I/N: audit share I, from 1 to N, of N shares of the targets; handshake13 merge puts them together',
  },
  resume: {
    type: 'string',
    requiresArg: true,
    group: groups.configuration,
    describe:
      'Go on from FILE, NDJSON of a run that was cut off: targets that ended in it are not audited again',
  },
  'print-config': {
    type: 'boolean',
    default: false,
    group: groups.configuration,
    describe: 'Print the effective configuration and where each value comes from; sends nothing',
  },
} as const satisfies Record<string, AuditOption>;

export const auditOptions = {
  probe: {
    ...repeatable,
    group: groups.probes,
    describe: "Send only probes whose id matches, such as 'duplicate/*'; repeatable",
  },
  skip: { ...repeatable, group: groups.probes, describe: 'Skip probes whose id matches; repeatable' },
  tier: {
    choices: tierChoices,
    default: defaults.tier as TierChoice,
    requiresArg: true,
    group: groups.probes,
    describe: 'Send only the core probes, or all',
  },
  stress: {
    type: 'boolean',
    default: false,
    group: groups.probes,
    describe: 'Also send the stress probes, at the end: they may bring the server down',
  },
  sweep: {
    type: 'boolean',
    default: false,
    group: groups.probes,
    describe: 'Also ask for every version from 0 to 255: some 240 handshakes more',
  },
  header: {
    ...repeatable,
    alias: 'H',
    perTarget: true,
    reproduce: true,
    group: groups.probes,
    describe: "Add 'Name: value' to every handshake; repeatable",
  },
  contact: {
    type: 'string',
    requiresArg: true,
    reproduce: true,
    group: groups.probes,
    describe: 'Send a User-Agent that names this tool and whom to write to, such as a URL or an address',
  },
  origin: {
    type: 'string',
    requiresArg: true,
    perTarget: true,
    reproduce: true,
    group: groups.probes,
    describe: 'Add an Origin field',
  },
  subprotocol: {
    type: 'string',
    requiresArg: true,
    perTarget: true,
    reproduce: true,
    group: groups.probes,
    describe: 'Offer a subprotocol',
  },
  secret: {
    ...repeatable,
    group: groups.probes,
    describe: 'Mask VALUE, or the value of an environment variable (env:NAME), in every output; repeatable',
  },
  profile: {
    choices: profileNames,
    default: defaults.profile as ProfileName,
    requiresArg: true,
    reproduce: true,
    group: groups.verdict,
    describe: 'Judge by what MDN describes, or by what the RFCs alone require',
  },
  'fail-on': {
    choices: failOnChoices,
    default: defaults.failOn as (typeof failOnChoices)[number],
    requiresArg: true,
    group: groups.verdict,
    describe: 'Lowest level whose failure gives exit code 1',
  },
  baseline: {
    type: 'string',
    requiresArg: true,
    file: 'whole',
    group: groups.verdict,
    describe: 'File of known failures, which are not counted: .json or .yaml',
  },
  'update-baseline': {
    type: 'boolean',
    default: false,
    group: groups.verdict,
    describe: 'Add the failures of this run to the baseline, and remove what no longer fails',
  },
  'allow-unexpected-pass': {
    type: 'boolean',
    default: false,
    group: groups.verdict,
    describe: 'Tolerate known failures that no longer fail',
  },
  insecure: {
    type: 'boolean',
    alias: 'k',
    default: false,
    perTarget: true,
    reproduce: true,
    group: groups.connection,
    describe: 'Accept any TLS certificate',
  },
  ca: {
    type: 'string',
    requiresArg: true,
    file: 'whole',
    perTarget: true,
    reproduce: true,
    group: groups.connection,
    describe: 'Trust the certificates in this PEM file',
  },
  cert: {
    type: 'string',
    requiresArg: true,
    file: 'whole',
    perTarget: true,
    reproduce: true,
    group: groups.connection,
    describe: 'Client certificate, a PEM file',
  },
  key: {
    type: 'string',
    requiresArg: true,
    file: 'whole',
    perTarget: true,
    reproduce: true,
    group: groups.connection,
    describe: 'Client private key, a PEM file',
  },
  servername: {
    type: 'string',
    requiresArg: true,
    perTarget: true,
    reproduce: true,
    group: groups.connection,
    describe: 'Server name for SNI and the certificate',
  },
  resolve: {
    ...repeatable,
    perTarget: true,
    reproduce: true,
    group: groups.connection,
    describe: 'HOST:PORT:ADDRESS, connect to that address for that host; repeatable',
  },
  'all-addresses': {
    type: 'boolean',
    default: false,
    group: groups.connection,
    describe: 'Audit every address of a host, IPv4 and IPv6, as a target of its own',
  },
  proxy: {
    type: 'string',
    requiresArg: true,
    perTarget: true,
    reproduce: true,
    group: groups.connection,
    describe: "Tunnel through this HTTP proxy; 'none': connect directly; default: from the environment",
  },
  exec: {
    type: 'string',
    requiresArg: true,
    group: groups.connection,
    describe:
      "Start the server with this command, and stop it after the audit; '{port}', in it and in targets: a free port",
  },
  'exec-timeout': {
    ...duration,
    default: 30_000,
    group: groups.time,
    describe: 'How long the command of --exec may take until its server accepts handshakes',
  },
  'connect-timeout': {
    ...duration,
    default: defaults.connectTimeout,
    reproduce: true,
    group: groups.time,
    describe: "Time limit for TCP, a proxy's tunnel and TLS, such as 500ms, 5s or 2m",
  },
  'response-timeout': {
    ...duration,
    default: defaults.responseTimeout,
    reproduce: true,
    group: groups.time,
    describe: 'Time limit for the response',
  },
  'close-timeout': {
    ...duration,
    default: defaults.closeTimeout,
    reproduce: true,
    group: groups.time,
    describe: 'How long to wait for the close after a refusal, besides four times the connect time',
  },
  concurrency: {
    ...number,
    default: defaults.concurrency,
    group: groups.time,
    describe: 'Maximum connections waiting for a response at once',
  },
  delay: {
    ...duration,
    default: defaults.delay,
    group: groups.time,
    describe: 'Minimum time between two connections to one target',
  },
  rate: {
    ...number,
    default: defaults.rate,
    group: groups.time,
    describe: 'Maximum new connections a second, over all targets; 0: no limit',
  },
  wait: {
    ...duration,
    default: defaults.wait,
    group: groups.time,
    describe: 'How long to wait for a target that does not accept handshakes yet',
  },
  retries: {
    ...number,
    default: defaults.retries,
    group: groups.time,
    describe: 'Maximum retries of a probe while its verdict is inconclusive',
  },
  'max-time': {
    ...duration,
    default: defaults.maxTime,
    group: groups.time,
    describe: 'Time limit for the whole audit; 0: no limit; at the limit, partial results are reported',
  },
  'max-connections': {
    ...number,
    default: defaults.maxConnections,
    group: groups.time,
    describe: 'Maximum open connections, including those waiting for a close',
  },
  'max-head': {
    ...number,
    default: defaults.maxHead,
    reproduce: true,
    group: groups.time,
    describe: 'Maximum bytes of a response head; a longer one is malformed',
  },
  'max-kept': {
    ...number,
    default: defaults.maxKept,
    group: groups.time,
    describe: 'Maximum bytes of a response kept in the report',
  },
  queue: {
    type: 'string',
    requiresArg: true,
    group: groups.time,
    describe:
      'Have the targets audited by the workers at this Redis server: redis://HOST:PORT, rediss:// for TLS',
  },
  evidence: {
    choices: evidenceChoices,
    group: groups.report,
    describe:
      'Keep the bytes of every exchange, of those that show a failure, or none; above 1,000 targets: failures',
  },
  reporter: {
    ...repeatable,
    alias: 'r',
    default: ['terminal'],
    file: 'behind-equals',
    group: groups.report,
    describe: `NAME or NAME=FILE, repeatable; names: ${reporterNames.join(', ')}`,
  },
  'sarif-location': {
    type: 'string',
    requiresArg: true,
    file: 'whole',
    group: groups.report,
    describe: 'File that the sarif report points at for targets that are not defined in a file',
  },
  open: {
    type: 'boolean',
    default: false,
    group: groups.report,
    describe: 'Open the page of -r html=FILE in the browser',
  },
  watch: {
    type: 'boolean',
    default: false,
    group: groups.report,
    describe: 'Audit again when a file changes or on Enter, and show only what changed',
  },
  verbose: {
    type: 'boolean',
    alias: 'v',
    default: false,
    excludes: 'quiet',
    group: groups.report,
    describe: 'Show every probe, and all that is known of each finding',
  },
  bytes: {
    type: 'boolean',
    default: false,
    excludes: 'quiet',
    group: groups.report,
    describe: 'Show every exchange as well, byte by byte; short: -vv',
  },
  quiet: {
    type: 'boolean',
    alias: 'q',
    default: false,
    excludes: 'verbose',
    group: groups.report,
    describe: 'Show only the result line, and nothing where all reports go to files',
  },
  color: {
    choices: colorChoices,
    default: 'auto' as (typeof colorChoices)[number],
    requiresArg: true,
    group: groups.report,
    describe: 'Use colours; --no-color: never',
  },
} as const satisfies Record<string, AuditOption>;

/** Short forms of options, on the command line only. */
export const shortForms = {
  quick: {
    type: 'boolean',
    default: false,
    group: groups.probes,
    describe: 'The same as --tier core',
  },
  json: { type: 'boolean', default: false, group: groups.report, describe: 'The same as --reporter json' },
  output: {
    ...repeatable,
    alias: 'o',
    group: groups.report,
    describe: `Write a report to FILE, in the format of its ending (${Object.keys(reportersByEnding).join(', ')}); repeatable`,
  },
} as const satisfies Record<string, AuditOption>;

/** The options that any layer of settings but a file can give. */
export const layeredOptions = { ...auditOptions, ...sourceOptions } as const;

/** Every option that the command takes. */
export const commandOptions = { ...layeredOptions, ...shortForms } as const;

type Durations = {
  [K in keyof typeof auditOptions as (typeof auditOptions)[K] extends { readonly duration: true }
    ? K
    : never]: number;
};

/** The values of the options; times in milliseconds. */
export type AuditArguments = Omit<InferredOptionTypes<typeof auditOptions>, keyof Durations> & Durations;

/** @throws UsageError for an empty or negated value, and for two values of an option that takes one */
export function checkValues(
  args: Readonly<Record<string, unknown>>,
  options: Readonly<Record<string, Options>>,
): void {
  for (const [name, { type, array = false }] of Object.entries(options)) {
    const value = args[name];
    // yargs reads --no-NAME as false.
    if (type !== 'boolean' && [value].flat().includes(false))
      throw new UsageError(`--no-${name} is not an option; leave --${name} out`);
    if (Array.isArray(value) && !array)
      throw new UsageError('is given more than once; keep one of them', { option: name });
    if ([value].flat().includes('')) throw new UsageError('needs a value', { option: name });
  }
}

/** Options that a target can have its own value of. */
export type TargetOptionName = {
  [K in keyof typeof auditOptions]: (typeof auditOptions)[K] extends { readonly perTarget: true } ? K : never;
}[keyof typeof auditOptions];

export type TargetArguments = Pick<AuditArguments, TargetOptionName>;

/** A value as a person would write it: a time with its unit. */
export function asWritten<T>({ duration }: AuditOption, value: T): T | string | number {
  return duration === true && typeof value === 'number' ? writeDuration(value) : value;
}

/** The tables for yargs, which shows the defaults but does not apply them: lower layers of settings come first. */
export function withoutDefaults(options: Readonly<Record<string, AuditOption>>): Record<string, Options> {
  return Object.fromEntries(
    Object.entries(options).map(([name, { default: value, ...option }]) => [
      name,
      value === undefined
        ? option
        : { ...option, defaultDescription: JSON.stringify(asWritten(option, value)) },
    ]),
  );
}
