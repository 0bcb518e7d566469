/** The commands that reproduce the probes of a recorded audit, with the options that its report shows. */

import { defaults } from '../audit/plan/defaults.ts';
import { variedFields } from '../probes/catalogue.ts';
import { controlId } from '../probes/control.ts';
import type { AuditEvent, TargetStart } from '../report/events.ts';
import { type ExchangeRecord, recordedRequest } from '../report/exchange-record.ts';
import type { ReproduceCommand } from '../reporters/reporter.ts';
import type { ProfileName } from '../scoring/profiles.ts';
import { commandFor, keyOf, withAddress } from './reproduce-command.ts';

interface ShownOptions {
  readonly header: string[];
  readonly proxy?: string;
}

/** Of targets without options nothing is kept. */
export class RecordedCommands {
  readonly #profile: ProfileName;
  readonly #options = new Map<string, ShownOptions>();

  constructor(profile: ProfileName) {
    this.#profile = profile;
  }

  /** Passes the events on, and notes the options of each target before anybody asks for its commands. */
  async *noting(events: Iterable<AuditEvent> | AsyncIterable<AuditEvent>): AsyncGenerator<AuditEvent> {
    const open = new Map<number, TargetStart>();
    for await (const event of events) {
      if (event.type === 'target-start') open.set(event.target, event);
      else if (event.type === 'target-end') open.delete(event.target);
      else if (event.type === 'probe' && event.probe.id === controlId) {
        const target = open.get(event.target);
        if (target !== undefined) this.#note(target, event.probe.exchange);
      }
      yield event;
    }
  }

  readonly reproduce: ReproduceCommand = (named, probe) => {
    const { url } = named;
    const options = this.#options.get(keyOf(named)) ?? { header: [] };
    const target = { url, args: withAddress({ profile: this.#profile, ...options }, named) };
    const nowhereElse = { secrets: [], fromEnvironment: new Set<string>(), configFile: null };
    return commandFor(target, url, nowhereElse, { profile: defaults.profile })(probe);
  };

  #note(target: TargetStart, control: ExchangeRecord): void {
    const { proxy } = target;
    const header = addedFields(control);
    if (header.length > 0 || proxy !== null)
      this.#options.set(keyOf(target), { header, ...(proxy !== null && { proxy }) });
  }
}

/** The field lines that were added to every handshake, with credentials redacted. */
function addedFields(control: ExchangeRecord): string[] {
  return recordedRequest(control)
    .fields.filter(([name]) => !variedFields.has(name.toLowerCase()))
    .map(([name, value]) => `${name}:${value}`)
    .filter((line) => /^[\x21-\x39\x3b-\x7e]+:[\x20-\x7e]*$/.test(line));
}
