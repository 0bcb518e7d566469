/** Reports to render: of real audits, and changed by hand where nothing that is audited brings it about. */

import { type AuditOptions, audit, type Report, type TargetReport } from '../../index.ts';
import type { KnownFailure } from '../../scoring/known-failure.ts';
import type { Verdict } from '../../scoring/verdict.ts';
import { auditFixture } from './render-report.ts';
import { closedPort } from './servers.ts';

const audits = new Map<string, Promise<Report>>();

/** The report of a fixture, which is audited once for all tests of a file. */
export function reportOf(name: string, options: AuditOptions = {}): Promise<Report> {
  const key = `${name} ${JSON.stringify(options)}`;
  const running =
    audits.get(key) ?? auditFixture(name, { closeTimeout: 500, ...options }).then(({ report }) => report);
  audits.set(key, running);
  return running;
}

/** Of a target that nobody listens on. */
export async function unreachableReport(): Promise<Report> {
  return audit(`ws://127.0.0.1:${await closedPort()}/`).report();
}

/** One report with the targets of all. */
export function together(first: Report, ...others: readonly Report[]): Report {
  return { ...first, targets: [first, ...others].flatMap(({ targets }) => targets) };
}

export function withTargets(report: Report, change: (target: TargetReport) => TargetReport): Report {
  return { ...report, targets: report.targets.map(change) };
}

/** As if a baseline listed failures. @param known what it says of this criterion of this probe; null if nothing */
export function withKnown(
  report: Report,
  known: (probe: string | null, criterion: string) => KnownFailure | null,
): Report {
  const mark = <T extends object>(verdicts: T, probe: string | null): T =>
    Object.fromEntries(
      Object.entries(verdicts).map(([criterion, verdict]: [string, Verdict]) => {
        const failure = verdict.verdict === 'fail' ? known(probe, criterion) : null;
        return [criterion, failure === null ? verdict : { ...verdict, known: failure }];
      }),
    ) as T;
  return withTargets(report, (target) => ({
    ...target,
    probes: target.probes.map((probe) => ({
      ...probe,
      criteria: mark(probe.criteria, probe.id),
      checks: mark(probe.checks, probe.id),
    })),
    checks: mark(target.checks, null),
    findings: target.findings.map((finding) => {
      const reasons = finding.probes.map((probe) => known(probe, 'status'));
      return { ...finding, known: reasons.includes(null) ? [] : reasons.filter((one) => one !== null) };
    }),
  }));
}

/** Words of a person who means no good, or has pasted from anywhere. */
export const wildText =
  'a\nb\r\tc \0\x1b[31m\x85 \ud800 \uffff ]]> <x y="&amp;&evil;"> # TODO \\ [l](http://evil.example) ü 😀';
