/** Exchanges per second: the engine in wire/ against bare net code, in one process, on the same requests. */

import pLimit from 'p-limit';
import { defaults } from '../audit/plan/defaults.ts';
import { control, version, withVersion } from '../probes/control.ts';
import { createConnector } from '../wire/connect/connector.ts';
import { createTarget } from '../wire/endpoint/target.ts';
import type { Exchange } from '../wire/exchange.ts';
import { startExchange } from '../wire/http1/http1-exchange.ts';
import { serialiseRequest } from '../wire/http1/serialise-request.ts';
import { alternate } from './alternate.ts';
import { runBare } from './bare-exchanges.ts';
import { type Measurement, row } from './table.ts';
import { checkSameWork, type Tally, tallyOf } from './tally.ts';

/** Exchanges of each side, at least. */
const totalExchanges = 5000;
const minRounds = 10;

const limits = {
  responseTimeoutMs: defaults.responseTimeout,
  closeTimeoutMs: defaults.closeTimeout,
  maxHeadBytes: defaults.maxHead,
  maxKeptBytes: defaults.maxKept,
};

interface Sample {
  readonly perSecond: number;
  /** Milliseconds of CPU time in this process, of one exchange. */
  readonly cpuMs: number;
}

export async function measureEngine(port: number, runs: number): Promise<Measurement> {
  const target = createTarget(`ws://127.0.0.1:${port}/`);
  const rounds = Math.max(minRounds, runs);
  // As many of each kind: accepted, and refused and closed by the server.
  const pairs = Math.ceil(totalExchanges / rounds / 2);
  const templates = [control, withVersion(version('12'))];
  const requests = Array.from({ length: pairs }, () =>
    templates.map((template) => serialiseRequest(template, target)),
  ).flat();
  const bytes = requests.map((request) => request.bytes);
  const expected: Tally = { accepted: pairs, refused: pairs, unanswered: 0, closed: pairs, open: 0 };

  const { connect } = createConnector(target, defaults.connectTimeout);
  const runEngine = async (): Promise<Tally> => {
    const slots = pLimit(defaults.concurrency);
    const finished: Promise<Exchange>[] = [];
    await Promise.all(
      requests.map((request) =>
        slots(async () => {
          const running = startExchange(connect, request, target.redactor, limits);
          finished.push(running.closed);
          await running.responded;
        }),
      ),
    );
    return tallyOf(await Promise.all(finished));
  };

  const sample = async (what: string, work: () => Promise<Tally>): Promise<Sample> => {
    const cpu = process.cpuUsage();
    const startedAt = performance.now();
    const tally = await work();
    const ms = performance.now() - startedAt;
    const { user, system } = process.cpuUsage(cpu);
    checkSameWork(what, tally, expected);
    return { perSecond: (requests.length / ms) * 1000, cpuMs: (user + system) / 1000 / requests.length };
  };
  const { bare, ours } = await alternate(rounds, {
    bare: () =>
      sample('bare net', () =>
        runBare(
          bytes.map((request) => ({ port, request })),
          { count: defaults.concurrency, freeAt: 'head' },
          defaults.closeTimeout,
        ),
      ),
    ours: () => sample('the engine', runEngine),
  });
  const of = (samples: readonly Sample[], key: keyof Sample): number[] => samples.map((one) => one[key]);
  return {
    rows: [
      row('exchanges per second', 'per s', of(bare, 'perSecond'), of(ours, 'perSecond'), { atLeast: 0.9 }),
      row('CPU time of an exchange', 'ms', of(bare, 'cpuMs'), of(ours, 'cpuMs'), { atMost: 1.3 }),
    ],
    notes: [
      `the engine: ${rounds} rounds of ${requests.length} exchanges, ${defaults.concurrency} at a time`,
    ],
  };
}
