/** The command that repeats one probe: with every option that mattered, and without a secret in it. */

import type { AuditArguments } from './options.ts';

/** Options that say how it is reported, or which probes: the command has its own. */
const leftOut: ReadonlySet<string> = new Set([
  'probe',
  'skip',
  'reporter',
  'verbose',
  'quiet',
  'color',
  'concurrency',
  'delay',
  'fail-on',
]);

const secretFields = /^(authorization|proxy-authorization|cookie)$/i;

/**
 * @param defaults of every option: what equals them is left out
 * @param hasUserInfo the URL was given with user info, which no report shows
 */
export function createRepeatCommand(
  args: Partial<AuditArguments>,
  defaults: Readonly<Record<string, unknown>>,
  hasUserInfo: boolean,
): (url: string, probe: string) => string {
  const options = Object.entries(args)
    .filter(
      ([name, value]) =>
        name in defaults && !leftOut.has(name) && value !== undefined && value !== defaults[name],
    )
    .flatMap(([name, value]) =>
      Array.isArray(value) ? value.map((one) => [name, one] as const) : [[name, value] as const],
    )
    .map(([name, value]) =>
      value === true
        ? `--${name}`
        : `--${name} ${name === 'header' ? headerArgument(String(value)) : quote(String(value))}`,
    );
  if (hasUserInfo) options.push(`--header ${headerArgument('Authorization: ')}`);
  return (url, probe) => ['handshake13', quote(url), '--probe', quote(probe), ...options, '-v'].join(' ');
}

/** Credentials are named after an environment variable, for the reader to set. */
function headerArgument(line: string): string {
  const name = line.slice(0, line.indexOf(':'));
  if (!secretFields.test(name)) return quote(line);
  return `"${name}: $${name.toUpperCase().replaceAll('-', '_')}"`;
}

/** Quotes a word for a POSIX shell, where it needs it. */
function quote(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
