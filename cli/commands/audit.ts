/** `handshake13 <url...>`: audits the targets. */

import { suggest } from '../../audit/suggest.ts';
import { reporterNames } from '../../reporters/registry.ts';
import { UsageError } from '../../wire/usage-error.ts';
import type { BaselineInUse } from '../baseline.ts';
import { commandNames } from '../commands.ts';
import { gitHubStep } from '../environment.ts';
import { type AuditArguments, auditOptions, toAuditOptions, verbosityOf } from '../options.ts';
import { readDestinations, withGitHub } from '../outputs.ts';
import { withProxy } from '../proxy-environment.ts';
import { createRepeatCommand } from '../repeat-command.ts';
import { runAudit } from '../run-audit.ts';
import { readSarifLocation } from '../sarif-location.ts';

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
  const baseline = await readBaseline(args);
  const hasUserInfo = urls.some((url) => /^(?:[a-z]+:\/\/)?[^/?]*@/i.test(url));
  const destinations = readDestinations(args.reporter, reporterNames);
  const reporting = {
    destinations: withGitHub(destinations, gitHubStep()),
    ...readSarifLocation(args['sarif-location'], destinations, urls),
    verbosity: verbosityOf(args),
    color: args.color,
    repeatCommand: createRepeatCommand(args, optionDefaults, hasUserInfo),
    ...(baseline !== null && { settle: baseline.settle }),
  };
  return runAudit(
    urls.map((url) => withProxy({ url }, options)),
    { ...options, baseline: baseline?.entries ?? [] },
    reporting,
  );
}

/** The baseline; null where none is given, so that nobody waits for what reads it. */
async function readBaseline(args: AuditArguments): Promise<BaselineInUse | null> {
  if (args.baseline === undefined) return null;
  const { useBaseline } = await import('../baseline.ts');
  return useBaseline(args.baseline, args['update-baseline']);
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
