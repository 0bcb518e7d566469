/** The events of the audit as JSON, one per line, each as it happens. */

import { toJson } from './json-text.ts';
import type { CreateReporter } from './reporter.ts';

export const createNdjsonReporter: CreateReporter = ({ output }) => ({
  needs: 'events',
  onEvent(event) {
    // The wait for a target is for people who watch the run.
    if (event.type !== 'waiting') output.write(`${toJson(event)}\n`);
  },
});
