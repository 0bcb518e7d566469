/**
 * Audits over an unstable network. What is merely slow, split or late changes no verdict. Where single connections are
 * reset or fall silent, the probe on each of them comes to the verdict that it has without, or to none.
 */

import { expect } from 'chai';
import pLimit from 'p-limit';
import { findFixture } from '../../fixtures/catalogue.ts';
import { startFixture } from '../../fixtures/server.ts';
import { type AuditOptions, audit, type Report } from '../../index.ts';
import { parseReport } from '../../report/parse-report.ts';
import { rescoredReport } from '../../report/rescore.ts';
import { startServer } from '../support/child-server.ts';
import { onlyTarget } from '../support/fixture-audits.ts';
import { criteriaOf, judgementOf } from '../support/judgement.ts';
import { startRelay, type Weather } from '../support/relay.ts';

const fixtures = [
  'conformant',
  'number-conversion',
  'stays-open',
  'resets',
  'chunked-refusal',
  'until-close-body',
  'not-http',
];
const ws = 'the npm package ws';

/** Behind a relay a RST may come as a FIN. */
const withoutEnd = (actual: string): string => actual.replace(/\((FIN|RST)\)/, '');

/** So long that nothing is called late that is not, however busy the machine; no server of these falls silent. */
const patient: AuditOptions = { connectTimeout: 30_000, responseTimeout: 30_000, closeTimeout: 1500 };
/** Silences are waited for, many at once. */
const brisk: AuditOptions = { ...patient, responseTimeout: 4000, concurrency: 30 };

async function withServer<T>(name: string, use: (port: number) => Promise<T>): Promise<T> {
  if (name === ws) {
    const server = await startServer('ws-alone');
    try {
      return await use(Number(new URL(server.url).port));
    } finally {
      await server.stop();
    }
  }
  const fixture = findFixture(name);
  if (fixture === undefined) throw new Error(`no fixture is called ${name}`);
  const server = await startFixture(fixture);
  try {
    return await use(server.port);
  } finally {
    await server.close();
  }
}

/** Audits a server through a relay; without, where no weather is given. */
function auditIn(
  name: string,
  weatherOf?: Parameters<typeof startRelay>[1],
  options = patient,
): Promise<Report> {
  return withServer(name, async (port) => {
    const relay = weatherOf === undefined ? null : await startRelay(port, weatherOf);
    try {
      return await audit(`ws://127.0.0.1:${relay?.port ?? port}/`, options).report();
    } finally {
      await relay?.close();
    }
  });
}

/** What can be told apart of handshakes by their first bytes, whose keys differ each time. */
function handshakeIn(request: string): string {
  return request
    .slice(0, 2000)
    .replaceAll(/^(Sec-WebSocket-Key:).*$/gm, '$1')
    .replaceAll(/127\.0\.0\.1:\d+/g, 'HOST');
}

/** Whether it is among these, of which the relay may have seen only a first segment. */
function wasDisturbed(handshake: string, disturbed: ReadonlySet<string>): boolean {
  return [...disturbed].some(
    (one) => one === handshake || (!one.includes('\r\n\r\n') && handshake.startsWith(one)),
  );
}

/** As a report comes out of its file. */
function written(report: Report): Report {
  return JSON.parse(JSON.stringify(report));
}

interface Disturbed {
  readonly whole: Report;
  /** Handshakes whose connection was disturbed. */
  readonly handshakes: ReadonlySet<string>;
}

/** Disturbs every fifth connection from that one on, but none on which a handshake is sent again. */
async function auditDisturbed(name: string, from: number): Promise<Disturbed> {
  const seen = new Set<string>();
  const disturbed = new Set<string>();
  const whole = await auditIn(
    name,
    (nth, request) => {
      const handshake = handshakeIn(request);
      const isAgain = seen.has(handshake);
      seen.add(handshake);
      if (isAgain || nth % 5 !== from % 5) return {};
      disturbed.add(handshake);
      return disturbances[(disturbed.size + from) % disturbances.length]?.(disturbed.size) ?? {};
    },
    brisk,
  );
  return { whole, handshakes: disturbed };
}

/** Bytes from one offset to the next, so that they fall anywhere: into the status line, the fields, the body. */
const step = 37;
const atTheEnd = 100_000;

const disturbances: readonly ((nth: number) => Weather)[] = [
  (nth) => ({ cut: { how: 'reset', at: ((nth - 1) * step) % 300 } }),
  (nth) => ({ cut: { how: 'silence', at: (nth * step) % 300 } }),
  () => ({ cut: { how: 'reset', at: atTheEnd } }),
  (nth) => ({ resetRequestAfter: (nth - 1) * 11 }),
  (nth) => ({ cut: { how: 'reset', at: (nth * step + 100) % 300 } }),
  () => ({ cut: { how: 'silence', at: atTheEnd } }),
];

/** Of five connections the second, the third and the fourth: all three together reach most handshakes. */
const phases = [2, 3, 4];

/** By turns: everything late and joined; one byte at a time; in parts, with a late FIN. */
const delays: readonly Weather[] = [
  { latencyMs: 15 },
  { segmentBytes: 1 },
  { segmentBytes: 50, finDelayMs: 80, latencyMs: 2 },
];

describe('an audit over an unstable network', function () {
  this.timeout(120_000);

  const turns = pLimit(8);
  const calm = new Map<string, Promise<Report>>();
  const slow = new Map<string, Promise<Report>>();
  const rough = new Map<string, Promise<Disturbed>>();
  const all = (): Promise<unknown>[] => [...calm.values(), ...slow.values(), ...rough.values()];

  before(() => {
    // Much of each audit is waiting: several at once wait together.
    for (const name of [...fixtures, ws]) {
      calm.set(
        name,
        turns(() => auditIn(name)),
      );
      slow.set(
        name,
        turns(() => auditIn(name, (nth) => delays[nth % delays.length] ?? {})),
      );
      for (const from of phases)
        rough.set(
          `${name} ${from}`,
          turns(() => auditDisturbed(name, from)),
        );
    }
    // Whoever waits for them gets the error.
    for (const one of all()) one.catch(() => {});
  });

  after(() => Promise.allSettled(all()));

  for (const name of [...fixtures, ws]) {
    it(`finds what it finds without where all is late, split or joined: ${name}`, async () => {
      const [through, without] = await Promise.all([slow.get(name), calm.get(name)]);
      if (through === undefined || without === undefined) throw new Error('no report');
      expect(JSON.stringify(judgementOf(onlyTarget(through), withoutEnd), null, 1)).to.equal(
        JSON.stringify(judgementOf(onlyTarget(without), withoutEnd), null, 1),
      );
    });

    for (const from of phases) {
      it(`comes to no other verdict where connections are cut or fall silent: ${name}, ${from}`, async () => {
        const [disturbed, without] = await Promise.all([rough.get(`${name} ${from}`), calm.get(name)]);
        if (disturbed === undefined || without === undefined) throw new Error('no report');
        const { whole, handshakes } = disturbed;
        const [report, right] = [onlyTarget(whole), onlyTarget(without)];
        expect(report.probes.map(({ id }) => id)).to.deep.equal(right.probes.map(({ id }) => id));
        expect(handshakes.size).to.be.above(10);
        for (const [i, probe] of report.probes.entries()) {
          const request = Buffer.from(probe.exchange.request.base64, 'base64').toString('latin1');
          // What was not disturbed has its verdict.
          if (probe.verdict === 'inconclusive' && wasDisturbed(handshakeIn(request), handshakes)) continue;
          const other = right.probes[i];
          expect([probe.id, criteriaOf(probe, withoutEnd)]).to.deep.equal([
            probe.id,
            other === undefined ? null : criteriaOf(other, withoutEnd),
          ]);
        }
        expect(written(rescoredReport(parseReport(JSON.stringify(whole), 'report.json')))).to.deep.equal(
          written(whole),
        );
      });
    }
  }
});
