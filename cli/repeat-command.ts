/** The command that repeats one probe: with every option that mattered, and without a secret in it. */

import type { AuditArguments } from './options.ts';

/** Options that say how it is reported, or which probes: the command has its own. */
const leftOut: ReadonlySet<string> = new Set([
  'probe',
  'skip',
  'reporter',
  'sarif-location',
  'verbose',
  'quiet',
  'color',
  'concurrency',
  'delay',
  'wait',
  'retries',
  'fail-on',
  'baseline',
  'update-baseline',
  'allow-unexpected-pass',
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
      value === true ? `--${name}` : `--${name} ${(argumentOf[name] ?? quote)(String(value))}`,
    );
  if (hasUserInfo) options.push(`--header ${headerArgument('Authorization: ')}`);
  return (url, probe) => ['handshake13', quote(url), '--probe', quote(probe), ...options, '-v'].join(' ');
}

/** Options whose values may hold credentials. */
const argumentOf: Readonly<Record<string, (value: string) => string>> = {
  header: headerArgument,
  proxy: proxyArgument,
};

/** Credentials are named after an environment variable, for the reader to set. */
function headerArgument(line: string): string {
  const name = line.slice(0, line.indexOf(':'));
  if (!secretFields.test(name)) return quote(line);
  return `"${name}: $${name.toUpperCase().replaceAll('-', '_')}"`;
}

/** As `headerArgument`: the user info of a proxy's URL is for the reader to set. */
function proxyArgument(value: string): string {
  const userInfo = /^([a-z]+:\/\/)?.*@/is;
  return userInfo.test(value) ? `"${value.replace(userInfo, '$1$PROXY_USER_INFO@')}"` : quote(value);
}

/** Quotes a word for a POSIX shell, where it needs it. */
function quote(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
