/** The report as JSON, whole, when the run is over. */

import type { CreateReporter } from './reporter.ts';

export const createJsonReporter: CreateReporter = ({ output }) => ({
  onRunEnd(_event, report) {
    output.write(`${JSON.stringify(report, null, 2)}\n`);
  },
});
