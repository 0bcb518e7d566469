/** Reads JSON reports from files. */

import { readFileSync } from 'node:fs';
import { parseReport, type RecordedReport } from '../report/parse-report.ts';
import { UsageError } from '../wire/usage-error.ts';

/** @throws UsageError if it cannot be read, or is not a report */
export function readReportFile(file: string): RecordedReport {
  let json: string;
  try {
    json = readFileSync(file, 'utf8');
  } catch (error) {
    throw new UsageError(
      `the report ${file} cannot be read: ${error instanceof Error ? error.message : error}`,
    );
  }
  return parseReport(json, file);
}
