/** The commands that reproduce the probes of a recorded audit, with the options that its report shows. */

import { defaults } from '../audit/plan/defaults.ts';
import { variedFields } from '../probes/catalogue.ts';
import { controlId } from '../probes/control.ts';
import { recordedRequest } from '../report/exchange-record.ts';
import type { TargetReport } from '../report/report.ts';
import type { ReproduceCommand } from '../reporters/reporter.ts';
import type { ProfileName } from '../scoring/profiles.ts';
import { commandFor, withAddress } from './reproduce-command.ts';

/** Keeps nothing of any target. @param profile that the targets are judged by */
export function recordedCommands(profile: ProfileName): ReproduceCommand {
  return (target, probe) => {
    const { url, proxy } = target;
    const options = { profile, header: addedFields(target), ...(proxy !== null && { proxy }) };
    const recorded = { url, args: withAddress(options, target) };
    const nowhereElse = { secrets: [], fromEnvironment: new Set<string>(), configFile: null };
    return commandFor(recorded, url, nowhereElse, { profile: defaults.profile })(probe);
  };
}

/** The field lines that were added to every handshake, with credentials redacted. */
function addedFields({ probes }: TargetReport): string[] {
  const control = probes.find(({ id }) => id === controlId);
  if (control === undefined) return [];
  return recordedRequest(control.exchange)
    .fields.filter(([name]) => !variedFields.has(name.toLowerCase()))
    .map(([name, value]) => `${name}:${value}`)
    .filter((line) => /^[\x21-\x39\x3b-\x7e]+:[\x20-\x7e]*$/.test(line));
}
