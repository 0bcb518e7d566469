/** `handshake13 client -- COMMAND`: audits a client, which is started once for each case. */

import type { ClientAuditOptions } from '../../audit/client/client-options.ts';
import type { ClientReport } from '../../report/client/client-report.ts';
import { word } from '../../report/reproduce/shell.ts';
import type { RecheckCommand } from '../../reporters/client/client-reporter.ts';
import { clientReporterNames } from '../../reporters/client/registry.ts';
import type { ClientBaselineEntry } from '../../scoring/client/client-baseline.ts';
import type { ServerCertificate } from '../../wire/server/case-server.ts';
import { UsageError } from '../../wire/usage-error.ts';
import type { BaselineInUse } from '../baseline/use-baseline.ts';
import { gitHubStep, withGitHub } from '../ci/github-actions.ts';
import { checkValues } from '../options/audit-options.ts';
import { type ClientArguments, clientOptions } from '../options/client-options.ts';
import { noDuration, readDuration } from '../options/duration.ts';
import { checkPair, checkUpdate, readPem, verbosityOf } from '../options/to-audit-options.ts';
import { readDestinations, reportsAskedFor } from '../output/destinations.ts';
import { runClientAudit } from '../run-client-audit.ts';
import { readSarifLocation } from '../sarif-location.ts';

/** @param command what follows "--" @returns the exit code */
export async function runClient(command: readonly string[], args: ClientArguments): Promise<number> {
  checkValues(args, clientOptions);
  const destinations = readDestinations(
    reportsAskedFor(args, clientReporterNames, ['terminal']),
    clientReporterNames,
  );
  const sarif = readSarifLocation(args['sarif-location'], destinations);
  const baseline = await readBaseline(args);
  const options = { ...toClientOptions(args), baseline: baseline?.entries ?? [] };
  return runClientAudit({ command }, options, {
    ...(baseline !== null && { settle: baseline.settle }),
    destinations: withGitHub(destinations, gitHubStep()),
    ...sarif,
    verbosity: verbosityOf(args),
    color: args.color,
    recheckCommand: recheckCommand(args),
  });
}

function toClientOptions(args: ClientArguments): ClientAuditOptions {
  const caseTimeout = readDuration(args['case-timeout']);
  if (caseTimeout === null)
    throw new UsageError(noDuration(args['case-timeout']), { place: '--case-timeout' });
  const { jobs, host, port } = args;
  return { ...toJudgingOptions(args), jobs, host, port, tls: readTls(args), caseTimeout };
}

/** What is answered, and how it is judged. */
export function toJudgingOptions(
  args: Pick<
    ClientArguments,
    'case' | 'skip' | 'tier' | 'quick' | 'profile' | 'fail-on' | 'allow-unexpected-pass' | 'name'
  >,
): ClientAuditOptions {
  if (args.quick && args.tier !== 'core' && args.tier !== clientOptions.tier.default)
    throw new UsageError('and --quick contradict each other; keep one of them', { option: 'tier' });
  return {
    case: args.case ?? [],
    skip: args.skip ?? [],
    tier: args.quick ? 'core' : args.tier,
    profile: args.profile,
    failOn: args['fail-on'],
    allowUnexpectedPass: args['allow-unexpected-pass'],
    ...(args.name !== undefined && { name: args.name }),
  };
}

/** The baseline, loaded only if one is given; otherwise null. */
export async function readBaseline({
  baseline,
  'update-baseline': isUpdated,
}: Pick<ClientArguments, 'baseline' | 'update-baseline'>): Promise<BaselineInUse<
  ClientBaselineEntry,
  ClientReport
> | null> {
  checkUpdate(isUpdated, baseline);
  if (baseline === undefined) return null;
  const { useClientBaseline } = await import('../baseline/client-baseline.ts');
  return useClientBaseline(baseline, isUpdated);
}

function readTls({ tls, cert, key }: ClientArguments): boolean | ServerCertificate {
  checkPair(cert, key);
  if (cert === undefined || key === undefined) return tls;
  if (tls)
    throw new UsageError('makes a certificate of its own; leave it out, or leave --cert and --key out', {
      option: 'tls',
    });
  return { cert: readPem('cert', cert), key: readPem('key', key) };
}

/** With the options on which a verdict can depend. */
function recheckCommand({ profile, tls, cert, key, host }: ClientArguments): RecheckCommand {
  const options = [
    ...(profile === clientOptions.profile.default ? [] : ['--profile', profile]),
    ...(host === clientOptions.host.default ? [] : ['--host', word(host)]),
    ...(tls ? ['--tls'] : []),
    ...(cert === undefined || key === undefined ? [] : ['--cert', word(cert), '--key', word(key)]),
  ];
  return ({ command }, caseId) =>
    command === null
      ? null
      : [
          'handshake13',
          'client',
          '--case',
          caseId,
          ...options,
          '-vv',
          '--',
          ...command.map((one) => word(one)),
        ].join(' ');
}
