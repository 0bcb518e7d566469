/** Trying again what has no verdict: how often, and what is made of tries that differ. */

import { EventEmitter } from 'node:events';
import { expect } from 'chai';
import { type Answer, plainResponse } from '../../fixtures/answer.ts';
import { type AuditOptions, audit, type Report, UsageError } from '../../index.ts';
import { findingsOf } from '../support/failures.ts';
import {
  fieldsOf,
  type Handshake,
  type Script,
  type ScriptedServer,
  startScript,
} from '../support/scripted-server.ts';

const silence: Answer = { bytes: '', afterwards: 'close' };
const busy = plainResponse('HTTP/1.1 503 Service Unavailable', [['Retry-After', '0']], '');
const accept = (handshake: Handshake): Answer => handshake.judged({ readVersion: () => 13 });

type Target = Report['targets'][number];

async function auditOf(
  script: Script,
  options: AuditOptions,
): Promise<{ server: ScriptedServer; target: Target; absent: Target['probes'][number] }> {
  const server = await startScript(script);
  try {
    const report = await audit(server.url, { probe: ['missing/absent'], ...options }).report();
    const [target] = report.targets;
    const absent = target?.probes.find(({ id }) => id === 'missing/absent') ?? target?.probes[0];
    if (target === undefined || absent === undefined) throw new Error('the report lacks the probe');
    return { server, target, absent };
  } finally {
    await server.close();
  }
}

const isAbsent = (handshake: Handshake): boolean => fieldsOf(handshake, 'Sec-WebSocket-Version').length === 0;

/** Answers `missing/absent` with each of these in turn, and goes on with the last; the rest rightly. */
function inTurn(...answers: readonly ((handshake: Handshake) => Answer)[]): Script {
  let next = 0;
  return (handshake) => {
    if (!isAbsent(handshake)) return handshake.judged();
    const answer = answers[Math.min(next, answers.length - 1)];
    next += 1;
    return answer?.(handshake) ?? silence;
  };
}

const right = (handshake: Handshake): Answer => handshake.judged();
const close = (): Answer => silence;
const slowDown = (): Answer => busy;

describe('a probe without a verdict', function () {
  this.timeout(30_000);

  it('is not tried again unless that is asked for', async () => {
    const { server, absent } = await auditOf(inTurn(close, slowDown), {});
    expect(server.handshakes.filter(isAbsent)).to.have.lengthOf(2);
    expect(absent).to.include({ verdict: 'inconclusive', unstable: null });
  });

  it('is tried again until it has one', async () => {
    // Three times as the server asks for, then as the caller does.
    const { server, target, absent } = await auditOf(inTurn(slowDown, slowDown, slowDown, slowDown, right), {
      retries: 5,
    });
    expect(server.handshakes.filter(isAbsent)).to.have.lengthOf(5);
    expect(absent).to.include({ verdict: 'pass', unstable: null });
    expect(absent.earlierExchanges.map(({ response }) => response?.status)).to.deep.equal([
      503, 503, 503, 503,
    ]);
    expect(target.verdict).to.equal('passed');
  });

  it('is tried as often as that, and no more', async () => {
    for (const retries of [1, 3]) {
      const { server, target, absent } = await auditOf(inTurn(slowDown), { retries });
      expect(server.handshakes.filter(isAbsent)).to.have.lengthOf(3 + retries);
      expect(absent.verdict).to.equal('inconclusive');
      expect(target.reason).to.equal(
        `no verdict on missing/absent: 503: the server is rate-limiting, ${3 + retries} times`,
      );
    }
  });

  it('is left alone by a server that wants it to wait too long', async () => {
    const later = plainResponse('HTTP/1.1 429 Too Many Requests', [['Retry-After', '3600']], '');
    const { server } = await auditOf(
      inTurn(() => later),
      { retries: 3 },
    );
    expect(server.handshakes.filter(isAbsent)).to.have.lengthOf(1);
  });

  it('has the others, which have theirs, asked once', async () => {
    const { server } = await auditOf(inTurn(slowDown, slowDown, slowDown, right), {
      probe: ['missing/*'],
      retries: 2,
    });
    expect(server.handshakes).to.have.lengthOf(2 + 5 + 3 + 1);
  });

  it('may be the control', async () => {
    let controls = 0;
    const { server, target } = await auditOf(
      (handshake) => {
        controls += 1;
        return controls <= 4 ? busy : handshake.judged();
      },
      { retries: 2 },
    );
    expect(server.handshakes).to.have.lengthOf(4 + 3);
    expect(target).to.include({ verdict: 'passed', reason: null });
  });

  it('is not what a control has that is refused', async () => {
    const { server, target } = await auditOf(() => plainResponse('HTTP/1.1 403 Forbidden', [], ''), {
      retries: 3,
    });
    expect(server.handshakes).to.have.lengthOf(1);
    expect(target.verdict).to.equal('inconclusive');
  });
});

describe('a control that is not answered in time', () => {
  it('is sent once more, and an answer to that counts', async () => {
    let release = (): void => {};
    const second = new Promise<void>((resolve) => {
      release = resolve;
    });
    const { target } = await auditOf(
      async (handshake) => {
        // The first handshake wakes the server up, which takes longer than it is waited for.
        if (handshake.nth === 1) await second;
        release();
        return handshake.judged();
      },
      { responseTimeout: 500 },
    );
    expect(target).to.include({ verdict: 'passed', reason: null });
    const [control] = target.probes;
    expect(control?.earlierExchanges.map(({ outcome }) => outcome)).to.deep.equal(['timeout']);
    expect(control?.exchange.response?.status).to.equal(101);
  });

  it('is sent twice and no more, and the report says so', async () => {
    const { server, target } = await auditOf(() => ({ bytes: '', afterwards: 'stay-open' }), {
      responseTimeout: 300,
    });
    expect(server.handshakes).to.have.lengthOf(2);
    expect(target.verdict).to.equal('inconclusive');
    expect(target.reason).to.match(/did not answer the control handshake in time;.*; it was sent 2 times$/);
  });
});

describe('a probe whose tries differ', function () {
  this.timeout(30_000);

  it('is unstable, whatever the last one says', async () => {
    for (const last of [right, accept]) {
      const { target, absent } = await auditOf(inTurn(close, last), { retries: 2 });
      const status = last === right ? 400 : 101;
      const unstable = `no response: the connection was closed, then ${status} (3 times)`;
      expect(absent).to.include({ verdict: 'inconclusive', unstable });
      expect(absent.criteria.status).to.include({ verdict: 'inconclusive', actual: `unstable: ${unstable}` });
      expect(absent.earlierExchanges).to.have.lengthOf(3);
      expect(target).to.include({
        verdict: 'inconclusive',
        reason: `no verdict on missing/absent: unstable: ${unstable}`,
      });
      expect(findingsOf(target)).to.deep.equal([]);
    }
  });

  it('is unstable at a server that alternates', async () => {
    const { absent } = await auditOf(inTurn(close, right, close, accept), { retries: 3 });
    expect(absent.unstable).to.equal(
      'no response: the connection was closed, then 400, then no response: the connection was closed, then 101 (2 times)',
    );
  });

  it('is asked again unasked where its head was cut short', async () => {
    const cut = (): Answer => ({ bytes: 'HTTP/1.1 400 Bad Req', afterwards: 'close' });
    const message =
      'no whole response: the head of a response began and did not end (no empty line); it begins "HTTP/1.1 400 Bad Req"';
    const once = await auditOf(inTurn(cut, right), {});
    expect(once.absent).to.include({ verdict: 'inconclusive', unstable: `${message}, then 400` });
    const twice = await auditOf(inTurn(cut), {});
    expect(twice.server.handshakes.filter(isAbsent)).to.have.lengthOf(2);
    expect(twice.absent).to.include({ verdict: 'fail', unstable: null });
    expect(twice.absent.criteria.status).to.include({ verdict: 'fail', actual: message });
  });

  it('is asked again unasked where its connection ended unlike the others', async () => {
    const leftOpen = (handshake: Handshake): Answer => ({ ...handshake.judged(), afterwards: 'stay-open' });
    const options = { probe: ['missing/{absent,empty,blank}'], closeTimeout: 300 };
    // Closed in time three times alone: the one FIN was lost.
    const once = await auditOf(inTurn(leftOpen, right), options);
    expect(once.absent).to.include({ verdict: 'pass', unstable: null });
    expect(once.absent.earlierExchanges.map(({ close }) => close?.kind)).to.deep.equal([
      'open',
      'fin',
      'fin',
    ]);
    const always = await auditOf(inTurn(leftOpen), options);
    expect(always.absent.criteria.socketClosed).to.include({ verdict: 'fail' });
    expect(always.absent).to.include({ verdict: 'fail', unstable: null });
    // Sent again alone, and then watched for longer: the close is announced.
    expect(always.absent.earlierExchanges).to.have.lengthOf(2);
    // What each refusal does is what the server does.
    const server = await auditOf(
      (handshake) => (handshake.nth === 1 ? handshake.judged() : leftOpen(handshake)),
      options,
    );
    expect(server.absent).to.include({ verdict: 'fail', unstable: null });
    expect(server.absent.earlierExchanges.every(({ close }) => close?.kind !== 'fin')).to.equal(true);
  });

  it('is asked three times alone where its connection was left open once, and then closed beside another', async () => {
    const ids = ['missing/empty', 'missing/blank'];
    const isLate = (handshake: Handshake): boolean =>
      fieldsOf(handshake, 'Sec-WebSocket-Version').some((value) => value.trim() === '');
    let late = 0;
    const second = new EventEmitter();
    const { target } = await auditOf(
      (handshake) => {
        const answer = handshake.judged();
        if (!isLate(handshake)) return answer;
        late += 1;
        // Both are left open once. When they are asked again, the first one stays open until the second one is asked.
        if (late <= 2) return { ...answer, afterwards: 'stay-open' };
        if (late === 3)
          return { ...answer, afterwards: ({ socket }) => void second.once('asked', () => socket.end()) };
        second.emit('asked');
        return answer;
      },
      { probe: ['missing/*', 'unsupported/*'], closeTimeout: 2000 },
    );
    expect(target).to.include({ verdict: 'passed', reason: null });
    for (const id of ids) {
      const { verdict, exchange, earlierExchanges } = target.probes.find((probe) => probe.id === id) ?? {};
      const all = [...(earlierExchanges ?? []), exchange];
      expect(
        all.map((one) => `${one?.close?.kind}${one?.alone ? ' alone' : ''}`),
        id,
      ).to.deep.equal(['open', 'fin', 'fin alone', 'fin alone', 'fin alone']);
      expect(verdict).to.equal('pass');
    }
  });

  it('is no such where tries without a verdict lie between', async () => {
    const { absent, target } = await auditOf(inTurn(close, slowDown, close), { retries: 2 });
    expect(absent).to.include({ verdict: 'fail', unstable: null });
    expect(findingsOf(target)).to.deep.equal(['no-response!']);
  });
});

describe('the number of retries', () => {
  it('is a whole number', () => {
    for (const retries of [-1, 0.5, Number.NaN]) {
      expect(() => audit('ws://127.0.0.1/', { retries })).to.throw(
        UsageError,
        /retries must be a whole number/,
      );
    }
  });
});
