/** Reads what the ndjson and json reporters wrote. NDJSON is read line by line, as often as its events are asked for. */

import { createReadStream, existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { DecodeError } from '../report/decoders.ts';
import type { AuditEvent } from '../report/events.ts';
import { eventsOfReport, OtherVersionError, type RecordedRun, RunScan } from '../report/recorded-run.ts';
import { UsageError } from '../wire/usage-error.ts';
import { endedLines } from './lines.ts';

/**
 * @returns null for a file without a whole line: nothing is recorded yet
 * @throws UsageError if it cannot be read, is neither NDJSON of one run nor a report, or is one of another version
 */
export async function readRecordedRun(name: string): Promise<RecordedRun | null> {
  try {
    for await (const line of wholeLines(name))
      return isRunStart(line) ? await scanned(name, () => eventsIn(name)) : await readReport(name);
    return null;
  } catch (error) {
    if (error instanceof OtherVersionError) throw new UsageError(`${name} ${error.message}`);
    if (error instanceof DecodeError)
      throw new UsageError(`${name} is not a report of handshake13: ${error.message}`);
    if (error instanceof UsageError) throw error;
    throw new UsageError(
      `the report ${name} cannot be read: ${error instanceof Error ? error.message : error}`,
    );
  }
}

/**
 * An earlier run to go on from. A file that is not there is one of which nothing was written yet: whatever starts a run
 * again can name it from the beginning.
 *
 * @throws UsageError if it is not NDJSON of one run
 */
export async function readEarlierRun(name: string): Promise<RecordedRun | null> {
  return existsSync(name) ? readRecordedRun(name) : null;
}

function isRunStart(line: string): boolean {
  return /^\{"type":"run-start"/.test(line);
}

async function readReport(name: string): Promise<RecordedRun | null> {
  let report: unknown;
  try {
    report = JSON.parse(await readFile(name, 'utf8'));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new DecodeError('it is neither NDJSON nor JSON');
  }
  return scanned(name, () => eventsOfReport(report));
}

async function scanned(
  name: string,
  events: () => Iterable<AuditEvent> | AsyncIterable<AuditEvent>,
): Promise<RecordedRun | null> {
  const scan = new RunScan();
  for await (const event of events()) scan.add(event);
  const found = scan.result();
  return found && { name, ...found, events };
}

async function* eventsIn(name: string): AsyncGenerator<AuditEvent> {
  let number = 0;
  for await (const line of wholeLines(name)) {
    number += 1;
    try {
      yield JSON.parse(line) as AuditEvent;
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      throw new DecodeError(`line ${number} is not JSON`);
    }
  }
}

/** Without what stands behind the last line break: the process that wrote it was ended there. */
function wholeLines(file: string): AsyncGenerator<string> {
  return endedLines(createReadStream(file));
}
