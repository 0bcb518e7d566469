/** The commands by name, and the options of each. */

import type { Options } from 'yargs';
import { commandOptions } from './options.ts';

export const serveOptions = {
  port: { type: 'number', default: 0, requiresArg: true, describe: 'Port; 0: any that is free' },
  host: { type: 'string', default: '127.0.0.1', requiresArg: true, describe: 'Address to listen on' },
  list: { type: 'boolean', default: false, describe: 'Name the fixtures' },
} as const satisfies Record<string, Options>;

export const listOptions = {
  json: { type: 'boolean', default: false, describe: 'As JSON' },
} as const satisfies Record<string, Options>;

export const optionsOfCommand = {
  audit: commandOptions,
  demo: {},
  serve: serveOptions,
  list: listOptions,
  explain: {},
  completion: {},
} as const satisfies Record<string, Record<string, Options>>;

export type CommandName = keyof typeof optionsOfCommand;

export const commandNames = Object.keys(optionsOfCommand) as readonly CommandName[];
