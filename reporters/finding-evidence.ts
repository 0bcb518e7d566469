/** The evidence for a finding, shared by all reports for people: what was sent, the clauses, the probes. */

import { recordedRequest } from '../report/exchange-record.ts';
import type { TargetReport } from '../report/report.ts';
import type { Finding } from '../scoring/findings.ts';
import { type Clause, clauses } from '../spec/clauses.ts';
import { escapeShort } from './escape.ts';
import { shortProbeList } from './probe-list.ts';
import { requestDifference } from './request-difference.ts';

/** Bytes of a line of the request that are shown. */
const maxSentLength = 100;

export interface FindingEvidence {
  /** The lines in which the example's request differs from the control, safe to show. */
  readonly sent: readonly string[];
  /** The first probe that shows it; null if it is about the target as a whole. */
  readonly example: string | null;
  /** All probes that show it, as a short list. */
  readonly probes: string;
  /** Each place once, though two clauses may be in the same place. */
  readonly clauses: readonly Clause[];
}

export function evidenceOf(finding: Finding, { probes }: TargetReport): FindingEvidence {
  const [control] = probes;
  const example = probes.find(({ id }) => id === finding.probes[0]);
  const sent =
    example === undefined || control === undefined
      ? []
      : requestDifference(recordedRequest(example.exchange), recordedRequest(control.exchange));
  const list = shortProbeList(
    finding.probes,
    probes.map(({ id }) => id),
  );
  const places = finding.clauses.map((id): Clause => clauses[id]);
  return {
    sent: sent.map((line) => escapeShort(line, maxSentLength)),
    example: example?.id ?? null,
    probes: finding.probes.length === 1 ? list : `${finding.probes.length}: ${list}`,
    clauses: places.filter(({ source }, i) => places.findIndex((place) => place.source === source) === i),
  };
}
