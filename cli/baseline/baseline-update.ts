/** How `--update-baseline` changes a baseline after a run. */

import type { PlannedEntry } from '../../audit/plan/baseline-plan.ts';
import { catalogue } from '../../probes/catalogue.ts';
import { families } from '../../probes/probe.ts';
import type { Report, TargetReport } from '../../report/report.ts';
import { escapeBytes } from '../../reporters/escape.ts';
import { type BaselineCriterion, type BaselineEntry, followsFromStatus } from '../../scoring/baseline.ts';
import { type Finding, isNew } from '../../scoring/findings.ts';
import type { Verdict } from '../../scoring/verdict.ts';
import type { BaselineChanges } from './baseline-file.ts';
import { isConclusive, narrow } from './narrow.ts';

/** Removes entries that no longer fail and adds new failures; all others stay, including expired ones. */
export function planUpdate(
  baseline: readonly PlannedEntry[],
  { partial, targets }: Report,
): BaselineChanges<BaselineEntry> {
  return {
    narrowed: isConclusive(partial, targets)
      ? narrow(baseline, targets, (target) => nameIn(targets, target))
      : new Map(),
    added: withoutDuplicates(targets.flatMap((target) => newEntries(target, nameIn(targets, target)))),
  };
}

/** Targets with the same URL and no label share their entries. */
function withoutDuplicates(entries: readonly BaselineEntry[]): BaselineEntry[] {
  const keys = entries.map(({ target, probe, criterion }) => JSON.stringify([target, probe, criterion]));
  return entries.filter((_, i) => keys.indexOf(keys[i] ?? '') === i);
}

/** Its label, which stays when a port changes, unless another target has the same one. */
function nameIn(targets: readonly TargetReport[], { label, url }: TargetReport): string {
  return label !== null && targets.filter((other) => other.label === label).length === 1 ? label : url;
}

/** One entry for each finding, criterion and family of probes. */
function newEntries(target: TargetReport, name: string): BaselineEntry[] {
  return target.findings.filter(isNew).flatMap((finding) => {
    const reason = escapeBytes(finding.title);
    const failures = finding.failures.filter((failure) => needsEntry(target, failure));
    const criteria = [...new Set(failures.map(({ criterion }) => criterion))] as BaselineCriterion[];
    return criteria.flatMap((criterion) => {
      const probes = failures.flatMap((failure) =>
        failure.criterion === criterion ? (failure.probe ?? []) : [],
      );
      if (probes.length === 0) return [{ target: name, criterion, reason }];
      return probeGlobs(probes).map((probe) => ({ target: name, probe, criterion, reason }));
    });
  });
}

/** Whether no entry lists it: neither an expired one, nor the one for the status from which it follows. */
function needsEntry(target: TargetReport, { probe, criterion }: Finding['failures'][number]): boolean {
  const scorecard = target.probes.find(({ id }) => id === probe);
  const verdicts: Readonly<Record<string, Verdict>> = {
    ...target.checks,
    ...scorecard?.criteria,
    ...scorecard?.checks,
  };
  const verdict = verdicts[criterion];
  if (verdict?.verdict !== 'fail' || verdict.expired !== undefined) return false;
  return scorecard === undefined || criterion === 'status' || !followsFromStatus(verdict, scorecard);
}

/** One glob for each family: `family/*` if it covers all of it, or all that is sent by default. */
function probeGlobs(ids: readonly string[]): string[] {
  return families.flatMap((family) => {
    const all = catalogue.filter((probe) => probe.family === family);
    const slugs = all.filter(({ id }) => ids.includes(id)).map(({ id }) => id.slice(family.length + 1));
    if (slugs.length === 0) return [];
    const usual = all.filter(({ tier }) => tier !== 'stress');
    const whole = usual.length > 0 ? usual : all;
    if (whole.every(({ id }) => ids.includes(id))) return [`${family}/*`];
    return [slugs.length === 1 ? `${family}/${slugs[0]}` : `${family}/{${slugs.join(',')}}`];
  });
}
