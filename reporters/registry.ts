/** Every reporter by name. Each is loaded when it is first needed. */

import type { CreateReporter } from './reporter.ts';

interface RegistryEntry {
  /** One line for the help. */
  readonly title: string;
  readonly load: () => Promise<CreateReporter>;
}

export const reporters = {
  terminal: {
    title: 'for people: a table of the probes, the findings, the result',
    load: async () => (await import('./terminal.ts')).createTerminalReporter,
  },
  json: {
    title: 'for programs: everything, the bytes among it',
    load: async () => (await import('./json.ts')).createJsonReporter,
  },
} as const satisfies Record<string, RegistryEntry>;

export type ReporterName = keyof typeof reporters;

export const reporterNames = Object.keys(reporters) as readonly ReporterName[];
