/**
 * `npm run bench`: what the tool costs, as ratios against bare baselines measured in the same run.
 *
 * Timings are shown, never asserted: the exit code is 0 whether or not a goal is met, and 1 only where a
 * measurement could not be made.
 */

import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { measureEngine } from './engine.ts';
import { measureManyTargets, measurePeakMemory } from './memory.ts';
import { startServer } from './processes.ts';
import { recordAudit } from './recorded-audit.ts';
import { measureStartUp } from './start-up.ts';
import { type Measurement, type Row, renderTable } from './table.ts';
import { measureWholeAudit } from './whole-audit.ts';

const usage = 'usage: npm run bench -- [--runs N] [--json FILE]';

function readOptions(): { readonly runs: number; readonly json: string | undefined } {
  const { values } = parseArgs({
    options: { runs: { type: 'string', default: '7' }, json: { type: 'string' } },
  });
  const runs = Number(values.runs);
  if (!Number.isInteger(runs) || runs < 1 || runs > 1000) {
    throw new Error(`--runs must be a whole number from 1 to 1000, not ${values.runs}`);
  }
  return { runs, json: values.json };
}

async function measureAll(runs: number, json: string | undefined): Promise<void> {
  const rows: Row[] = [];
  const notes: string[] = [];
  const failures: string[] = [];
  const server = await startServer('./server.js');
  const port = Number(server.line);
  try {
    const recorded = await recordAudit(port);
    notes.push(`the audit: ${recorded.requests.length} exchanges, ${JSON.stringify(recorded.tally)}`);
    const measurements: readonly [name: string, measure: () => Promise<Measurement>][] = [
      ['whole audit', () => measureWholeAudit(port, recorded, runs)],
      ['engine', () => measureEngine(port, runs)],
      ['peak memory', () => measurePeakMemory(port, recorded, runs)],
      ['memory of many targets', () => measureManyTargets(port)],
      ['start-up', () => measureStartUp(runs)],
    ];
    for (const [name, measure] of measurements) {
      process.stderr.write(`measuring: ${name}\n`);
      try {
        const measured = await measure();
        rows.push(...measured.rows);
        notes.push(...(measured.notes ?? []));
      } catch (error) {
        // A failed measurement must not prevent the others.
        failures.push(`${name} could not be measured: ${messageOf(error)}`);
      }
    }
  } finally {
    await server.stop();
  }
  process.stdout.write(renderTable(rows, [...notes, ...failures]));
  if (json !== undefined) {
    const environment = { node: process.version, platform: process.platform, arch: process.arch };
    const figures = { measuredAt: new Date().toISOString(), ...environment, runs, rows, notes, failures };
    writeFileSync(json, `${JSON.stringify(figures, null, 2)}\n`);
  }
  if (failures.length > 0) process.exitCode = 1;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

try {
  const { runs, json } = readOptions();
  await measureAll(runs, json);
} catch (error) {
  process.stderr.write(`bench: ${messageOf(error)}\n${usage}\n`);
  process.exitCode = 1;
}
