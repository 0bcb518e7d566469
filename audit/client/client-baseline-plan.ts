/** The baseline of clients as it is given: its entries checked, and which clients each of them names. */

import type { ClientBaseline, ClientBaselineEntry } from '../../scoring/client/client-baseline.ts';
import { clientFindingKinds } from '../../scoring/client/client-finding-kinds.ts';
import { UsageError } from '../../wire/usage-error.ts';
import { checkWords, placeOfEntry } from '../plan/baseline-entry.ts';
import { didYouMean } from '../plan/did-you-mean.ts';
import { globMatcher } from '../plan/glob.ts';

export interface PlannedClientEntry {
  readonly entry: ClientBaselineEntry;
  /** Its place in the baseline, from 0. */
  readonly index: number;
  readonly isAbout: (client: { readonly name: string }) => boolean;
}

/** @throws UsageError for an entry that cannot be meant so: it names no finding, or no day */
export function planClientBaseline(entries: readonly ClientBaselineEntry[]): PlannedClientEntry[] {
  const ids = clientFindingKinds.map(({ id }) => id);
  return entries.map((entry, index) => {
    const { client, finding, reason, until, location } = entry;
    const where = placeOfEntry(location, index);
    checkWords({ client, reason, until }, where);
    if (!ids.includes(finding))
      throw new UsageError(`${where}finding ${finding} is unknown; ${didYouMean(finding, ids)}`);
    return { entry, index, isAbout: client === undefined ? () => true : clientMatcher(client, where) };
  });
}

/** In a glob `*` stands for anything: the name of a client may be a command, with paths in it. */
function clientMatcher(written: string, where: string): PlannedClientEntry['isAbout'] {
  const refuse = (problem: string): UsageError => new UsageError(`${where}client ${problem}`);
  const matches = globMatcher(written, refuse, { bash: true, dot: true });
  return ({ name }) => name === written || matches(name);
}

/** What of a baseline is about one client, today. */
export function baselineOfClient(name: string, baseline: readonly PlannedClientEntry[]): ClientBaseline {
  return {
    listed: baseline.filter(({ isAbout }) => isAbout({ name })),
    today: new Date().toISOString().slice(0, 10),
  };
}
