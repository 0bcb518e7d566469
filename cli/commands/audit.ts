/** `handshake13 <url...>`: audits the targets. */

import { suggest } from '../../audit/suggest.ts';
import { UsageError } from '../../wire/usage-error.ts';
import { type AuditArguments, auditOptions, toAuditOptions, verbosityOf } from '../options.ts';
import { readDestinations } from '../outputs.ts';
import { createRepeatCommand } from '../repeat-command.ts';
import { runAudit } from '../run-audit.ts';

const commands = ['audit', 'demo', 'serve', 'list', 'explain', 'completion'];

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
    destinations: readDestinations(args.reporter),
    verbosity: verbosityOf(args),
    color: args.color,
    repeatCommand: createRepeatCommand(args, optionDefaults, hasUserInfo),
  };
  if (args.insecure) process.stderr.write('handshake13: --insecure: TLS certificates are not checked\n');
  return runAudit(urls, options, reporting);
}

/** A single word is no target; it may be a command. */
function refuseMistypedCommand(word: string): void {
  if (!/^[a-z]+$/i.test(word)) return;
  const hint = suggest(word, commands, 'give a URL (ws://host/path) or host:port');
  throw new UsageError(`"${word}" is neither a target nor a command; ${hint}`);
}
