/** `--baseline` of an audit of a client. */

import { type PlannedClientEntry, planClientBaseline } from '../../audit/client/client-baseline-plan.ts';
import { countClients } from '../../report/client/client-gate.ts';
import type { ClientReport } from '../../report/client/client-report.ts';
import { escapeBytes } from '../../reporters/escape.ts';
import type { ClientBaselineEntry } from '../../scoring/client/client-baseline.ts';
import { isNew } from '../../scoring/findings.ts';
import { runExitCode } from '../run-exit-code.ts';
import type { BaselineChanges } from './baseline-file.ts';
import { clientBaselineSchema } from './baseline-schema.ts';
import { isConclusive, narrow } from './narrow.ts';
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
      audited: report.clients,
      exitCode: runExitCode({ ...report, counts: countClients(report.clients, report) }),
      changes: () => planUpdate(baseline, report),
    });
  });
}

/** Removes entries whose finding did not happen and adds new findings; all others stay, including expired ones. */
function planUpdate(
  baseline: readonly PlannedClientEntry[],
  { partial, clients }: ClientReport,
): BaselineChanges<ClientBaselineEntry> {
  return {
    narrowed: isConclusive(partial, clients) ? narrow(baseline, clients, ({ name }) => name) : new Map(),
    added: clients.flatMap(({ name, findings }) =>
      findings
        .filter((finding) => isNew(finding) && finding.expired.length === 0)
        .map(({ id, title }) => ({ client: name, finding: id, reason: escapeBytes(title) })),
    ),
  };
}
