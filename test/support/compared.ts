/** Comparisons of audits of fixtures. */

import { type Compared, type Comparison, compareReports } from '../../compare/comparison.ts';
import type { Report, TargetReport } from '../../index.ts';
import { auditFixture } from './render-report.ts';

const reports = new Map<string, Promise<Report>>();

/** The report of a fixture; audited once, whoever asks. */
export function reportOf(name: string): Promise<Report> {
  const report =
    reports.get(name) ?? auditFixture(name, { closeTimeout: 500 }).then((audited) => audited.report);
  reports.set(name, report);
  return report;
}

export function sideOf(report: Report, file: string): Compared {
  const { tool, profile, failOn, startedAt, partial } = report;
  return { side: { file, tool, profile, failOn, startedAt, partial }, report };
}

export function compare(before: Report, after: Report): Comparison {
  return compareReports(sideOf(before, 'before.json'), sideOf(after, 'after.json'));
}

export async function compareFixtures(before: string, after: string): Promise<Comparison> {
  return compare(await reportOf(before), await reportOf(after));
}

/** The report with its targets altered. */
export function withTargets(
  report: Report,
  alter: (target: TargetReport) => TargetReport | readonly TargetReport[],
): Report {
  return { ...report, targets: report.targets.flatMap(alter) };
}

/** `malformed/hex status`, for every change of that kind. */
export function changesOf(comparison: Comparison, kind: string): string[] {
  return comparison.targets.flatMap(({ changes }) =>
    changes
      .filter((change) => change.kind === kind)
      .map(({ probe, criterion }) => `${probe ?? 'target'} ${criterion}`),
  );
}
