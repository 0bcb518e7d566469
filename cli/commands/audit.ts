/** `handshake13 <url...>`: audits the targets. */

import { suggest } from '../../audit/suggest.ts';
import { reporterNames } from '../../reporters/registry.ts';
import { UsageError } from '../../wire/usage-error.ts';
import { commandNames } from '../commands.ts';
import { type AuditArguments, auditOptions, toAuditOptions, verbosityOf } from '../options.ts';
import { readDestinations } from '../outputs.ts';
import { createRepeatCommand } from '../repeat-command.ts';
import { runAudit } from '../run-audit.ts';

/** The defaults of every option, undefined where there is none. */
const optionDefaults: Readonly<Record<string, unknown>> = Object.fromEntries(
  Object.entries(auditOptions).map(([name, option]) => [
    name,
    'default' in option ? option.default : undefined,
  ]),
);

/** @returns the exit code */
export async function runAuditCommand(urls: readonly string[], args: AuditArguments): Promise<number> {
  for (const url of urls) refuseMistypedCommand(url);
  const options = toAuditOptions(args);
  const hasUserInfo = urls.some((url) => /^(?:[a-z]+:\/\/)?[^/?]*@/i.test(url));
  const reporting = {
    destinations: readDestinations(args.reporter, reporterNames),
    verbosity: verbosityOf(args),
    color: args.color,
    repeatCommand: createRepeatCommand(args, optionDefaults, hasUserInfo),
  };
  return runAudit(urls, options, reporting);
}

/** A single word is no target; it may be a command. */
function refuseMistypedCommand(word: string): void {
  if (!/^[a-z]+$/i.test(word)) return;
  if (commandNames.some((name) => name === word)) {
    throw new UsageError(`"${word}" is a command and stands first, without targets: handshake13 ${word}`);
  }
  const hint = suggest(word, commandNames, 'give a URL (ws://host/path) or host:port');
  throw new UsageError(`"${word}" is neither a target nor a command; ${hint}`);
}
