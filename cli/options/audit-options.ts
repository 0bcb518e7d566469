/**
 * The options of `audit`. From these tables come the command line, the environment variables, the configuration file
 * and its schema, the completion, the *reproduce* command and the documentation.
 */

import type { InferredOptionTypes, Options } from 'yargs';
import { defaults } from '../../audit/plan/defaults.ts';
import { reporterNames } from '../../reporters/registry.ts';
import { type ProfileName, profileNames } from '../../scoring/profiles.ts';
import { failOnChoices } from '../../scoring/verdict.ts';
import { UsageError } from '../../wire/usage-error.ts';
import { colorChoices } from '../output/terminal-capabilities.ts';

/** An option as yargs takes it, and what is to be known of it where it is written in a file. */
export interface AuditOption extends Options {
  /** The value is the name of a file, or holds one behind "=": relative to the file that it is written in. */
  readonly file?: 'whole' | 'behind-equals';
  /** A target can have its own. */
  readonly perTarget?: true;
  /** A long name: where an upper layer of settings gives that option, a lower one cannot give this. */
  readonly excludes?: string;
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

/** Options that say where targets and other options are written down; so a file of options cannot hold them. */
const sourceOptions = {
  config: {
    type: 'string',
    requiresArg: true,
    group: groups.configuration,
    describe: 'Read targets and options from FILE; --no-config, or none for FILE: from no file',
    defaultDescription: 'handshake13.config.*, found upwards',
  },
  targets: {
    type: 'string',
    requiresArg: true,
    group: groups.configuration,
    describe: 'Audit the targets in FILE too, one a line; - is standard input',
  },
  'print-config': {
    type: 'boolean',
    default: false,
    group: groups.configuration,
    describe: 'Show what holds and where it is written, and send nothing',
  },
} as const satisfies Record<string, AuditOption>;

export const auditOptions = {
  probe: {
    ...repeatable,
    group: groups.probes,
    describe: "Only probes whose id matches, such as 'duplicate/*'; repeatable",
  },
  skip: { ...repeatable, group: groups.probes, describe: 'No probes whose id matches; repeatable' },
  header: {
    ...repeatable,
    alias: 'H',
    perTarget: true,
    group: groups.probes,
    describe: "Add 'Name: value' to every handshake; repeatable",
  },
  origin: {
    type: 'string',
    requiresArg: true,
    perTarget: true,
    group: groups.probes,
    describe: 'Add an Origin field',
  },
  subprotocol: {
    type: 'string',
    requiresArg: true,
    perTarget: true,
    group: groups.probes,
    describe: 'Offer a subprotocol',
  },
  profile: {
    choices: profileNames,
    default: defaults.profile as ProfileName,
    requiresArg: true,
    group: groups.verdict,
    describe: 'Judge by what MDN describes, or by what the RFCs alone demand',
  },
  'fail-on': {
    choices: failOnChoices,
    default: defaults.failOn as (typeof failOnChoices)[number],
    requiresArg: true,
    group: groups.verdict,
    describe: 'The lowest level whose failure gives exit code 1',
  },
  baseline: {
    type: 'string',
    requiresArg: true,
    file: 'whole',
    group: groups.verdict,
    describe: 'A file of known failures, .json or .yaml: they do not count',
  },
  'update-baseline': {
    type: 'boolean',
    default: false,
    group: groups.verdict,
    describe: 'Write the failures of this run to the baseline, and remove what no longer fails',
  },
  'allow-unexpected-pass': {
    type: 'boolean',
    default: false,
    group: groups.verdict,
    describe: 'Put up with known failures that no longer fail',
  },
  insecure: {
    type: 'boolean',
    default: false,
    perTarget: true,
    group: groups.connection,
    describe: 'Accept any TLS certificate',
  },
  ca: {
    type: 'string',
    requiresArg: true,
    file: 'whole',
    perTarget: true,
    group: groups.connection,
    describe: 'Trust the certificates in this PEM file',
  },
  cert: {
    type: 'string',
    requiresArg: true,
    file: 'whole',
    perTarget: true,
    group: groups.connection,
    describe: "The client's certificate, a PEM file",
  },
  key: {
    type: 'string',
    requiresArg: true,
    file: 'whole',
    perTarget: true,
    group: groups.connection,
    describe: "The client's private key, a PEM file",
  },
  servername: {
    type: 'string',
    requiresArg: true,
    perTarget: true,
    group: groups.connection,
    describe: 'The name for SNI and the certificate',
  },
  resolve: {
    ...repeatable,
    perTarget: true,
    group: groups.connection,
    describe: 'HOST:PORT:ADDRESS, dial that address for that host; repeatable',
  },
  proxy: {
    type: 'string',
    requiresArg: true,
    perTarget: true,
    group: groups.connection,
    describe: "Tunnel through that HTTP proxy, or through none: 'none'; else as the environment has it",
  },
  'connect-timeout': {
    ...number,
    default: defaults.connectTimeout,
    group: groups.time,
    describe: "Milliseconds for TCP, a proxy's tunnel and TLS",
  },
  'response-timeout': {
    ...number,
    default: defaults.responseTimeout,
    group: groups.time,
    describe: 'Milliseconds for the response',
  },
  'close-timeout': {
    ...number,
    default: defaults.closeTimeout,
    group: groups.time,
    describe: 'Milliseconds after a refusal in which the server should close',
  },
  concurrency: {
    ...number,
    default: defaults.concurrency,
    group: groups.time,
    describe: 'Connections that wait for a response at once',
  },
  delay: {
    ...number,
    default: defaults.delay,
    group: groups.time,
    describe: 'Milliseconds between two connections to one target',
  },
  wait: {
    ...number,
    default: defaults.wait,
    group: groups.time,
    describe: 'Milliseconds to wait for a target that does not accept handshakes yet',
  },
  retries: {
    ...number,
    default: defaults.retries,
    group: groups.time,
    describe: 'How often a probe is sent again while its verdict is inconclusive',
  },
  'max-time': {
    ...number,
    default: defaults.maxTime,
    group: groups.time,
    describe: 'Milliseconds for the whole audit, 0 for no end; what was finished then is reported',
  },
  'max-connections': {
    ...number,
    default: defaults.maxConnections,
    group: groups.time,
    describe: 'Connections that are open at once, those among them that wait for a close',
  },
  'max-head': {
    ...number,
    default: defaults.maxHead,
    group: groups.time,
    describe: 'Octets of a response head that are read; a longer one is no response',
  },
  'max-kept': {
    ...number,
    default: defaults.maxKept,
    group: groups.time,
    describe: 'Octets of a response that are kept in the report',
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
    describe: 'The file that the sarif report points at where a target is written down in none',
  },
  verbose: {
    type: 'boolean',
    alias: 'v',
    default: false,
    excludes: 'quiet',
    group: groups.report,
    describe: 'Show every exchange',
  },
  quiet: {
    type: 'boolean',
    alias: 'q',
    default: false,
    excludes: 'verbose',
    group: groups.report,
    describe: 'Show the result line only',
  },
  color: {
    choices: colorChoices,
    default: 'auto' as (typeof colorChoices)[number],
    requiresArg: true,
    group: groups.report,
    describe: 'Colours',
  },
} as const satisfies Record<string, AuditOption>;

/** Every option that the command takes. */
export const commandOptions = { ...auditOptions, ...sourceOptions } as const;

export type AuditArguments = InferredOptionTypes<typeof auditOptions>;

/** @throws UsageError for a value that is empty, and for two where one can be used */
export function checkValues(
  args: Readonly<Record<string, unknown>>,
  options: Readonly<Record<string, Options>>,
): void {
  for (const [name, { type, array = false }] of Object.entries(options)) {
    if (type === 'boolean') continue;
    const value = args[name];
    if (Array.isArray(value) && !array)
      throw new UsageError('is given more than once; keep one of them', { option: name });
    if ([value].flat().includes('')) throw new UsageError('needs a value', { option: name });
  }
}

/** Options that a target can have its own of. */
export type TargetOptionName = {
  [K in keyof typeof auditOptions]: (typeof auditOptions)[K] extends { readonly perTarget: true } ? K : never;
}[keyof typeof auditOptions];

export type TargetArguments = Pick<AuditArguments, TargetOptionName>;

/** The tables for yargs: it shows the defaults and fills in none, so that what was given can be told from what was not. */
export function withoutDefaults(options: Readonly<Record<string, Options>>): Record<string, Options> {
  return Object.fromEntries(
    Object.entries(options).map(([name, { default: value, ...option }]) => [
      name,
      value === undefined ? option : { ...option, defaultDescription: JSON.stringify(value) },
    ]),
  );
}
