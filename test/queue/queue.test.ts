/** An audit whose targets go to workers through Redis, with processes that are killed on the way. */

import { randomBytes } from 'node:crypto';
import { EventEmitter, once } from 'node:events';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { expect } from 'chai';
import { findFixture } from '../../fixtures/catalogue.ts';
import { type RunningFixture, startFixture } from '../../fixtures/server.ts';
import type { Outcome } from '../support/command.ts';
import { isInstalled } from '../support/debian-packages.ts';
import { type Running, runProcess, start } from '../support/process.ts';
import { printed, type RedisServer, redisPassword, withRedis } from '../support/redis.ts';
import { rounds } from '../support/rounds.ts';
import { startScript } from '../support/scripted-server.ts';
import { closedPort, watchedFixture, withFolder } from '../support/servers.ts';

const secret = 'target-secret-0815';
/** A few probes; and time-outs that a slow machine does not reach, since none of these servers lets them pass. */
const patience = ['--connect-timeout', '60000', '--response-timeout', '60000', '--close-timeout', '60000'];
const fast = ['--probe', 'missing/*', ...patience, '-r', 'ndjson', '--no-config'];

/** Milliseconds that late timers of two workers may make up for. */
const catchingUp = 50;

interface Result {
  readonly verdict: string;
  readonly reason: string | null;
}

interface Line {
  readonly type: string;
  readonly target?: number;
  readonly url?: string;
  readonly result?: Result;
}

/** With the reason, where there is one: a test that fails shows it. */
function verdictOf({ verdict, reason }: Result): string {
  return reason === null ? verdict : `${verdict}: ${reason}`;
}

function linesOf({ stdout }: Pick<Outcome, 'stdout'>): Line[] {
  return stdout
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line));
}

/** The verdicts, in the order of the targets; fails for a target that stands there twice. */
function verdictsOf(outcome: Outcome): string[] {
  const ends = linesOf(outcome).filter(({ type }) => type === 'target-end');
  const verdicts = new Map(
    ends.map(({ target = -1, result }) => [target, result === undefined ? '' : verdictOf(result)]),
  );
  expect(verdicts.size, outcome.stderr).to.equal(ends.length);
  return [...verdicts].sort(([a], [b]) => a - b).map(([, verdict]) => verdict);
}

describe('an audit with a queue', function () {
  this.timeout(120_000);
  const servers: RunningFixture[] = [];
  const started: Running[] = [];

  before(async function () {
    if (!(await isInstalled('redis-server'))) this.skip();
    for (let i = 0; i < 12; i += 1) {
      const fixture = findFixture(i % 3 === 2 ? 'no-list' : 'conformant');
      if (fixture === undefined) throw new Error('there is no such fixture');
      servers.push(await startFixture(fixture));
    }
  });

  afterEach(async () => {
    for (const { child, ended } of started.splice(0)) {
      child.kill('SIGKILL');
      await ended;
    }
  });

  after(() => Promise.all(servers.map((server) => server.close())));

  const urls = (): string[] => servers.map(({ url }) => url);
  const expected = (): string[] => servers.map((_, i) => (i % 3 === 2 ? 'nonconformant' : 'passed'));
  const begin = (args: readonly string[], env: Readonly<Record<string, string>>): Running => {
    const running = start(args, { env });
    started.push(running);
    return running;
  };
  const workers = async (count: number, env: Readonly<Record<string, string>>): Promise<Running[]> => {
    const running = Array.from({ length: count }, () => begin(['worker'], env));
    await Promise.all(running.map(({ child }) => printed(child, 'waits for targets')));
    return running;
  };
  const environment = ({ url }: RedisServer): Record<string, string> => ({
    HANDSHAKE13_QUEUE: url,
    HANDSHAKE13_QUEUE_KEY: randomBytes(32).toString('hex'),
  });

  it('reports what one process would have reported, and leaves no credential in Redis', () =>
    withRedis(async (redis) => {
      const env = environment(redis);
      const [worker] = await workers(2, env);
      const audit = begin([...urls(), '-H', `Authorization: Bearer ${secret}`, ...fast], env);
      await audit.firstLine;
      const during = await redis.dump();
      const outcome = await audit.ended;
      expect(outcome.code, outcome.stderr).to.equal(1);
      expect(verdictsOf(outcome)).to.deep.equal(expected());
      expect(linesOf(outcome).at(-1)).to.include({ type: 'run-end', notBegun: 0, partial: false });
      expect(redis.commands()).to.include('target').and.not.include(secret);
      expect(during).to.not.include(secret);
      expect(await redis.dump(), 'nothing of the run is left').to.not.match(
        /handshake13:(run|results|pace):/,
      );
      worker?.child.kill('SIGTERM');
      const ended = await worker?.ended;
      expect(ended?.code, ended?.stderr).to.equal(143);
      for (const text of [outcome.stdout, outcome.stderr, ended?.stderr ?? ''])
        expect(text).to.not.include(redisPassword).and.not.include(secret);
    }));

  it('opens no more connections in a second than the rate, over all workers', () =>
    withRedis(async (redis) => {
      const rate = 5;
      const opened: number[] = [];
      const fixture = watchedFixture('conformant', () => void opened.push(performance.now()));
      const watched = await Promise.all(Array.from({ length: 6 }, () => startFixture(fixture)));
      try {
        const env = environment(redis);
        await workers(2, env);
        const startedAt = performance.now();
        const targets = watched.map(({ url }) => url);
        const outcome = await begin([...targets, ...fast, '--rate', String(rate)], env).ended;
        expect(outcome.code, outcome.stderr).to.equal(0);
        // Two workers at the rate would need half of the time, and the start of a process besides.
        expect(opened.length).to.be.at.least(8 * rate);
        // The server sees a handshake when its connection was opened or later, never before.
        for (const [i, at] of opened.entries())
          expect(at - startedAt).to.be.at.least((i * 1000) / rate - catchingUp);
      } finally {
        await Promise.all(watched.map((server) => server.close()));
      }
    }));

  it('loses no target of a worker that is killed, and none after the audit was killed and run again', () =>
    withRedis(async (redis) => {
      const env = environment(redis);
      const handshakes = new EventEmitter();
      let answer = (): void => {};
      const released = new Promise<void>((resolve) => {
        answer = resolve;
      });
      const held = await startScript(async (handshake) => {
        handshakes.emit('handshake');
        await released;
        return handshake.judged();
      });
      try {
        const targets = [...urls(), held.url];
        const [first] = await workers(1, env);
        const killed = begin([...targets, ...fast], env);
        await Promise.all([once(handshakes, 'handshake'), printed(killed.child, '"target-end"')]);
        killed.child.kill('SIGKILL');
        const again = begin([...targets, ...fast], env);
        await once(handshakes, 'handshake');
        await workers(1, env);
        first?.child.kill('SIGKILL');
        answer();
        expect(verdictsOf(await again.ended)).to.deep.equal([...expected(), 'passed']);
      } finally {
        await held.close();
      }
    }));

  it('audits shards, goes on with one whose audit was killed, and the parts make the whole', () =>
    withRedis((redis) =>
      withFolder(async (folder) => {
        const env = environment(redis);
        await workers(2, env);
        const files = [1, 2].map((index) => path.join(folder, `${index}.ndjson`));
        const part = (index: number): Running => {
          const file = files[index - 1] ?? '';
          return begin(
            [...urls(), ...fast, '--shard', `${index}/2`, '-r', `ndjson=${file}`, '--resume', file],
            env,
          );
        };
        const killed = part(1);
        await printed(killed.child, '"target-end"');
        killed.child.kill('SIGKILL');
        await killed.ended;
        for (const { ended } of [part(1), part(2)]) {
          const { code, stderr } = await ended;
          expect(code, stderr).to.be.oneOf([0, 1]);
        }
        const merged = await runProcess(['merge', ...files, '--json']);
        expect(merged).to.include({ code: 1, stderr: '' });
        const targets: (Result & { url: string })[] = JSON.parse(merged.stdout).targets;
        expect(
          targets.map((target) => ({ url: target.url, verdict: verdictOf(target) })),
        ).to.have.deep.members(urls().map((url, i) => ({ url, verdict: expected()[i] })));
      }),
    ));

  for (const count of [2, 4])
    it(`reports every target once, whatever is killed at a random moment, with ${count} workers`, function () {
      this.timeout(120_000 + 60_000 * rounds);
      return withRedis((redis) =>
        withFolder(async (folder) => {
          const env = environment(redis);
          const pool = await workers(count, env);
          const whole = performance.now();
          expect(verdictsOf(await begin([...urls(), ...fast], env).ended)).to.deep.equal(expected());
          const duration = performance.now() - whole;
          const killed = async ({ child, ended }: Running): Promise<boolean> => {
            await setTimeout(Math.random() * duration);
            child.kill('SIGKILL');
            return (await ended).code === null;
          };
          for (let round = 0; round < rounds; round += 1) {
            const file = path.join(folder, `${round}.ndjson`);
            const audit = (): Running =>
              begin([...urls(), ...fast, '-r', `ndjson=${file}`, '--resume', file], env);
            const [victim] = pool.splice(Math.floor(Math.random() * count), 1);
            const first = audit();
            const killsAudit = round % 2 === 1;
            const [isWorkerKilled, isAuditKilled] = await Promise.all([
              victim !== undefined && killed(victim),
              killsAudit && killed(first),
            ]);
            expect(isWorkerKilled).to.equal(true);
            const outcome = await (isAuditKilled ? audit() : first).ended;
            expect(outcome.code, outcome.stderr).to.equal(1);
            const stdout = await readFile(file, 'utf8');
            expect(verdictsOf({ ...outcome, stdout })).to.deep.equal(expected());
            const lines = linesOf({ stdout });
            const reported = lines.flatMap(({ type, url }) => (type === 'target-start' ? [url] : []));
            expect(reported).to.have.members(urls());
            expect(lines.at(-1)).to.include({ type: 'run-end', notBegun: 0, partial: false });
            pool.push(...(await workers(1, env)));
          }
        }),
      );
    });

  it('refuses credentials without a key, before anything is in Redis', () =>
    withRedis(async (redis) => {
      const env = { HANDSHAKE13_QUEUE: redis.url };
      const outcome = await runProcess(['ws://user:target-secret-0815@127.0.0.1:1/', ...fast], { env });
      expect(outcome).to.include({ code: 2, stdout: '' });
      expect(outcome.stderr).to.match(
        /^handshake13: .*ws:\/\/127\.0\.0\.1:1\/ has credentials.*HANDSHAKE13_QUEUE_KEY.*\n$/,
      );
      expect(outcome.stderr + redis.commands()).to.not.include(secret);
    }));

  it('says in one line that there is no Redis, or none with this password', async () => {
    const port = await closedPort();
    const without = await runProcess(['worker', '--queue', `redis://:${redisPassword}@127.0.0.1:${port}`]);
    expect(without.code).to.equal(2);
    const malformed = await runProcess(['worker', '--queue', 'redis://us%er@127.0.0.1']);
    expect(malformed).to.include({ code: 2, stdout: '' });
    expect(malformed.stderr).to.match(/^handshake13: --queue has a % in its user or password .*\n$/);
    expect(without.stderr).to.match(
      /^handshake13: --queue cannot connect to Redis at 127\.0\.0\.1:\d+: .*\n$/,
    );
    expect(without.stderr).to.not.include(redisPassword);
    await withRedis(async ({ url }) => {
      const wrong = await runProcess(['worker', '--queue', url.replace(redisPassword, 'wrong-pass-1')]);
      expect(wrong.code).to.equal(2);
      expect(wrong.stderr)
        .to.match(/WRONGPASS/)
        .and.not.include('wrong-pass-1');
    });
  });
});
