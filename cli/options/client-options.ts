/** The options of `client`. */

import type { InferredOptionTypes, Options } from 'yargs';
import { clientDefaults } from '../../audit/client/client-options.ts';
import { clientReporterNames } from '../../reporters/client/registry.ts';
import { type ClientProfileName, clientProfileNames } from '../../scoring/client/client-profiles.ts';
import { auditOptions, shortForms } from './audit-options.ts';

const {
  skip,
  tier,
  'fail-on': failOn,
  baseline,
  'update-baseline': updateBaseline,
  'allow-unexpected-pass': allowUnexpectedPass,
  verbose,
  bytes,
  quiet,
  color,
  'sarif-location': sarifLocation,
} = auditOptions;
const { default: anyReporter, ...reporter } = auditOptions.reporter;

const groups = {
  cases: 'What is answered:',
  verdict: auditOptions['fail-on'].group,
  client: 'The client:',
} as const;

export const clientOptions = {
  case: {
    type: 'string',
    array: true,
    nargs: 1,
    group: groups.cases,
    describe: "Run only cases whose id matches, such as 'accept-*', or a group; repeatable",
  },
  skip: { ...skip, group: groups.cases, describe: 'Skip cases whose id matches, or a group; repeatable' },
  tier: {
    ...tier,
    default: clientDefaults.tier as 'core' | 'all',
    choices: ['core', 'all'] as const,
    group: groups.cases,
    describe: 'Run only the core cases, or all',
  },
  quick: { ...shortForms.quick, group: groups.cases },
  profile: {
    choices: clientProfileNames,
    default: clientDefaults.profile as ClientProfileName,
    requiresArg: true,
    group: groups.verdict,
    describe: 'Judge by the RFCs, or by what WHATWG asks of browsers as well',
  },
  'fail-on': failOn,
  baseline: { ...baseline, describe: 'File of known findings, which are not counted: .json or .yaml' },
  'update-baseline': {
    ...updateBaseline,
    describe: 'Add the findings of this run to the baseline, and remove what no longer occurs',
  },
  'allow-unexpected-pass': {
    ...allowUnexpectedPass,
    describe: 'Tolerate known findings that no longer occur',
  },
  name: {
    type: 'string',
    requiresArg: true,
    group: groups.client,
    describe: 'Name of the client in reports',
    defaultDescription: 'the command',
  },
  jobs: {
    type: 'number',
    requiresArg: true,
    default: clientDefaults.jobs,
    group: groups.client,
    describe: 'Cases that run at once, each with a process of its own',
  },
  'case-timeout': {
    type: 'string',
    requiresArg: true,
    default: '15s',
    group: groups.client,
    describe: 'Time limit for the client in one case, such as 5s or 1m',
  },
  host: {
    type: 'string',
    requiresArg: true,
    default: clientDefaults.host as string,
    group: groups.client,
    describe: 'Address or name to listen on, which is the host of the URLs',
  },
  port: {
    type: 'number',
    requiresArg: true,
    default: clientDefaults.port as number,
    group: groups.client,
    describe: 'Port to listen on; 0: any free port',
  },
  tls: {
    type: 'boolean',
    default: clientDefaults.tls as boolean,
    group: groups.client,
    describe:
      'Speak TLS, with an authority made for this audit: the file that NODE_EXTRA_CA_CERTS, SSL_CERT_FILE and {ca} name',
  },
  cert: {
    type: 'string',
    requiresArg: true,
    group: groups.client,
    describe: 'Speak TLS with this certificate, a PEM file',
  },
  key: { type: 'string', requiresArg: true, group: groups.client, describe: 'Its private key, a PEM file' },
  reporter: {
    ...reporter,
    describe: `NAME or NAME=FILE, repeatable; names: ${clientReporterNames.join(', ')}`,
    defaultDescription: JSON.stringify(anyReporter),
  },
  json: shortForms.json,
  output: {
    ...shortForms.output,
    describe: 'Write a report to FILE, in the format of its ending; repeatable',
  },
  'sarif-location': { ...sarifLocation, describe: 'File that the sarif report points at' },
  verbose: { ...verbose, describe: 'Show every case, and all that is known of each finding' },
  bytes: { ...bytes, describe: 'Show every connection as well, byte by byte; short: -vv' },
  quiet,
  color,
} as const satisfies Record<string, Options>;

export type ClientArguments = InferredOptionTypes<typeof clientOptions>;

const {
  jobs: _jobs,
  'case-timeout': _caseTimeout,
  tls: _tls,
  cert: _cert,
  key: _key,
  ...judging
} = clientOptions;

export const listenOptions = {
  once: {
    type: 'boolean',
    default: false,
    group: groups.client,
    describe: 'End when every case was visited',
  },
  for: {
    type: 'string',
    requiresArg: true,
    group: groups.client,
    describe: 'End after so long, such as 60s',
  },
  ...judging,
  port: {
    ...clientOptions.port,
    describe: 'Port of the cases, the page being on the next one; 0: any free ports',
  },
  name: { ...clientOptions.name, defaultDescription: 'its User-Agent' },
  profile: { ...clientOptions.profile, default: 'browser' as ClientProfileName },
} as const satisfies Record<string, Options>;

export type ListenArguments = InferredOptionTypes<typeof listenOptions>;
