/** `--baseline` of an audit of a client. */

import { type PlannedClientEntry, planClientBaseline } from '../../audit/client/client-baseline-plan.ts';
import { countClients } from '../../report/client/client-gate.ts';
import type { ClientReport } from '../../report/client/client-report.ts';
import { escapeBytes } from '../../reporters/escape.ts';
import type { ClientBaselineEntry } from '../../scoring/client/client-baseline.ts';
import { countsAgainst, isNew } from '../../scoring/findings.ts';
import { runExitCode } from '../run-exit-code.ts';
import type { BaselineChanges } from './baseline-file.ts';
import { clientBaselineSchema } from './baseline-schema.ts';
import { narrow } from './narrow.ts';
import { type BaselineInUse, useBaselineFile } from './use-baseline.ts';

/** @throws UsageError if the file cannot be read, or has to be written and cannot be */
export function useClientBaseline(
  file: string,
  isUpdated: boolean,
): BaselineInUse<ClientBaselineEntry, ClientReport> {
  const kind = { subject: 'client', schema: clientBaselineSchema } as const;
  return useBaselineFile(file, isUpdated, kind, (entries: readonly ClientBaselineEntry[]) => {
    const baseline = planClientBaseline(entries);
    return (report: ClientReport) => ({
      ...report,
      isAboutAny: baseline.some(({ isAbout }) => report.clients.some(isAbout)),
      isConclusive: isConclusive(report),
      hasExpired: hasExpired(report),
      hasUnexpectedPasses: report.clients.some(({ unexpectedPasses }) => unexpectedPasses.length > 0),
      exitCode: runExitCode({ ...report, counts: countClients(report.clients, report) }),
      changes: () => planUpdate(baseline, report),
    });
  });
}

function isConclusive({ partial, clients }: ClientReport): boolean {
  return !partial && clients.every(({ reason }) => reason === null);
}

function hasExpired({ clients, failOn }: ClientReport): boolean {
  return clients.some(({ findings }) =>
    findings.some((finding) => finding.expired.length > 0 && countsAgainst(finding, failOn)),
  );
}

/** Removes entries whose finding did not happen and adds new findings; all others stay, including expired ones. */
function planUpdate(
  baseline: readonly PlannedClientEntry[],
  report: ClientReport,
): BaselineChanges<ClientBaselineEntry> {
  return {
    narrowed: isConclusive(report) ? narrow(baseline, report.clients, ({ name }) => name) : new Map(),
    added: report.clients.flatMap(({ name, findings }) =>
      findings
        .filter((finding) => isNew(finding) && finding.expired.length === 0)
        .map(({ id, title }) => ({ client: name, finding: id, reason: escapeBytes(title) })),
    ),
  };
}
