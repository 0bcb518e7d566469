/** Reads JSON reports from files. */

import { readFileSync } from 'node:fs';
import {
  isClientReport,
  parseClientReport,
  type RecordedClientReport,
} from '../report/client/parse-client-report.ts';
import { decodeReport, parseJson, type RecordedReport } from '../report/parse-report.ts';
import { UsageError } from '../wire/usage-error.ts';

/** Reports of clients, or one of servers. */
export type ReportsRead =
  | { readonly clients: readonly [RecordedClientReport, ...RecordedClientReport[]] }
  | { readonly servers: RecordedReport };

/** @throws UsageError if it cannot be read, or is not a report */
export function readReportFile(file: string): RecordedReport {
  return decodeReport(readJson(file), file);
}

/** @throws UsageError if one cannot be read, or is not a report as the first one is, and for several of servers */
export function readReportFiles([first = '', ...others]: readonly string[]): ReportsRead {
  const value = readJson(first);
  if (isClientReport(value)) {
    const rest = others.map((file) => parseClientReport(readJson(file), file));
    return { clients: [parseClientReport(value, first), ...rest] };
  }
  if (others.length > 0)
    throw new UsageError('score takes several reports only of clients; give one report of servers');
  return { servers: decodeReport(value, first) };
}

function readJson(file: string): unknown {
  let json: string;
  try {
    json = readFileSync(file, 'utf8');
  } catch (error) {
    throw new UsageError(
      `the report ${file} cannot be read: ${error instanceof Error ? error.message : error}`,
    );
  }
  return parseJson(json, file);
}
