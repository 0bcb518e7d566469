/** `handshake13 score REPORT.json`: judges the recorded exchanges of a report again, and sends nothing. */

import type { InferredOptionTypes } from 'yargs';
import { defaults } from '../../audit/plan/defaults.ts';
import { userAgent } from '../../audit/plan/user-agent.ts';
import { variedFields } from '../../probes/catalogue.ts';
import { controlId } from '../../probes/control.ts';
import { recordedRequest } from '../../report/exchange-record.ts';
import type { RecordedTarget } from '../../report/parse-report.ts';
import { rescore } from '../../report/rescore.ts';
import { reporterNames } from '../../reporters/registry.ts';
import { auditOptions, checkValues } from '../options/audit-options.ts';
import { scoreOptions } from '../options/command-options.ts';
import { verbosityOf } from '../options/to-audit-options.ts';
import { pagesOf, readDestinations, reportsAskedFor } from '../output/destinations.ts';
import { checkOpenable } from '../output/open-in-browser.ts';
import { readReportFile } from '../read-report-file.ts';
import { commandFor, keyOf, withAddress } from '../reproduce-command.ts';
import { replayAudit } from '../run-audit.ts';

export type ScoreArguments = InferredOptionTypes<typeof scoreOptions>;

/** @returns the exit code, as for an audit */
export async function runScore(file: string, args: ScoreArguments): Promise<number> {
  checkValues(args, scoreOptions);
  const verbosity = verbosityOf(args);
  const destinations = readDestinations(
    reportsAskedFor(args, reporterNames, auditOptions.reporter.default),
    reporterNames,
  );
  checkOpenable(args.open, pagesOf(destinations));
  const recorded = readReportFile(file);
  const { profile = recorded.profile, 'fail-on': failOn = recorded.failOn } = args;
  const given = new Map(recorded.targets.map((target) => [keyOf(target), optionsOf(target)]));
  return replayAudit(rescore(recorded, { profile, failOn }), {
    destinations,
    verbosity,
    color: args.color,
    open: args.open,
    reproduceCommand: (named, probe) => {
      const { url } = named;
      const target = { url, args: withAddress({ profile, ...given.get(keyOf(named)) }, named) };
      const nowhereElse = { secrets: [], fromEnvironment: new Set<string>(), configFile: null };
      return commandFor(target, url, nowhereElse, { profile: defaults.profile })(probe);
    },
  });
}

/** The options of a target that its report shows. */
function optionsOf(target: RecordedTarget): { readonly header: string[]; readonly proxy?: string } {
  return { header: addedFields(target), ...(target.proxy !== null && { proxy: target.proxy }) };
}

/** The field lines that were added to every handshake, from the recorded control, with credentials redacted. */
function addedFields({ probes }: RecordedTarget): string[] {
  const control = probes.find(({ probe }) => probe.id === controlId);
  const fields = control === undefined ? [] : recordedRequest(control.exchange).fields;
  return fields
    .filter(([name]) => !variedFields.has(name.toLowerCase()))
    .filter(([name, value]) => !(name === 'User-Agent' && value.trim() === userAgent()))
    .map(([name, value]) => `${name}:${value}`)
    .filter((line) => /^[\x21-\x39\x3b-\x7e]+:[\x20-\x7e]*$/.test(line));
}
