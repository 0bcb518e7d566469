/** `handshake13 <url...>`: audits the targets. */

import { existsSync, statSync } from 'node:fs';
import { nearestWord } from '../../audit/plan/did-you-mean.ts';
import { planAudit } from '../../audit/plan/plan.ts';
import type { TargetInput } from '../../audit/plan/targets.ts';
import type { Report } from '../../report/report.ts';
import { type ReporterName, reporterNames } from '../../reporters/registry.ts';
import type { BaselineEntry } from '../../scoring/baseline.ts';
import { redactQuoted } from '../../wire/redaction/redactor.ts';
import { UsageError } from '../../wire/usage-error.ts';
import { streamAllAddresses, withAllAddresses } from '../all-addresses.ts';
import type { BaselineInUse } from '../baseline/use-baseline.ts';
import { gitHubStep, withGitHub } from '../ci/github-actions.ts';
import { Repetitions } from '../duplicate-targets.ts';
import { readExec } from '../exec/exec-option.ts';
import { exitCodes } from '../exit-codes.ts';
import { commandHints } from '../hints.ts';
import { ListedTargets } from '../listed-targets.ts';
import { auditOptions } from '../options/audit-options.ts';
import { commandNames } from '../options/command-options.ts';
import { readShard } from '../options/shard.ts';
import { noProxy, toAuditOptions, toConnectionOptions, verbosityOf } from '../options/to-audit-options.ts';
import { pagesOf, type ReportDestination, readDestinations } from '../output/destinations.ts';
import { checkOpenable } from '../output/open-in-browser.ts';
import { environmentProxy, withProxy } from '../proxy-environment.ts';
import { readEarlierRun } from '../read-recorded-run.ts';
import { createReproduceCommand, resolveRuleFor } from '../reproduce-command.ts';
import { type Reporting, runAudit } from '../run-audit.ts';
import { readSarifLocation } from '../sarif-location.ts';
import { type ResolvedTarget, readSettings, type Settings, withPlace } from '../settings/resolve.ts';
import type { ListedTarget } from '../settings/target-list.ts';
import { shortened } from '../shorten-quotes.ts';
import { usageMessage } from '../usage-message.ts';
import type { WatchedAudit } from '../watch/watch-audits.ts';

/** The defaults of every option, undefined where there is none. */
const optionDefaults: Readonly<Record<string, unknown>> = Object.fromEntries(
  Object.entries(auditOptions).map(([name, option]) => [
    name,
    'default' in option ? option.default : undefined,
  ]),
);

/**
 * @param words targets, as the command line names them
 * @param argv the options that it gives, without defaults
 * @returns the exit code
 */
export async function runAuditCommand(
  words: readonly string[],
  argv: Readonly<Record<string, unknown>>,
): Promise<number> {
  const read = (): Promise<Settings> => readSettings(words, argv, process.env);
  const settings = await read();
  return explaining(settings, async () => {
    if (!settings.args.watch || isPrintOnly(settings)) return runWith(words, settings);
    const { watchAudits } = await import('../watch/watch-audits.ts');
    return watchAudits(settings, destinationsOf(settings), async (watched) => {
      const current = await read();
      return explaining(current, () => runWith(words, current, watched));
    });
  });
}

/** Adds to a usage error where the option was given, and masks the secrets in it. */
async function explaining({ layer, secrets }: Settings, run: () => Promise<number>): Promise<number> {
  try {
    return await run();
  } catch (error) {
    const placed = withPlace(error, layer);
    if (!(placed instanceof UsageError)) throw placed;
    const values = secrets.map(({ value }) => value);
    throw new UsageError(redactQuoted(usageMessage(placed), values));
  }
}

function isPrintOnly({ layer }: Settings): boolean {
  return layer.get('print-config')?.value === true;
}

async function runWith(
  words: readonly string[],
  given: Settings,
  watched: WatchedAudit | null = null,
): Promise<number> {
  const exec = await readExec(given, watched?.findPort);
  const repetitions = new Repetitions();
  const targets = repetitions.without(exec?.targets ?? given.targets);
  const listed = repetitions.without(exec?.listed ?? given.listed);
  const settings = { ...given, targets, listed };
  const { args, labels, stream, layer } = settings;
  const shard = layer.get('shard')?.value;
  const file = layer.get('resume')?.value;
  const earlier = typeof file === 'string' ? await readEarlierRun(file) : null;
  for (const word of words) refuseMistakenTarget(word, labels);
  const baseline = await readBaseline(settings);
  if (args['update-baseline'] && (args.evidence ?? 'all') !== 'all')
    throw new UsageError('needs --evidence all: the failures of every probe go into the baseline', {
      option: 'update-baseline',
    });
  const options = {
    ...toAuditOptions(args),
    ...(args['update-baseline'] && { evidence: 'all' as const }),
    hints: commandHints,
    resume: earlier,
    shard: typeof shard === 'string' ? readShard(shard) : null,
    // The default is that of a list.
    ...(stream !== null && layer.get('max-time')?.layer === 'default' && { maxTime: 0 }),
    ...(exec !== null && { wait: Math.max(args.wait, args['exec-timeout']) }),
    secrets: settings.secrets.map(({ value }) => value),
    baseline: baseline?.entries ?? [],
  };
  const named = targets.map((target) => withProxy(toInput(target), options));
  const lists = new ListedTargets(options);
  const isToBeSent = !isPrintOnly(settings);
  const isWithAll = args['all-addresses'] && isToBeSent;
  const written = [...named, ...listed.map((target) => lists.toInput(target))];
  // Mistakes are reported before a name is looked up.
  if (isWithAll && written.length > 0) planAudit(written, { ...options, resume: null });
  const inputs = isWithAll ? await withAllAddresses(written) : written;
  const destinations = destinationsOf(settings);
  checkOpenable(args.open, pagesOf(destinations));
  const reporting: Reporting = {
    destinations: withGitHub(destinations, gitHubStep()),
    ...readSarifLocation(args['sarif-location'], destinations, stream === null ? inputs : null),
    verbosity: verbosityOf(args),
    color: args.color,
    open: args.open,
    queue: args.queue,
    reproduceCommand: createReproduceCommand(
      settings,
      named,
      options,
      (target) => lists.urlOf(target),
      optionDefaults,
    ),
    notices: [
      ...noticesOf(settings, repetitions.count),
      ...(file !== undefined && earlier === null
        ? [`nothing has ended in ${shortened(String(file))} yet: all targets are audited`]
        : []),
    ],
    earlier,
    isEvidenceChosen: args.evidence !== undefined,
    ...(baseline !== null && { settle: baseline.settle }),
    ...(exec !== null && { startServer: exec.starter(inputs, options) }),
  };
  if (isToBeSent) {
    if (stream !== null) {
      const streamed = await lists.stream(inputs, stream);
      return runAudit(isWithAll ? streamAllAddresses(streamed) : streamed, options, reporting);
    }
    if (inputs.length === 0)
      throw new UsageError('no targets: give at least one URL, such as ws://localhost:8080/; see --help');
    return runAudit(inputs, options, watched?.reportingOf(reporting) ?? reporting);
  }
  // Mistakes are reported here too, but targets are not required.
  planAudit(inputs.length > 0 ? inputs : 'ws://localhost/', options);
  const { printConfig } = await import('../settings/print-config.ts');
  process.stdout.write(
    printConfig({
      ...settings,
      targets: [...targets, ...listed.map((target) => asResolved(target, args))].map(withEnvironmentProxy),
    }),
  );
  return exitCodes.conformant;
}

/** What nobody asked for, or may not have meant. */
function noticesOf({ args, configFile, isConfigFound }: Settings, duplicates: number): string[] {
  return [
    ...(isConfigFound ? [`options from ${configFile}; --no-config leaves them out`] : []),
    ...(duplicates > 0 ? [`${duplicates} of the targets are repetitions, and are audited once`] : []),
    ...(args.insecure ? ['--insecure: TLS certificates are not checked'] : []),
  ];
}

/** @throws UsageError for a value that cannot be read, with the place where the target is written */
function toInput({ url, label, location, own, args }: ResolvedTarget): TargetInput {
  const named = { url, ...(label !== undefined && { label }), ...(location !== undefined && { location }) };
  try {
    return own.size === 0 ? named : { ...named, ...toConnectionOptions(args) };
  } catch (error) {
    throw withPlace(error, own);
  }
}

/** A listed target like those that may have options of their own. */
function asResolved(target: ListedTarget, args: ResolvedTarget['args']): ResolvedTarget {
  const { address, ...named } = target;
  if (address === undefined) return { ...named, own: new Map(), args };
  const value = [resolveRuleFor(target.url, address)];
  const where = `${target.location?.file}:${target.location?.line}`;
  return { ...named, own: new Map([['resolve', { value, layer: 'file', where }]]), args };
}

/** The target, with its proxy from the environment as a setting of its own. */
function withEnvironmentProxy(target: ResolvedTarget): ResolvedTarget {
  const proxy = target.args.proxy === undefined ? environmentProxy(target.url) : null;
  if (proxy === null) return target;
  const setting = { value: proxy.url ?? noProxy, layer: 'environment', where: proxy.variable } as const;
  return { ...target, own: new Map([...target.own, ['proxy', setting]]) };
}

/** The baseline, loaded only if one is given; otherwise null. */
async function readBaseline({ args, layer }: Settings): Promise<BaselineInUse<BaselineEntry, Report> | null> {
  if (args.baseline === undefined) return null;
  const { useBaseline } = await import('../baseline/baseline.ts');
  try {
    return await useBaseline(args.baseline, args['update-baseline']);
  } catch (error) {
    throw withPlace(error, layer);
  }
}

function destinationsOf({ args, layer }: Settings): ReportDestination<ReporterName>[] {
  try {
    return readDestinations(args.reporter, reporterNames);
  } catch (error) {
    throw withPlace(error, layer, 'reporter');
  }
}

/** A word on the command line may be a mistyped command or label, or a file, rather than the name of a host. */
function refuseMistakenTarget(word: string, labels: readonly string[]): void {
  if (labels.includes(word)) return;
  const asHost = `to audit the host of that name, write ws://${word}/`;
  if (commandNames.some((name) => name === word)) {
    throw new UsageError(
      `"${word}" is a command; it comes first, without targets: handshake13 ${word}; ${asHost}`,
    );
  }
  if (word === 'version') throw new UsageError(`"version" is an option: --version; ${asHost}`);
  if (/^[\w-]+$/.test(word)) {
    const nearest = nearestWord(word, [...commandNames, ...labels]);
    if (nearest !== null)
      throw new UsageError(`"${word}" is not a command or a label; did you mean ${nearest}? ${asHost}`);
  } else if (/^[\w.-]+$/.test(word) && existsSync(word) && statSync(word).isFile()) {
    throw new UsageError(
      `"${word}" is a file: --targets ${word} audits the targets in it, handshake13 score ${word} judges a report; ${asHost}`,
    );
  }
}
