/** The events of the audit as JSON, one per line, each as it happens. */

import { toJson } from './json-text.ts';
import type { Output } from './reporter.ts';

/** For the events of every kind of audit. */
export const createNdjsonReporter = ({ output }: { readonly output: Output }) => ({
  needs: 'events' as const,
  onEvent(event: { readonly type: string }) {
    // The wait for a target is for people who watch the run.
    if (event.type !== 'waiting') output.write(`${toJson(event)}\n`);
  },
});
