/** The complete report as JSON, at the end of the run. */

import { writeJson } from './json-text.ts';
import type { Output } from './reporter.ts';

/** For every kind of report. */
export const createJsonReporter = ({ output }: { readonly output: Output }) => ({
  needs: 'report' as const,
  onReport: (report: object) => writeJson(output, report),
});
