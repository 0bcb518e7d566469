/** What a reader must know of a target before trusting its result. */

import type { TargetReport } from '../report/report.ts';

/** The warnings, and how the audit's own connections changed the answers. */
export function targetNotes({ warnings, influence }: TargetReport): readonly string[] {
  return influence === null ? warnings : [...warnings, influence];
}
