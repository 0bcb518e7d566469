/** The report as JSON, whole, when the run is over. */

import { toJson } from './log-commands.ts';
import type { CreateReporter } from './reporter.ts';

export const createJsonReporter: CreateReporter = ({ output }) => ({
  onRunEnd(_event, report) {
    output.write(`${toJson(report, 2)}\n`);
  },
});
