/**
 * `npm run bench:fleet`: what thousands of targets cost, against a bare script that sends the same bytes to the same
 * servers. Figures are shown, never asserted.
 */

import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { defaults } from '../audit/plan/defaults.ts';
import type { Report } from '../index.ts';
import type { BareFleet } from './bare-fleet.ts';
import { fleet, type Kind, kinds, type Ports } from './fleet-mix.ts';
import { compiled, run, runMeasured, startServer, toolPath } from './processes.ts';
import { exchangesOf } from './recorded-audit.ts';

/** Milliseconds for one run. */
const maxRunMs = 1_800_000;

const { values } = parseArgs({
  options: {
    targets: { type: 'string', default: '2000' },
    few: { type: 'string', default: '1000' },
    many: { type: 'string', default: '10000' },
  },
});

interface Figures {
  readonly seconds: number;
  readonly cpuMs: number;
  readonly peakMiB: number;
}

const folder = mkdtempSync(join(tmpdir(), 'handshake13-bench-'));
const server = await startServer('./fleet-server.js');
try {
  const ports = JSON.parse(server.line) as Ports;
  const count = Number(values.targets);
  process.stderr.write(`measuring: ${count} targets\n`);
  const bare = await measure([compiled('./bare-fleet.js'), await bareFleet(ports, count)]);
  const { figures: ours, ndjson } = await auditFleet(ports, count);
  process.stderr.write(`measuring: memory of ${values.few} and ${values.many} targets\n`);
  const few = await auditFleet(ports, Number(values.few));
  const many = await auditFleet(ports, Number(values.many));
  const lines = [
    `${count} targets of ${kinds.join(', ')} servers, --concurrency ${defaults.concurrency}`,
    line('bare script', bare, count),
    line('one process', ours, count),
    `  ratio: time ${ratio(ours.seconds, bare.seconds)}, CPU ${ratio(ours.cpuMs, bare.cpuMs)}`,
    `NDJSON: ${(ndjson / count / 1000).toFixed(1)} kB a target`,
    ...[few, many].map(
      ({ figures, targets }) =>
        `peak memory of ${targets} targets: ${figures.peakMiB.toFixed(1)} MiB, in ${figures.seconds.toFixed(0)} s`,
    ),
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
} finally {
  await server.stop();
  rmSync(folder, { recursive: true });
}

function line(name: string, { seconds, cpuMs }: Figures, count: number): string {
  const perSecond = (count / seconds).toFixed(1);
  return `  ${name}: ${perSecond} targets a second, ${(cpuMs / count).toFixed(1)} ms CPU a target, ${seconds.toFixed(1)} s`;
}

function ratio(ours: number, bare: number): string {
  return (ours / bare).toFixed(2);
}

async function measure(args: readonly string[]): Promise<Figures> {
  const { ms, cpuMs, peakKib } = await runMeasured(args, maxRunMs);
  return { seconds: ms / 1000, cpuMs, peakMiB: peakKib / 1024 };
}

async function auditFleet(
  ports: Ports,
  targets: number,
): Promise<{ readonly targets: number; readonly figures: Figures; readonly ndjson: number }> {
  const list = join(folder, 'targets.txt');
  const report = join(folder, 'report.ndjson');
  const urls = Array.from(fleet(targets, ports), ({ host, port }) => `ws://${host}:${port}/\n`);
  writeFileSync(list, urls.join(''));
  const args = [
    '--targets',
    list,
    '--evidence',
    'failures',
    '-q',
    '-r',
    `ndjson=${report}`,
    '--max-time',
    '0',
  ];
  const figures = await measure([toolPath, ...args]);
  return { targets, figures, ndjson: statSync(report).size };
}

/** The file that tells the bare script what to send. */
async function bareFleet(ports: Ports, count: number): Promise<string> {
  const requests = {} as Record<Kind, readonly string[]>;
  for (const kind of kinds) requests[kind] = await requestsTo(ports[kind]);
  const { concurrency: places, closeTimeout: closeWindow } = defaults;
  const file = join(folder, 'fleet.json');
  writeFileSync(file, JSON.stringify({ count, ports, requests, places, closeWindow } satisfies BareFleet));
  return file;
}

/** In base64. */
async function requestsTo(port: number): Promise<readonly string[]> {
  const args = [toolPath, `ws://127.0.0.1:${port}/`, '-r', 'json', '--evidence', 'all'];
  const { output } = await run(process.execPath, args, 1);
  const [target] = (JSON.parse(output) as Report).targets;
  return target === undefined ? [] : exchangesOf(target).map(({ request }) => request.base64);
}
