/** The baseline as it is given: its entries checked, and which targets and probes each of them names. */

import { catalogue } from '../../probes/catalogue.ts';
import {
  type BaselineEntry,
  baselineCriteria,
  type ListedFailures,
  type TargetBaseline,
} from '../../scoring/baseline.ts';
import { createTarget } from '../../wire/endpoint/target.ts';
import { UsageError } from '../../wire/usage-error.ts';
import { checkWords, placeOfEntry } from './baseline-entry.ts';
import { didYouMean } from './did-you-mean.ts';
import { globMatcher } from './glob.ts';
import { probeMatcher } from './probe-selection.ts';
import type { PlannedTarget } from './targets.ts';

/** What a target is called: the URL as reports name it, and a label where it has one. */
interface TargetName {
  readonly url: string;
  readonly label: string | null;
}

export interface PlannedEntry extends ListedFailures {
  readonly isAbout: (target: TargetName) => boolean;
}

/**
 * @param stress whether the probes of the tier `stress` may be sent
 * @throws UsageError for an entry that cannot be meant so: it names no probe, no criterion, or no day
 */
export function planBaseline(entries: readonly BaselineEntry[], stress = false): PlannedEntry[] {
  return entries.map((entry, index) => {
    const { target, probe, criterion, reason, until, location } = entry;
    const where = placeOfEntry(location, index);
    checkWords({ target, probe, reason, until }, where);
    if (!baselineCriteria.includes(criterion)) {
      throw new UsageError(
        `${where}criterion ${criterion} is unknown; ${didYouMean(criterion, baselineCriteria)}`,
      );
    }
    if (probe === undefined && criterion !== 'listHonesty' && criterion !== '*') {
      throw new UsageError(
        `${where}probe is missing: give a glob such as malformed/*, or ** for every probe`,
      );
    }
    const names =
      probe === undefined
        ? () => true
        : probeMatcher(catalogue, probe, (problem) => new UsageError(`${where}probe ${problem}`));
    // The lists as a whole are honest or not by the answers to all probes.
    const rests = criterion === 'listHonesty' ? () => true : names;
    return {
      entry,
      index,
      probes: probesOf(rests, stress),
      isAbout: target === undefined ? () => true : targetMatcher(target, where),
    };
  });
}

/** Of an entry that is about other probes too, those of a tier that is not sent are left out. */
function probesOf(rests: (id: string) => boolean, stress: boolean): ReadonlySet<string> {
  const named = catalogue.filter(({ id }) => rests(id));
  const sendable = named.filter(({ tier }) => stress || tier !== 'stress');
  return new Set((sendable.length > 0 ? sendable : named).map(({ id }) => id));
}

/** What of a baseline is about one target. */
export function baselineOf(
  { target: { url }, label }: PlannedTarget,
  baseline: readonly PlannedEntry[],
  today: string,
): TargetBaseline {
  return { listed: baseline.filter(({ isAbout }) => isAbout({ url, label })), today };
}

/**
 * A URL as it may be given on the command line, a label, or a glob of URLs. In a glob `*` stands for anything,
 * slashes among it: a URL is not a path, and `ws://host/*` means everything on that host.
 */
function targetMatcher(written: string, where: string): (target: TargetName) => boolean {
  const exact = normalised(written);
  const refuse = (problem: string): UsageError => new UsageError(`${where}target ${problem}`);
  const matches = globMatcher(written, refuse, { bash: true, dot: true });
  return ({ url, label }) => url === exact || label === written || matches(url);
}

/** As reports name the URL; null where it is none. */
function normalised(written: string): string | null {
  try {
    return createTarget(written).url;
  } catch {
    return null;
  }
}
