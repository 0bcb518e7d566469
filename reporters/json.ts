/** The complete report as JSON, at the end of the run. */

import { writeJson } from './json-text.ts';
import type { CreateReporter } from './reporter.ts';

export const createJsonReporter: CreateReporter = ({ output }) => ({
  needs: 'report',
  onReport: (report) => writeJson(output, report),
});
