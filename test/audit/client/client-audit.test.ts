import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { auditClient } from '../../../audit/client/client-audit.ts';
import type { ClientAuditOptions, ClientStart } from '../../../audit/client/client-options.ts';
import type { CaseId } from '../../../cases/catalogue.ts';
import type { AuditedClient } from '../../../report/client/client-report.ts';
import { UsageError } from '../../../wire/usage-error.ts';
import { client } from '../../support/inline-client.ts';

async function audited(
  start: ClientStart,
  cases: readonly CaseId[],
  options: ClientAuditOptions = {},
): Promise<AuditedClient> {
  const report = await auditClient(start, { case: cases, jobs: 8, ...options }).report();
  const [only] = report.clients;
  if (only === undefined) throw new Error('the report has no client');
  return only;
}

/** Fails on what is not valid, and never stops trying again: it ends each connection when the next one is open. */
const reconnecting: ClientStart = async (url, { signal }) => {
  let last = new AbortController();
  let isOpened = false;
  const opensOn = (_: string, isValid: boolean): boolean => {
    isOpened ||= isValid;
    return isValid;
  };
  const connections: unknown[] = [];
  while (!signal.aborted && !isOpened) {
    const next = new AbortController();
    connections.push(
      client({ opensOn, onRefusal: 'wait' })(url, {
        signal: AbortSignal.any([signal, next.signal]),
        ca: null,
      }),
    );
    await sleep(100);
    last.abort();
    last = next;
  }
  await Promise.all(connections);
};

const findingsOf = ({ findings }: AuditedClient): string[] =>
  findings.map(({ id, level, cases }) => `${level} ${id}: ${cases.join(' ')}`);

const verdictOf = ({ cases }: AuditedClient, id: CaseId): string | undefined =>
  cases.find((one) => one.id === id)?.verdict;

describe('the audit of a client', function () {
  this.timeout(60_000);

  it('finds nothing in one that is right, in both profiles', async () => {
    for (const profile of ['rfc', 'browser'] as const) {
      const report = await auditClient(client(), { jobs: 16, profile }).report();
      const [only] = report.clients;
      expect(only?.findings).to.deep.equal([]);
      expect(only?.cases.filter(({ verdict }) => verdict === 'inconclusive')).to.deep.equal([]);
      expect(only?.verdict).to.equal('conformant');
      expect(report.gate.result).to.equal('pass');
      expect(only?.requests).to.deep.equal({ handshakes: 78, keys: 78 });
    }
  });

  it('finds one that does not compare Sec-WebSocket-Accept, and says it once', async () => {
    const habits = {
      opensOn: (head: string, isValid: boolean) =>
        isValid || /^HTTP\/1\.1 101 .*Connection: Upgrade/s.test(head),
    };
    const result = await audited(client(habits), [
      'accept-wrong',
      'accept-lower',
      'accept-dup-last',
      'conn-other',
    ]);
    expect(findingsOf(result)).to.deep.equal([
      'MUST takes-any-accept: accept-wrong accept-lower accept-dup-last',
    ]);
    expect(result.verdict).to.equal('nonconformant');
    expect(result.findings[0]?.fix).to.match(/^Compare the whole value/);
  });

  it('finds one that refuses a valid answer, in two attempts, and one more alone', async () => {
    const habits = { opensOn: (head: string, isValid: boolean) => isValid && !head.includes('keep-alive') };
    let isControl = true;
    const start: ClientStart = async (url, context) => {
      // The control takes so long that no other handshake is late: the machine does not pass for a busy one.
      if (isControl) await sleep(1_000);
      isControl = false;
      return client(habits)(url, context);
    };
    const result = await audited(start, ['conn-list', 'conn-two-lines', 'lower-names']);
    expect(findingsOf(result)).to.deep.equal(['MUST refuses-connection-list: conn-list conn-two-lines']);
    expect(result.cases.map(({ id, attempts }) => `${id} ${attempts}`)).to.deep.equal([
      'right 1',
      'lower-names 1',
      'conn-list 3',
      'conn-two-lines 2',
    ]);
  });

  it('does not blame one for what it does only beside other cases', async () => {
    let running = 0;
    const start: ClientStart = async (url, context) => {
      running += 1;
      const opensOn = (head: string, isValid: boolean) =>
        isValid && (running === 1 || !/keep-alive/.test(head));
      try {
        await client({ opensOn })(url, context);
      } finally {
        running -= 1;
      }
    };
    // Something runs beside the others until they were run twice.
    const result = await audited(start, ['conn-list', 'conn-two-lines', 'silence']);
    expect(findingsOf(result)).to.deep.equal([]);
    expect(result.cases.map(({ id, verdict, attempts }) => `${id} ${verdict} ${attempts}`)).to.deep.equal([
      'right pass 1',
      'conn-list pass 3',
      'conn-two-lines pass 3',
      'silence observed 1',
    ]);
    expect(result.cases.find(({ id }) => id === 'conn-list')?.notes).to.deep.equal([
      'an earlier attempt came to something else: ended the connection',
    ]);
  });

  it('does not blame one that was so slow that a time limit of its own may have ended it', async () => {
    let started = 0;
    const start: ClientStart = async (url, context) => {
      started += 1;
      if (started === 1) return client()(url, context);
      await sleep(2_500);
      return client({ opensOn: () => false })(url, context);
    };
    const { cases } = await audited(start, ['conn-list']);
    const found = cases.find(({ id }) => id === 'conn-list');
    expect(found?.verdict).to.equal('inconclusive');
    expect(found?.actual).to.match(
      /^ended the connection, but its handshake came only after \d\.\d s, that of/,
    );
  });

  it('takes a connection that has just been opened for none that was left open', async () => {
    const result = await audited(reconnecting, ['accept-wrong']);
    expect(findingsOf(result)).to.deep.equal([]);
    expect(verdictOf(result, 'accept-wrong')).to.equal('pass');
  });

  it('finds what the requests break, by what exactly is wrong', async () => {
    const with_ = (change: (lines: readonly string[]) => readonly string[]): Promise<AuditedClient> =>
      audited(client({ request: change }), ['403']);
    const replaced = (line: RegExp, ...others: string[]) =>
      with_((lines) => lines.flatMap((one) => (line.test(one) ? others : [one])));
    const version = /^Sec-WebSocket-Version/;
    const found = await Promise.all([
      replaced(version),
      replaced(version, 'Sec-WebSocket-Version: 12'),
      replaced(version, 'Sec-WebSocket-Version: 8, 13'),
      replaced(version, 'Sec-WebSocket-Version: 13', 'sec-websocket-version: 13'),
      replaced(/^Host/, 'Host: elsewhere.example'),
      with_((lines) => [...lines, 'Sec-WebSocket-Protocol: chat, chat']),
    ]);
    expect(found.map(findingsOf)).to.deep.equal([
      ['MUST version-missing: right 403'],
      ['MUST version-other: right 403'],
      ['MUST version-malformed: right 403'],
      ['MUST version-repeated: right 403'],
      ['MUST host: right 403'],
      // It does not open on the subprotocol that it is answered.
      ['MUST subprotocols: right'],
    ]);
  });

  it('finds a key that is used twice, and keys of few byte values', async () => {
    const constant = await audited(client({ key: () => 'dGhlIHNhbXBsZSBub25jZQ==' }), ['403']);
    expect(findingsOf(constant)).to.deep.equal(['MUST key-reused: right 403']);
    const letters = (): string =>
      Buffer.from(Array.from({ length: 16 }, () => 97 + Math.floor(Math.random() * 26))).toString('base64');
    const readable = await audited(client({ key: letters }), [], { jobs: 16 });
    expect(findingsOf(readable).map((line) => line.slice(0, 20))).to.deep.equal(['MUST key-not-random:']);
  });

  it('takes the key of a handshake that is repeated on its connection for none that is used twice', async () => {
    const onOne: ClientStart = async (url) => {
      const { hostname, port, host, pathname } = new URL(url);
      const socket = connect(Number(port), hostname);
      await once(socket, 'connect');
      const request = `GET ${pathname} HTTP/1.1\r\nHost: ${host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n`;
      socket.write(request);
      await once(socket, 'data');
      socket.write(request);
      await once(socket, 'data');
      socket.destroy();
    };
    let started = 0;
    const start: ClientStart = (url, context) =>
      started++ === 1 ? onOne(url, context) : client()(url, context);
    const result = await audited(start, ['401-basic']);
    expect(result.cases.find(({ id }) => id === '401-basic')?.requestCount).to.equal(2);
    expect(findingsOf(result)).to.deep.equal([]);
  });

  it('asks less strictly that two right lines of Sec-WebSocket-Accept are refused', async () => {
    const cases: readonly CaseId[] = ['accept-dup-same', 'accept-dup-first', 'accept-dup-last'];
    const takes = (isTaken: (head: string) => boolean): ClientStart =>
      client({ opensOn: (head, isValid) => isValid || isTaken(head) });
    const equal = takes((head) => /(Sec-WebSocket-Accept: .*)\r\n\1/.test(head));
    expect(findingsOf(await audited(equal, cases))).to.deep.equal([
      'SHOULD takes-equal-accept-twice: accept-dup-same',
    ]);
    const any = takes((head) => /(Sec-WebSocket-Accept: ).*\r\n\1/.test(head));
    expect(findingsOf(await audited(any, cases))).to.deep.equal([
      'MUST takes-accept-twice: accept-dup-first accept-dup-last accept-dup-same',
    ]);
  });

  it('lets a case that only waits begin with the control, and ends it where that is not opened', async () => {
    const starts: number[] = [];
    const noting =
      (habits: Parameters<typeof client>[0]): ClientStart =>
      async (url, context) => {
        starts.push(performance.now());
        await client(habits)(url, context);
      };
    const begunAt = performance.now();
    await audited(noting({}), ['silence']);
    expect(starts.length).to.equal(3);
    expect((starts[1] ?? 0) - begunAt).to.be.below(1_000);
    // The last control does not wait for the end of the silence.
    expect((starts[2] ?? 0) - begunAt).to.be.below(4_000);
    starts.length = 0;
    const refused = await audited(noting({ opensOn: () => false }), ['silence']);
    expect(refused.verdict).to.equal('inconclusive');
    expect(refused.cases.map(({ id }) => id)).to.deep.equal(['right']);
    expect(starts.length).to.equal(2);
  });

  it('finds one that leaves open what it has to close, if it ends by itself otherwise', async () => {
    const result = await audited(client({ onRefusal: 'wait' }), ['accept-wrong']);
    expect(findingsOf(result)).to.deep.equal(['MUST leaves-connection-open: accept-wrong']);
  });

  it('finds one that retries without end', async () => {
    const result = await audited(client({ onRefusal: 'retry' }), ['403', '426-list-8']);
    expect(findingsOf(result)).to.deep.equal(['MUST retries-without-end: 426-list-8 403']);
  });

  it('finds one that opens and does not read', async () => {
    let count = 0;
    // The control is answered; what comes later is not.
    const start: ClientStart = (url, context) => client({ answersPings: count++ === 0 })(url, context);
    const result = await audited(start, ['conn-list']);
    expect(findingsOf(result)).to.deep.equal(['MUST refuses-connection-list: conn-list']);
    expect(result.findings[0]?.actual).to.equal('opened: sent data, but no Pong');
  });

  it('takes data for a proof where the control gave no other', async () => {
    const result = await audited(client({ answersPings: false }), ['conn-list', 'accept-wrong']);
    expect(findingsOf(result)).to.deep.equal([]);
    expect(verdictOf(result, 'conn-list')).to.equal('pass');
  });

  it('says what to do where the control shows nothing', async () => {
    const silent = await audited(client({ opensOn: () => false }), ['accept-wrong']);
    expect(silent.verdict).to.equal('inconclusive');
    expect(silent.reason).to.equal(
      'nothing shows that the client opened the control, a valid 101: ended the connection; let it stay connected for half a second, or send a message, so that it shows',
    );
    expect(silent.cases.map(({ id }) => id)).to.deep.equal(['right']);
    const absent = await audited({ command: ['sh', '-c', 'echo no such client; exit 3'] }, []);
    expect(absent.reason).to.equal(
      'nothing shows that the client opened the control, a valid 101: no handshake came: the client ended with exit code 3; the last line of its output: no such client; check the command, and that it connects to the URL that it is given',
    );
    const missing = await audited({ command: ['/nonexistent/client'] }, []);
    expect(missing.reason).to.match(
      /\/nonexistent\/client could not be started: spawn \/nonexistent\/client ENOENT/,
    );
  });

  it('reports what was finished when it is interrupted', async () => {
    const stop = new AbortController();
    const run = auditClient(client(), { case: ['silence', '403'], jobs: 1, signal: stop.signal });
    const done = run.report();
    for await (const event of run) if (event.type === 'case' && event.case.id === 'right') stop.abort();
    const report = await done;
    expect(report.partial).to.equal(true);
    expect(report.gate.reasons).to.include('interrupted');
    expect(report.clients[0]?.cases.map(({ id }) => id)).to.deep.equal(['right']);
  });

  it('refuses wrong options before anything is started', () => {
    const refused = (options: ClientAuditOptions, start: ClientStart = client()): unknown => {
      try {
        return auditClient(start, options);
      } catch (error) {
        return error instanceof UsageError ? error.message : error;
      }
    };
    expect(refused({ case: ['accept-wrnog'] })).to.equal(
      'case accept-wrnog matches no case; did you mean accept-wrong?',
    );
    expect(refused({ jobs: 0 })).to.equal('jobs is 0 but must be a whole number from 1 to 64');
    expect(refused({ skip: ['*'] })).to.equal('skip leaves no case to run');
    expect(refused({}, { command: [] })).to.match(/^there is no command to start/);
  });
});
