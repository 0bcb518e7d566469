/** The places in a page that links lead to: `#TARGET`, `#TARGET/FAMILY/PROBE`. */

import type { TargetReport } from '../../report/report.ts';

/** One anchor a target, in their order: its label in letters, digits and hyphens, or its number. */
export function targetAnchors(targets: readonly Pick<TargetReport, 'label'>[]): string[] {
  const used = new Set<string>();
  return targets.map(({ label }, i) => {
    const words = (label ?? '')
      .toLowerCase()
      .replaceAll(/[^a-z0-9]+/g, '-')
      .replaceAll(/^-|-$/g, '');
    const anchor = words === '' || used.has(words) ? `target-${i + 1}` : words;
    used.add(anchor);
    return anchor;
  });
}

export function probeAnchor(target: string, probe: string): string {
  return `${target}/${probe}`;
}

export function findingAnchor(target: string, finding: string): string {
  return `${target}/finding/${finding.replaceAll(/[^a-zA-Z0-9./-]+/g, '-')}`;
}
