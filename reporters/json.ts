/** The complete report as JSON, at the end of the run. */

import { jsonParts, jsonPartsWithList } from './json-text.ts';
import type { CreateReporter, Output } from './reporter.ts';
import { writeParts } from './write-parts.ts';

export const createJsonReporter: CreateReporter = ({ output }) => ({
  needs: 'report',
  onReport: (report) =>
    writeParts(output, jsonPartsWithList({ ...report, targets: [] }, 'targets', report.targets)),
});

/** For a report that fits into memory. */
export const createShortJsonReporter = ({ output }: { readonly output: Output }) => ({
  needs: 'report' as const,
  onReport: (report: object) => writeParts(output, jsonParts(report)),
});
