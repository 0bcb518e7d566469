/** Reads JSON reports from files. */

import { readFileSync } from 'node:fs';
import {
  isClientReport,
  parseClientReport,
  type RecordedClientReport,
} from '../report/client/parse-client-report.ts';
import { parseReport, type RecordedReport } from '../report/parse-report.ts';
import { UsageError } from '../wire/usage-error.ts';

/** @throws UsageError if it cannot be read, or is not a report */
export function readReportFile(file: string): RecordedReport {
  return parseReport(readText(file), file);
}

/** @returns null if the first one is not a report of clients @throws UsageError if it is, and another is not */
export function readClientReportFiles(
  files: readonly string[],
): readonly [RecordedClientReport, ...RecordedClientReport[]] | null {
  const [first, ...others] = files;
  if (first === undefined) return null;
  const read = (file: string): RecordedClientReport => parseClientReport(jsonIn(readText(file)), file);
  return isClientReport(jsonIn(readText(first))) ? [read(first), ...others.map(read)] : null;
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new UsageError(
      `the report ${file} cannot be read: ${error instanceof Error ? error.message : error}`,
    );
  }
}

/** Null if it is not JSON. */
function jsonIn(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return null;
  }
}
