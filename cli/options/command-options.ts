/** The commands by name, and the options of each. */

import type { Options } from 'yargs';
import { formatNames } from '../../compare/formats.ts';
import { auditOptions, commandOptions, shortForms } from './audit-options.ts';
import { clientOptions, listenOptions } from './client-options.ts';

const { profile, 'fail-on': failOn, open, verbose, bytes, quiet, color } = auditOptions;
const { default: anyReporter, ...reporter } = auditOptions.reporter;

/** Without a default, so that a short form can stand in its place. */
const reportOptions = {
  reporter: { ...reporter, defaultDescription: JSON.stringify(anyReporter) },
  json: shortForms.json,
  output: shortForms.output,
} as const satisfies Record<string, Options>;

const shownOptions = {
  ...reportOptions,
  open,
  verbose,
  bytes,
  quiet,
  color,
} as const satisfies Record<string, Options>;

/** Profile and level have no default: the report's own apply. */
export const scoreOptions = {
  profile: {
    choices: profile.choices,
    requiresArg: true,
    group: profile.group,
    describe: "Judge by this profile instead of the report's",
  },
  'fail-on': {
    choices: failOn.choices,
    requiresArg: true,
    group: failOn.group,
    describe: "Lowest level whose failure gives exit code 1, instead of the report's",
  },
  ...shownOptions,
} as const satisfies Record<string, Options>;

export const mergeOptions = shownOptions;

export const diffOptions = {
  ...reportOptions,
  reporter: {
    ...reportOptions.reporter,
    describe: `NAME or NAME=FILE, repeatable; names: ${formatNames.join(', ')}`,
  },
  output: { ...shortForms.output, describe: 'Write it to FILE, in the format of its ending; repeatable' },
  open,
  color,
} as const satisfies Record<string, Options>;

export const workerOptions = {
  queue: {
    type: 'string',
    requiresArg: true,
    describe: 'The Redis server of the audit: redis://HOST:PORT, rediss:// for TLS',
    defaultDescription: 'the environment variable HANDSHAKE13_QUEUE',
  },
} as const satisfies Record<string, Options>;

export const serveOptions = {
  port: { type: 'number', default: 0, requiresArg: true, describe: 'Port; 0: any free port' },
  host: { type: 'string', default: '127.0.0.1', requiresArg: true, describe: 'Address to listen on' },
  list: { type: 'boolean', default: false, describe: 'List the fixtures' },
} as const satisfies Record<string, Options>;

/** What `list` can list; the first one by default. */
export const listSubjects = ['probes', 'findings', 'clauses'] as const;

export type ListSubject = (typeof listSubjects)[number];

export const listOptions = {
  client: {
    type: 'boolean',
    default: false,
    describe: 'Those of audits of clients: the cases in place of the probes',
  },
  json: { type: 'boolean', default: false, describe: 'Print JSON' },
} as const satisfies Record<string, Options>;

/** The options of every command. */
export const generalOptions = {
  debug: { type: 'boolean', describe: 'Show the stack trace of an internal error' },
} as const satisfies Record<string, Options>;

export const optionsOfCommand = {
  audit: commandOptions,
  score: scoreOptions,
  merge: mergeOptions,
  diff: diffOptions,
  client: clientOptions,
  listen: listenOptions,
  worker: workerOptions,
  demo: {},
  serve: serveOptions,
  list: listOptions,
  explain: {},
  completion: {},
} as const satisfies Record<string, Record<string, Options>>;

export type CommandName = keyof typeof optionsOfCommand;

export const commandNames = Object.keys(optionsOfCommand) as readonly CommandName[];
