/** The report as JSON, whole, when the run is over. */

import { writeJson } from './json-text.ts';
import type { CreateReporter } from './reporter.ts';

export const createJsonReporter: CreateReporter = ({ output }) => ({
  needs: 'report',
  onReport: (report) => writeJson(output, report),
});
