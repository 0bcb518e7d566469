/** The report as JSON, whole, when the run is over. */

import { writeJson } from './json-text.ts';
import type { CreateReporter } from './reporter.ts';

export const createJsonReporter: CreateReporter = ({ output }) => ({
  onRunEnd: (_event, report) => writeJson(output, report),
});
