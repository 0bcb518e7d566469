/** The kinds of finding: every cause, and every diagnosis, which says more than a cause. Their number is fixed. */

import { type Cause, causes } from './causes.ts';
import { diagnoses } from './diagnosis.ts';

export interface FindingKind extends Cause {
  readonly id: string;
}

/** The longest ids first: what one id begins with may be another. */
export const findingKinds: readonly FindingKind[] = [
  ...Object.entries(causes).map(([id, cause]) => ({ id, ...cause })),
  ...diagnoses,
].sort((a, b) => b.id.length - a.id.length);

/** A text about a kind of finding, with a mark where one of a target says what was seen. */
export function withGaps(text: string): string {
  return text.replaceAll('%s', '…');
}

/** The kind of a finding, whose id is that of the kind, or that and what sets it apart. */
export function findingKind(findingId: string): FindingKind {
  const kind = findingKinds.find(({ id }) => findingId === id || findingId.startsWith(`${id}-`));
  if (kind === undefined) throw new Error(`${findingId}: a finding of no kind`);
  return kind;
}
