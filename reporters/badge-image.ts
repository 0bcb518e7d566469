/** The SVG image of a badge, and what its colour says. */

import { makeBadge } from 'badge-maker';
import type { Gate } from '../report/report.ts';
import type { TargetVerdict } from '../scoring/assessment.ts';
import { type Finding, isNew } from '../scoring/findings.ts';
import { lightPalette } from './palette.ts';

export interface BadgeFacts {
  readonly label: string;
  readonly message: string;
  readonly verdict: TargetVerdict;
  /** Read only where the verdict is nonconformant. */
  readonly audited: Iterable<{ readonly findings: readonly Pick<Finding, 'known' | 'level'>[] }>;
}

export function badgeImage(
  { partial, gate }: { readonly partial: boolean; readonly gate: Pick<Gate, 'result'> },
  facts: BadgeFacts,
): string {
  const { label, message } = facts;
  const badge = makeBadge({
    label,
    message: `${message}${partial ? ', interrupted' : ''}`,
    color: colourOf(facts, gate),
  });
  return `${badge}\n`;
}

function colourOf({ verdict, audited }: BadgeFacts, gate: Pick<Gate, 'result'>): string {
  switch (verdict) {
    case 'conformant':
    case 'passed':
      return gate.result === 'pass' ? lightPalette.pass : lightPalette.fail;
    case 'inconclusive':
      return lightPalette.dim;
    case 'nonconformant':
      return breaksMust(audited) ? lightPalette.fail : lightPalette.unclear;
  }
}

/** Whether a finding that is new is about a MUST. */
function breaksMust(audited: BadgeFacts['audited']): boolean {
  for (const { findings } of audited)
    if (findings.some((finding) => isNew(finding) && finding.level === 'MUST')) return true;
  return false;
}
