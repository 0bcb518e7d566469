/** The result of an audit of clients in words. */

import type { AuditedClient, ClientReport } from '../../report/client/client-report.ts';
import type { TargetVerdict } from '../../scoring/assessment.ts';
import { isNew } from '../../scoring/findings.ts';
import { levels } from '../../scoring/verdict.ts';
import { escapeBytes } from '../escape.ts';

/** `passed (6 of 78 cases)`, since not all were run. */
export function describeClientVerdict({ verdict, casesRun, casesInCatalogue }: AuditedClient): string {
  return verdict === 'passed' ? `passed (${casesRun} of ${casesInCatalogue} cases)` : verdict;
}

/** What every report says of a run that was interrupted. */
export const partialClientNotice = 'interrupted; partial results';

/** The worst verdict of the clients. */
export function clientRunVerdict({ clients, partial }: ClientReport): TargetVerdict {
  const verdicts = clients.map(({ verdict }) => verdict);
  if (verdicts.includes('nonconformant')) return 'nonconformant';
  if (partial || verdicts.includes('inconclusive') || verdicts.length === 0) return 'inconclusive';
  return verdicts.includes('passed') ? 'passed' : 'conformant';
}

/** `2 findings (1 MUST, 1 SHOULD)`; empty where there is none. */
export function countClientFindings({ findings }: Pick<AuditedClient, 'findings'>): string[] {
  const fresh = findings.filter(isNew);
  if (fresh.length === 0) return [];
  const counts = levels
    .map((level) => ({ level, count: fresh.filter((finding) => finding.level === level).length }))
    .filter(({ count }) => count > 0);
  const parts = counts.map(({ level, count }) => `${count} ${level}`).join(', ');
  return [`${fresh.length} ${fresh.length === 1 ? 'finding' : 'findings'} (${parts})`];
}

/** What of a client is worth a line, besides its findings: nothing judged it, or not everything. */
export function reasonOf({ reason }: AuditedClient): string[] {
  return reason === null ? [] : [escapeBytes(reason)];
}
