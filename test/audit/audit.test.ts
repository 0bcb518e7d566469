/** How an audit goes about it, mostly as the server sees it. */

import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { expect } from 'chai';
import { type Answer, plainResponse } from '../../fixtures/answer.ts';
import type { Behaviour } from '../../fixtures/behaviour.ts';
import { findFixture } from '../../fixtures/catalogue.ts';
import { conformantBehaviour } from '../../fixtures/handshake.ts';
import { startFixture } from '../../fixtures/server.ts';
import { type AuditEvent, type AuditOptions, audit, type Report, UsageError } from '../../index.ts';
import { catalogue } from '../../probes/catalogue.ts';
import { ReportBuilder } from '../../report/report-builder.ts';
import { failuresOf, findingsOf, sentByDefault } from '../support/failures.ts';
import { onlyTarget } from '../support/fixture-audits.ts';
import {
  fieldsOf,
  type Handshake,
  type Script,
  type ScriptedServer,
  startScript,
} from '../support/scripted-server.ts';
import { textsOf } from '../support/secrets.ts';

/** So long that nothing is called late that is not. */
const patient = { closeTimeout: 1000, responseTimeout: 5000 };

const silence: Answer = { bytes: '', afterwards: 'close' };
const withDraft8: Partial<Behaviour> = { versions: [13, 8] };

function slowDown(status: string, retryAfter?: string): Answer {
  return plainResponse(
    `HTTP/1.1 ${status}`,
    retryAfter === undefined ? [] : [['Retry-After', retryAfter]],
    'Too many handshakes',
  );
}

/** Runs a server, uses it, and ends it. */
async function withScript<T>(script: Script, use: (server: ScriptedServer) => Promise<T>): Promise<T> {
  const server = await startScript(script);
  try {
    return await use(server);
  } finally {
    await server.close();
  }
}

function auditOf(
  script: Script,
  options: AuditOptions = {},
): Promise<{ server: ScriptedServer; report: Report; target: Report['targets'][number] }> {
  return withScript(script, async (server) => {
    const report = await audit(server.url, { ...patient, ...options }).report();
    return { server, report, target: onlyTarget(report) };
  });
}

const conformant = (handshake: Handshake): Answer => handshake.judged();

function probeOf({ probes }: Report['targets'][number], id: string): (typeof probes)[number] {
  const probe = probes.find((candidate) => candidate.id === id);
  if (probe === undefined) throw new Error(`${id} is not in the report`);
  return probe;
}

/** The head with its own host and key taken out. */
function withoutHostAndKey({ head }: Handshake): string {
  return head
    .replace(/^Host: .*\r$/m, 'Host: HOST\r')
    .replace(/^Sec-WebSocket-Key: .*\r$/m, 'Sec-WebSocket-Key: KEY\r');
}

/** The control with other lines for its version. */
function handshakeWith(...versionLines: string[]): string {
  return [
    'GET / HTTP/1.1',
    'Host: HOST',
    'Upgrade: websocket',
    'Connection: Upgrade',
    'Sec-WebSocket-Key: KEY',
    ...versionLines,
    '',
    '',
  ].join('\r\n');
}

const control = handshakeWith('Sec-WebSocket-Version: 13');

describe('the handshakes of an audit', () => {
  it('begin and end with the control', async () => {
    const { server } = await auditOf(conformant);
    expect(withoutHostAndKey(server.handshakes[0] as Handshake)).to.equal(control);
    expect(withoutHostAndKey(server.handshakes.at(-1) as Handshake)).to.equal(control);
  });

  it('begin and end with the control where another probe is all that was chosen', async () => {
    const { server, target } = await auditOf(conformant, { probe: ['missing/absent'] });
    expect(server.handshakes.map(withoutHostAndKey)).to.deep.equal([control, handshakeWith(), control]);
    expect(target.probes.map(({ id }) => id)).to.deep.equal(['valid/13', 'missing/absent']);
  });

  it('end after the control where it is refused', async () => {
    const { server, target } = await auditOf(() => plainResponse('HTTP/1.1 403 Forbidden', [], ''));
    expect(server.handshakes).to.have.lengthOf(1);
    expect(target.lastControl).to.equal(null);
  });

  it('are one a connection, each with a key of its own', async () => {
    const { server } = await auditOf(conformant);
    expect(server.connections).to.equal(server.handshakes.length);
    const wellFormed = server.handshakes
      .flatMap((handshake) => fieldsOf(handshake, 'Sec-WebSocket-Key'))
      .filter((key) => Buffer.from(key, 'base64').length === 16);
    // All probes and the last control, a refusal that is confirmed alone, the follow-up; five probes have no key of 16 bytes, one has two, and one has a second handshake.
    expect(wellFormed).to.have.lengthOf(sentByDefault.length + 3 - 5 + 2);
    expect(new Set(wellFormed).size).to.equal(wellFormed.length);
  });

  it('come in the order of the catalogue, then what the lists call for, then the drafts', async () => {
    const { server } = await auditOf(({ judged }) => judged(withDraft8), { maxConnections: 1 });
    const sent = server.handshakes.map(withoutHostAndKey);
    expect(sent).to.have.lengthOf(sentByDefault.length + 3);
    expect(sent.slice(0, 2)).to.deep.equal([control, handshakeWith('sec-websocket-version: 13')]);
    const host = server.url.slice('ws://'.length, -1);
    expect(sent.slice(-6)).to.deep.equal([
      handshakeWith('Sec-WebSocket-Version: 13'),
      handshakeWith('Sec-WebSocket-Version: 8', `Sec-WebSocket-Origin: http://${host}`),
      handshakeWith('Sec-WebSocket-Version: 0'),
      handshakeWith('Sec-WebSocket-Version: 7'),
      handshakeWith('Sec-WebSocket-Version: 8'),
      control,
    ]);
  });
});

describe('a server that asks to slow down', () => {
  for (const status of ['429 Too Many Requests', '503 Service Unavailable']) {
    it(`by a ${status.slice(0, 3)} is asked again, and judged by what it says then`, async () => {
      const { server, target } = await auditOf((handshake) =>
        handshake.nth >= 3 && handshake.nth <= 5 ? slowDown(status, '0') : handshake.judged(),
      );
      expect(server.handshakes).to.have.lengthOf(sentByDefault.length + 3 + 3);
      expect(target).to.include({ verdict: 'conformant', reason: null });
      expect(target.score.percent).to.equal(100);
    });

    it(`by a ${status.slice(0, 3)} each time is neither right nor wrong`, async () => {
      const isAbsent = (handshake: Handshake): boolean =>
        fieldsOf(handshake, 'Sec-WebSocket-Version').length === 0;
      const { server, target } = await auditOf(
        (handshake) => (isAbsent(handshake) ? slowDown(status, '0') : handshake.judged()),
        { probe: ['missing/{absent,empty}'] },
      );
      expect(server.handshakes.filter(isAbsent)).to.have.lengthOf(3);
      const { criteria, verdict } = probeOf(target, 'missing/absent');
      expect(verdict).to.equal('inconclusive');
      expect(criteria.status).to.deep.include({
        verdict: 'inconclusive',
        actual: `${status.slice(0, 3)}: the server is rate-limiting, 3 times`,
      });
      expect(probeOf(target, 'missing/empty').verdict).to.equal('pass');
      expect(target).to.include({
        verdict: 'inconclusive',
        reason: `no verdict on missing/absent: ${status.slice(0, 3)}: the server is rate-limiting, 3 times`,
      });
      expect(target.findings).to.deep.equal([]);
    });
  }

  for (const seconds of ['11', '3600']) {
    it(`for ${seconds} seconds is not waited for`, async () => {
      const { server, target } = await auditOf(
        (handshake) =>
          handshake.nth === 2 ? slowDown('429 Too Many Requests', seconds) : handshake.judged(),
        { probe: ['missing/{absent,empty}'], concurrency: 1 },
      );
      expect(server.handshakes).to.have.lengthOf(5);
      expect(probeOf(target, 'missing/absent').verdict).to.equal('inconclusive');
    });
  }

  it('until a date that has passed is asked again', async () => {
    const { target } = await auditOf(
      (handshake) =>
        handshake.nth === 2
          ? slowDown('429 Too Many Requests', 'Sun, 06 Nov 1994 08:49:37 GMT')
          : handshake.judged(),
      { probe: ['missing/absent'] },
    );
    expect(target.verdict).to.equal('passed');
  });
});

describe('the follow-ups of an audit', () => {
  const followUpsOf = ({ followUps }: Report['targets'][number]): string[] => followUps.map(({ id }) => id);
  const choosing = (...probe: string[]): AuditOptions => ({ probe });

  it('ask for each version that was advertised', async () => {
    const { target } = await auditOf(({ judged }) => judged(withDraft8), choosing('unsupported/*'));
    expect(followUpsOf(target)).to.deep.equal(['ask/13', 'ask/8']);
    expect(target.followUps.map(({ exchange }) => exchange.response?.status)).to.deep.equal([101, 101]);
    expect(target.versions).to.deep.equal({ advertised: [13, 8], accepted: [13, 8] });
  });

  it('ask for a version that nobody has first, where no probe does', async () => {
    const { target } = await auditOf(conformant, choosing('draft/*'));
    expect(followUpsOf(target)).to.deep.equal(['ask/25', 'ask/13']);
  });

  it('are not made where the versions are not what is audited', async () => {
    const { server, target } = await auditOf(conformant, choosing('missing/*', 'duplicate/13-99'));
    expect(followUpsOf(target)).to.deep.equal([]);
    expect(server.handshakes).to.have.lengthOf(1 + 5 + 1 + 1 + 1);
  });

  it('stop at sixteen', async () => {
    const list = Array.from({ length: 256 }, (_, version) => version).join(', ');
    const { target } = await auditOf(
      ({ judged }) => judged({ list: () => [list] }),
      choosing('unsupported/25'),
    );
    expect(target.versions.advertised).to.have.lengthOf(256);
    expect(target.followUps).to.have.lengthOf(16);
    expect(target.checks.listHonesty).to.include({ verdict: 'fail', cause: 'advertised-refused' });
  });

  it('name the origin that was given where the draft wants it', async () => {
    const { server } = await auditOf(({ judged }) => judged({ versions: [13, 8, 7] }), {
      ...choosing('unsupported/25'),
      origin: 'https://a.example',
    });
    const origins = server.handshakes.map((handshake) => [
      fieldsOf(handshake, 'Sec-WebSocket-Version').join(),
      fieldsOf(handshake, 'Origin').join(),
      fieldsOf(handshake, 'Sec-WebSocket-Origin').join(),
    ]);
    expect(origins).to.deep.include.members([
      ['13', 'https://a.example', ''],
      ['8', 'https://a.example', 'https://a.example'],
      ['7', 'https://a.example', 'https://a.example'],
    ]);
  });

  for (const probe of [['draft/8'], ['draft/8', 'unsupported/25']]) {
    it(`come late where the list does, with a second try: ${probe.join(', ')}`, async () => {
      let isLost = false;
      const { target } = await auditOf(
        (handshake) => {
          const [asked] = fieldsOf(handshake, 'Sec-WebSocket-Version');
          const isFirst25 = asked === '25' && !isLost;
          isLost ||= isFirst25;
          if (isFirst25) return silence;
          const isDraftClient = fieldsOf(handshake, 'Sec-WebSocket-Origin').length > 0;
          return handshake.judged(isDraftClient ? withDraft8 : { list: () => ['13, 8'] });
        },
        { probe },
      );
      expect(failuresOf(target)).to.deep.equal({});
      expect(findingsOf(target)).to.deep.equal([]);
      expect(target.versions).to.deep.equal({ advertised: [13, 8], accepted: [13, 8] });
    });
  }

  it('show that a draft is offered honestly which only its own clients are let in by', async () => {
    const { target } = await auditOf((handshake) => {
      const isDraftClient = fieldsOf(handshake, 'Sec-WebSocket-Origin').length > 0;
      return handshake.judged(isDraftClient ? withDraft8 : { list: () => ['13, 8'] });
    });
    expect(probeOf(target, 'draft/8').exchange.response?.status).to.equal(400);
    expect(failuresOf(target)).to.deep.equal({});
    expect(target.checks.listHonesty).to.include({
      verdict: 'pass',
      actual: 'advertised and accepted: 13, 8',
    });
    expect(target.verdict).to.equal('conformant');
  });

  it('are tried again where the connection ended without a word', async () => {
    let dropped = 0;
    const { target } = await auditOf((handshake) => {
      const isFollowUp = fieldsOf(handshake, 'Sec-WebSocket-Origin').length > 0;
      if (isFollowUp && dropped === 0) {
        dropped += 1;
        return silence;
      }
      return handshake.judged(isFollowUp ? withDraft8 : { list: () => ['13, 8'] });
    });
    expect(dropped).to.equal(1);
    expect(findingsOf(target)).to.deep.equal([]);
  });
});

describe('a server that one of the probes brings down', () => {
  it('has every probe named that was under way then', async () => {
    const server = await startScript(async (handshake) => {
      if (!/Version: 12\r/.test(handshake.head)) return handshake.judged();
      void server.close();
      return silence;
    });
    const [target] = (await audit(server.url, { probe: ['unsupported/*'] }).report()).targets;
    expect(target?.verdict).to.equal('inconclusive');
    expect(target?.reason).to.match(
      /^the first control was accepted, the last one was not: .*(?:was unsupported\/12$|may be the cause: .*unsupported\/12\b)/,
    );
  });
});

describe('a connection that ends without a response', () => {
  it('is no verdict where the same handshake is answered the second time', async () => {
    const dropped = [20, 40, 60];
    const { server, target } = await auditOf(
      (handshake) => (dropped.includes(handshake.nth) ? silence : handshake.judged()),
      { maxConnections: 1 },
    );
    // Three of them were dropped, and asked again.
    expect(server.handshakes).to.have.lengthOf(sentByDefault.length + 2 + 3);
    const unsure = target.probes.filter(({ verdict }) => verdict !== 'pass');
    expect(unsure).to.have.lengthOf(3);
    for (const { verdict, criteria, unstable, exchange, earlierExchanges } of unsure) {
      expect(verdict).to.equal('inconclusive');
      expect(unstable).to.match(/^no response: the connection was closed, then (101|400)$/);
      expect(criteria.status).to.include({ verdict: 'inconclusive', actual: `unstable: ${unstable}` });
      expect(earlierExchanges.map(({ outcome }) => outcome)).to.deep.equal(['closed']);
      expect(exchange.outcome).to.equal('response');
    }
    expect(target.verdict).to.equal('inconclusive');
    expect(target.findings).to.deep.equal([]);
  });

  it('is a failure where the same handshake ends so again', async () => {
    const isDropped = (handshake: Handshake): boolean =>
      fieldsOf(handshake, 'Sec-WebSocket-Version').join() === '13, 8';
    const { server, target } = await auditOf((handshake) =>
      isDropped(handshake) ? silence : handshake.judged(),
    );
    expect(server.handshakes.filter(isDropped)).to.have.lengthOf(2);
    expect(failuresOf(target)).to.deep.equal({ 'comma-listed/13-8': 'status! versionList' });
    expect(findingsOf(target)).to.deep.equal(['no-response!']);
    expect(probeOf(target, 'comma-listed/13-8').earlierExchanges).to.have.lengthOf(1);
  });

  it('is a failure of a draft as well', async () => {
    const { target } = await auditOf((handshake) =>
      fieldsOf(handshake, 'Sec-WebSocket-Version').join() === '7' ? silence : handshake.judged(),
    );
    expect(failuresOf(target)).to.deep.equal({ 'draft/7': 'status! versionList' });
  });
});

describe('a handshake that is not answered in time', () => {
  const noAnswer: Answer = { bytes: '', afterwards: 'stay-open' };
  const options = { concurrency: 4, responseTimeout: 200 };
  const withoutKey = (handshake: Handshake): string => handshake.head.replace(/^Sec-WebSocket-Key:.*$/im, '');

  it('is judged by its answer when the server has nothing else to do', async () => {
    const asked = new Set<string>();
    const { server, target } = await auditOf((handshake) => {
      const isFirst = !asked.has(withoutKey(handshake));
      asked.add(withoutKey(handshake));
      return isFirst && handshake.nth % 10 === 0 ? noAnswer : handshake.judged();
    }, options);
    expect(server.handshakes.length).to.be.greaterThan(sentByDefault.length + 2);
    expect(failuresOf(target)).to.deep.equal({});
    expect(target.verdict).to.equal('conformant');
    const again = target.probes.filter(({ earlierExchanges }) => earlierExchanges.length > 0);
    expect(again.flatMap(({ earlierExchanges }) => earlierExchanges[0]?.outcome)).to.include('timeout');
  });

  it('is a failure where it is not answered alone either, which is tried twice and no more', async () => {
    const isComma = (handshake: Handshake): boolean =>
      fieldsOf(handshake, 'Sec-WebSocket-Version').join().includes(', ');
    const { server, target } = await auditOf(
      (handshake) => (isComma(handshake) ? noAnswer : handshake.judged()),
      options,
    );
    const silent = new Set(server.handshakes.filter(isComma).map(withoutKey));
    expect(server.handshakes.filter(isComma)).to.have.lengthOf(silent.size + 2);
    expect(findingsOf(target)).to.deep.equal(['unanswered!']);
    expect(target.findings[0]?.probes).to.have.lengthOf(silent.size);
    expect(target.probes.filter(({ verdict }) => verdict === 'inconclusive')).to.deep.equal([]);
  });
});

describe('the pace of an audit', () => {
  /** Holds all answers back until no more handshakes come: more than may wait at once would be seen. */
  function holdUntilQuiet(): (handshake: Handshake) => Promise<Answer> {
    let held: (() => void)[] = [];
    const answerAll = (): void => {
      for (const answer of held) answer();
      held = [];
    };
    let timer: NodeJS.Timeout | undefined;
    return (handshake) =>
      new Promise((resolve) => {
        held.push(() => resolve(handshake.judged()));
        clearTimeout(timer);
        timer = setTimeout(answerAll, 60);
      });
  }

  for (const concurrency of [1, 5]) {
    it(`never has more than ${concurrency} waiting for a response, and as many where it can`, async () => {
      const options = { concurrency, probe: ['missing/*', 'draft/*'] };
      const { server, target } = await auditOf(holdUntilQuiet(), options);
      expect(server.mostPending).to.equal(concurrency);
      expect(target.verdict).to.equal('passed');
    });
  }

  it('counts the handshakes of all targets together', async () => {
    await withScript(holdUntilQuiet(), async (server) => {
      const targets = ['a', 'b', 'c'].map((path) => `${server.url}${path}`);
      await audit(targets, { ...patient, probe: ['missing/*', 'duplicate/*'], concurrency: 4 }).report();
      expect(server.mostPending).to.equal(4);
    });
  });

  it('keeps the delay between any two connections to a target', async () => {
    const delay = 40;
    const startedAt = performance.now();
    const { server } = await auditOf(conformant, { delay, probe: ['missing/*'] });
    const times = server.handshakes.map(({ connectedAt }) => connectedAt - startedAt).sort((a, b) => a - b);
    expect(times).to.have.lengthOf(7);
    // The server sees a connection when it was opened or later, never before: no clock has to be trusted.
    for (const [i, time] of times.entries()) expect(time).to.be.at.least(i * delay - 1);
  });
});

describe('an interrupted audit', () => {
  /** Interrupts the audit when the server receives its nth handshake. */
  function interruptedAt(
    nth: number,
    fixtureName: string,
    closeTimeout = 60_000,
  ): Promise<{ report: Report; handshakes: number }> {
    const controller = new AbortController();
    const behaviour = findFixture(fixtureName)?.behaviour;
    return withScript(
      (handshake) => {
        if (handshake.nth === nth) controller.abort();
        return handshake.judged(behaviour);
      },
      async (server) => {
        const options = { closeTimeout, responseTimeout: 60_000, signal: controller.signal };
        const report = await audit(server.url, { ...options, concurrency: 1 }).report();
        return { report, handshakes: server.handshakes.length };
      },
    );
  }

  it('reports what was finished', async () => {
    const { report, handshakes } = await interruptedAt(30, 'no-list');
    const target = onlyTarget(report);
    expect(report.partial).to.equal(true);
    expect(handshakes).to.equal(30);
    expect(target.probes.length).to.be.within(8, 29);
    expect(target.probes.map(({ id }) => id)).to.include.members(
      catalogue.filter(({ family }) => family === 'valid').map(({ id }) => id),
    );
    expect(target.reason).to.equal(
      `interrupted after ${target.probes.length} of 107 probes, before the control was repeated`,
    );
    expect(target.lastControl).to.equal(null);
  });

  it('is inconclusive where nothing wrong was found until then', async () => {
    const { report } = await interruptedAt(20, 'conformant');
    expect(onlyTarget(report).verdict).to.equal('inconclusive');
    expect(report.summary).to.include({ targets: 1, conformant: 0, nonconformant: 0, inconclusive: 1 });
  });

  // The 104 handshakes before the follow-up are answered and wait for a close that does not come; the last control is
  // asked for when they have waited.
  for (const [when, nth, closeTimeout] of [
    ['the control', 1],
    ['a probe', 40],
    ['a follow-up', 105],
    ['a draft', 107],
    ['the last control', 109, 200],
  ] as const) {
    it(`ends at once and leaves no error behind, during ${when}`, async () => {
      const errors: unknown[] = [];
      const note = (error: unknown): void => void errors.push(error);
      process.on('unhandledRejection', note);
      try {
        const { report } = await interruptedAt(nth, 'stays-open', closeTimeout);
        // Unhandled rejections are reported after the microtasks.
        await new Promise((resolve) => setImmediate(resolve));
        expect(errors).to.deep.equal([]);
        expect(report.partial).to.equal(true);
        expect(onlyTarget(report).reason).to.match(
          /^interrupted after (?:0 of 107 probes|[1-9]\d* of 107 probes, before the control was repeated)$/,
        );
      } finally {
        process.off('unhandledRejection', note);
      }
    });
  }

  it('sends nothing where it was interrupted before its start', async () => {
    await withScript(conformant, async (server) => {
      const report = await audit(server.url, { signal: AbortSignal.abort() }).report();
      expect(report).to.deep.include({ partial: true, targets: [] });
      expect(server.connections).to.equal(0);
    });
  });

  it('is what leaving its events makes of it', async () => {
    await withScript(conformant, async (server) => {
      const run = audit(server.url, { ...patient, concurrency: 1 });
      const folded = run.report();
      for await (const event of run) if (event.type === 'probe') break;
      const report = await folded;
      expect(report.partial).to.equal(true);
      expect(server.handshakes.length).to.be.below(sentByDefault.length);
    });
  });
});

describe('the events of an audit', () => {
  it('fold into its report', async () => {
    await withScript(conformant, async (server) => {
      const run = audit([`${server.url}a`, `${server.url}b`], { ...patient, probe: ['missing/*'] });
      const report = run.report();
      const events: AuditEvent[] = [];
      for await (const event of run) events.push(event);
      const builder = new ReportBuilder();
      for (const event of events) builder.add(event);
      expect(builder.build()).to.deep.equal(await report);
    });
  });

  it('are gone once they have been iterated over', async () => {
    await withScript(conformant, async (server) => {
      const run = audit(server.url, { ...patient, probe: ['missing/absent'] });
      for await (const _event of run);
      const error: unknown = await run.report().catch((reason: unknown) => reason);
      expect(error).to.be.instanceOf(Error).with.property('message').that.includes('before iterating');
    });
  });

  it('wait for whoever asks late: the report, or an iteration', async () => {
    await withScript(conformant, async (server) => {
      const [folded, iterated] = [1, 2].map(() =>
        audit(server.url, { ...patient, probe: ['missing/absent'] }),
      );
      const over = audit(server.url, { ...patient, probe: ['missing/absent'] }).report();
      await over;
      expect((await folded?.report())?.targets).to.have.length(1);
      const types: string[] = [];
      for await (const { type } of iterated ?? []) types.push(type);
      expect(types).to.deep.equal(['run-start', 'target-start', 'probe', 'probe', 'target-end', 'run-end']);
    });
  });

  it('come in their order: the run around its targets, each target around its probes', async () => {
    await withScript(conformant, async (server) => {
      const events: AuditEvent[] = [];
      const run = audit([`${server.url}a`, `${server.url}b`], { ...patient, probe: ['missing/absent'] });
      for await (const event of run) events.push(event);
      expect(events[0]).to.deep.include({
        type: 'run-start',
        profile: 'mdn',
        failOn: 'should',
      });
      expect(events[0]).to.have.nested.property('planned.targets', 2);
      expect(events.at(-1)).to.include({ type: 'run-end', partial: false, invalidTargets: 0 });
      for (const target of [0, 1]) {
        const ofTarget = events.filter((event) => 'target' in event && event.target === target);
        expect(ofTarget.map(({ type }) => type)).to.deep.equal([
          'target-start',
          'probe',
          'probe',
          'target-end',
        ]);
        expect(ofTarget[0]).to.deep.include({ probes: ['valid/13', 'missing/absent'] });
      }
    });
  });

  it('report a probe before the audit is over', async () => {
    // The last handshake is answered once the first probe has been reported; else the audit never ends.
    let onProbe = (): void => {};
    const firstProbe = new Promise<void>((resolve) => {
      onProbe = resolve;
    });
    await withScript(
      async (handshake) => {
        if (fieldsOf(handshake, 'Host').length === 2) await firstProbe;
        return handshake.judged();
      },
      async (server) => {
        for await (const event of audit(server.url, { ...patient, responseTimeout: 60_000 })) {
          if (event.type === 'probe') onProbe();
        }
      },
    );
  });
});

describe('an audit of several targets', () => {
  it('reports each in the order given, also those that cannot be reached', async () => {
    const closed = createServer().listen(0, '127.0.0.1');
    await once(closed, 'listening');
    const unreachable = `ws://127.0.0.1:${(closed.address() as AddressInfo).port}/`;
    closed.close();
    const behaviour = { ...conformantBehaviour, list: () => [] };
    const faulty = await startFixture({ name: 'faulty', title: '', conformant: false, behaviour });
    try {
      await withScript(conformant, async (server) => {
        const urls = [faulty.url, unreachable, server.url];
        const report = await audit(urls, { ...patient, connectTimeout: 5000 }).report();
        expect(report.targets.map(({ url, verdict }) => [url, verdict])).to.deep.equal([
          [faulty.url, 'nonconformant'],
          [unreachable, 'inconclusive'],
          [server.url, 'conformant'],
        ]);
        expect(report.summary).to.deep.equal({
          targets: 3,
          conformant: 1,
          passed: 0,
          nonconformant: 1,
          inconclusive: 1,
        });
        expect(report.targets[1]?.reason).to.match(/the connection was refused; is the server running/);
        expect(report.targets[1]?.probes.map(({ id, verdict }) => [id, verdict])).to.deep.equal([
          ['valid/13', 'inconclusive'],
        ]);
        expect(report.partial).to.equal(false);
      });
    } finally {
      await faulty.close();
    }
  });
});

describe('options that cannot be followed', () => {
  const wrong: readonly (readonly [what: string, options: AuditOptions, message: RegExp])[] = [
    [
      'a glob that matches no probe',
      { probe: ['duplicat/*'] },
      /probe duplicat\/\* matches no probe; did you mean duplicate\/\*\?/,
    ],
    ['a glob to skip that matches no probe', { skip: ['nothing'] }, /skip nothing matches no probe/],
    ['globs that leave nothing', { probe: ['draft/*'], skip: ['draft/*'] }, /skip leaves no probe to send/],
    ['an unknown tier', { tier: 'stress' as 'core' }, /tier is stress but must be one of core, all/],
    ['an unknown profile', { profile: 'w3c' as 'mdn' }, /profile is w3c but must be one of mdn, rfc/],
    ['an unknown level', { failOn: 'may' as 'must' }, /failOn is may but must be one of/],
    ['no concurrency', { concurrency: 0 }, /concurrency/],
    ['half a connection', { concurrency: 1.5 }, /concurrency/],
    ['a negative delay', { delay: -1 }, /delay/],
    ['no time to connect', { connectTimeout: 0 }, /connectTimeout/],
    ['no time to respond', { responseTimeout: Number.NaN }, /responseTimeout/],
    ['a close window longer than any timer', { closeTimeout: 2 ** 31 }, /closeTimeout/],
    [
      'a field that the probes vary',
      { headers: [['sec-websocket-VERSION', '13']] },
      /cannot be set: the probes vary it/,
    ],
    ['another one', { headers: [['Host', 'a.example']] }, /Host cannot be set/],
    ['a body', { headers: [['Content-Length', '0']] }, /has no body/],
    ['a line break in a field', { headers: [['X-A', 'a\r\nX-B: b']] }, /line break/],
    [
      'an origin that is given twice',
      { origin: 'https://a.example', headers: [['Origin', 'https://b.example']] },
      /also among the added fields/,
    ],
  ];

  for (const [what, options, message] of wrong) {
    it(`are an error before anything is sent: ${what}`, async () => {
      await withScript(conformant, async (server) => {
        expect(() => audit(server.url, options)).to.throw(UsageError, message);
        expect(server.connections).to.equal(0);
      });
    });
  }

  it('are an error before anything is sent: one URL of several', async () => {
    await withScript(conformant, async (server) => {
      for (const bad of ['ws://a.example/#top', 'ftp://a.example/', 'ws://a.example:70000/', '/nothing']) {
        expect(() => audit([server.url, bad])).to.throw(UsageError);
      }
      expect(() => audit([])).to.throw(UsageError, /no target/);
      expect(server.connections).to.equal(0);
    });
  });

  it('are an error before anything is sent: certificates that are none', async () => {
    await withScript(conformant, async (server) => {
      const tls = { cert: 'no certificate', key: 'no key' };
      expect(() => audit([server.url, 'wss://127.0.0.1:1/'], { tls })).to.throw(
        UsageError,
        /certificates or key/,
      );
      expect(server.connections).to.equal(0);
    });
  });
});

describe('the secrets of an audit', () => {
  it('stand nowhere in its report, though the server repeats them', async () => {
    const options: AuditOptions = {
      ...patient,
      headers: [
        ['Cookie', 'session=biscuit-2718'],
        ['Proxy-Authorization', 'Bearer proxy-token-3141'],
        ['X-Request-Id', 'kept-as-it-is'],
      ],
    };
    const basic = Buffer.from('aladdin:open sesame').toString('base64');
    await withScript(
      (handshake) => {
        if (handshake.nth === 1) return handshake.judged();
        const [cookie = '', proxy = ''] = ['Cookie', 'Proxy-Authorization'].map(
          (name) => fieldsOf(handshake, name)[0],
        );
        return plainResponse(`HTTP/1.1 400 ${cookie}`, [['X-Echo', proxy]], handshake.head);
      },
      async (server) => {
        const url = server.url.replace('ws://', 'ws://aladdin:open%20sesame@');
        const report = await audit(url, options).report();
        const [first] = server.handshakes;
        for (const [name, sent] of [
          ['Authorization', `Basic ${basic}`],
          ['Cookie', 'session=biscuit-2718'],
          ['Proxy-Authorization', 'Bearer proxy-token-3141'],
        ] as const) {
          expect(fieldsOf(first as Handshake, name)).to.deep.equal([sent]);
        }
        const texts = [JSON.stringify(report), ...textsOf(report)].join('\n');
        for (const secret of ['sesame', basic, 'biscuit-2718', 'proxy-token-3141']) {
          expect(texts.includes(secret), secret).to.equal(false);
        }
        expect(texts)
          .to.include('kept-as-it-is')
          .and.to.include(`Authorization: ${'*'.repeat(6 + basic.length)}`);
        expect(onlyTarget(report).url).to.equal(server.url);
      },
    );
  });
});
