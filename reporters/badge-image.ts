/** The SVG image of a badge, and what its colour says. */

import { makeBadge } from 'badge-maker';
import type { Gate } from '../report/report.ts';
import type { TargetVerdict } from '../scoring/assessment.ts';
import { lightPalette } from './palette.ts';

export interface BadgeFacts {
  readonly label: string;
  readonly message: string;
  readonly verdict: TargetVerdict;
  /** Whether a finding that is new is about a MUST. */
  readonly breaksMust: boolean;
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

function colourOf({ verdict, breaksMust }: BadgeFacts, gate: Pick<Gate, 'result'>): string {
  switch (verdict) {
    case 'conformant':
    case 'passed':
      return gate.result === 'pass' ? lightPalette.pass : lightPalette.fail;
    case 'inconclusive':
      return lightPalette.dim;
    case 'nonconformant':
      return breaksMust ? lightPalette.fail : lightPalette.unclear;
  }
}
