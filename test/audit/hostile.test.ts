/**
 * Servers that are out to harm the client: each has a stated outcome, and all of them together neither fill the memory
 * nor keep an audit from its end.
 */

import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import pLimit from 'p-limit';
import { compiled, run } from '../../bench/processes.ts';
import type { Usage } from '../../bench/usage.ts';
import { findFixture, fixtures, hostileFixtures } from '../../fixtures/catalogue.ts';
import { type RunningFixture, startFixture } from '../../fixtures/server.ts';
import { audit, type Report } from '../../index.ts';
import { hostileServers } from '../support/hostile-texts.ts';
import { pem, pemFile, withFixture, withFolder } from '../support/servers.ts';

const tls = { key: pem('server.key'), cert: pem('server.pem') };
const ca = pem('ca.pem');

/** What comes of a handshake that is to be refused: the outcome, the status, how the connection ended. */
interface Outcome {
  /** Regular expressions, of all three with a space between them. */
  readonly gets: RegExp;
  /** The verdict on that probe. */
  readonly probe: 'pass' | 'fail' | 'inconclusive';
  readonly target: 'conformant' | 'passed' | 'nonconformant' | 'inconclusive';
  /** What is said of the bytes that are no response. */
  readonly because?: RegExp;
}

const tooLong: Outcome = {
  gets: /^malformed null (?:open|fin)$/,
  probe: 'fail',
  target: 'nonconformant',
  because: /^the head is longer than 65536 bytes$/,
};
const tooMany: Outcome = { ...tooLong, because: /^the head has more than 1000 fields$/ };
const staysOpen: Outcome = { gets: /^response 400 open$/, probe: 'fail', target: 'nonconformant' };
const tooSlow: Outcome = { gets: /^malformed null open$/, probe: 'fail', target: 'nonconformant' };
/** Whole interim responses, and nothing of the final one. */
const onlyInterim: Outcome = { gets: /^timeout null open$/, probe: 'fail', target: 'nonconformant' };
const right: Outcome = { gets: /^response 400 fin$/, probe: 'pass', target: 'passed' };

const outcomes: Readonly<Record<string, Outcome>> = {
  'endless-head': tooLong,
  'endless-fields': tooMany,
  'endless-line': tooLong,
  'endless-interim': tooLong,
  'endless-junk': tooLong,
  'endless-body': staysOpen,
  'endless-chunk': staysOpen,
  'endless-chunks': staysOpen,
  'endless-after-refusal': staysOpen,
  'endless-after-101': { gets: /^response 101 client$/, probe: 'fail', target: 'nonconformant' },
  'trickled-head': tooSlow,
  'trickled-interim': onlyInterim,
  'trickled-until-close': staysOpen,
  'trickled-length': staysOpen,
  'trickled-chunks': staysOpen,
  'trickled-after-refusal': staysOpen,
  'ten-thousand-version-fields': tooMany,
  'version-list-of-100000': tooLong,
  'version-list-of-10000': right,
  'a-thousand-interim-responses': right,
  // What arrived counts. Some systems report an end where a reset came right behind the bytes.
  'refuses-and-resets-at-once': { ...right, gets: /^response 400 (?:fin|reset)$/ },
  'second-response-later': { ...right, probe: 'fail', target: 'nonconformant' },
  'no-close-notify': right,
  'junk-after-tls': {
    gets: /^malformed null fin$/,
    probe: 'fail',
    target: 'nonconformant',
    because: /^the first line is not an HTTP status line$/,
  },
};

const outcomesOverTls: Readonly<Record<string, Outcome>> = {
  'no-close-notify': right,
  'junk-after-tls': { gets: /^tls-failed null reset$/, probe: 'inconclusive', target: 'inconclusive' },
};

/** Why nothing can be said of servers that do not wait for a request. */
const reasons: Readonly<Record<string, RegExp>> = {
  'speaks-first': /answered "HTTP\/1\.1 400 Bad Request"/,
  'floods-first': /bytes that are not an HTTP response: the head is longer than 65536 bytes$/,
  'trickles-tls': /did not answer the control handshake in time/,
  'never-reads': /did not answer the control handshake in time/,
};

const reasonsOverTls: Readonly<Record<string, RegExp>> = {
  'speaks-first':
    /(?:the answer is not TLS|TLS could not be set up) \([^\n]+\); if the port speaks plain HTTP, use ws:\/\/$/,
  'floods-first': /(?:the answer is not TLS|TLS could not be set up) /,
  'trickles-tls': /connected, but TLS was not set up in time/,
  'never-reads': /connected, but TLS was not set up in time/,
};

type Target = Report['targets'][number];

/** Much of each audit is waiting: several at once wait together. */
const turns = pLimit(10);

function auditOf(name: string, options: { readonly tls?: typeof tls } = {}): Promise<Target> {
  return withFixture(
    name,
    async ({ url }) => {
      // Long, but where it is to run out: a machine that is busy must not make a server of these silent.
      const outcome = outcomes[name];
      const isSlow = outcome === tooSlow || outcome === onlyInterim || outcome?.target === undefined;
      const report = await audit(url, {
        probe: ['missing/absent'],
        connectTimeout: isSlow ? 2000 : 20_000,
        responseTimeout: isSlow ? 2000 : 20_000,
        closeTimeout: 1000,
        tls: { ca },
      }).report();
      const [target] = report.targets;
      if (target === undefined) throw new Error('there is no target in the report');
      return target;
    },
    options,
  );
}

function checkOutcome(
  target: Target,
  { gets, probe: verdict, target: whole, because }: Outcome,
  name = '',
): void {
  const probe = target.probes.find(({ id }) => id === 'missing/absent');
  const { outcome, response, close, error } = probe?.exchange ?? {};
  expect(`${outcome} ${response?.status ?? null} ${close?.kind}`).to.match(gets);
  expect(probe?.verdict, `${name} ${probe?.doubt}`).to.equal(verdict);
  expect(target.verdict, `${name} ${target.reason}`).to.equal(whole);
  if (because !== undefined) expect(error?.message).to.match(because);
  // Whatever it was: it is over, and the server is asked for what is right without harm.
  expect(target.lastControl?.response?.status).to.equal(101);
}

describe('a hostile server', function () {
  this.timeout(120_000);

  const audits = new Map<string, Promise<Target>>();

  /** The audit of a server, by its name, over TLS where that is behind it. */
  async function targetOf(key: string): Promise<Target> {
    const target = await audits.get(key);
    if (target === undefined) throw new Error(`${key} was not audited`);
    return target;
  }

  const overTls = (name: string): string => `${name} over TLS`;

  before(() => {
    for (const name of [...Object.keys(outcomes), ...Object.keys(reasons)])
      audits.set(
        name,
        turns(() => auditOf(name)),
      );
    for (const name of [...Object.keys(outcomesOverTls), ...Object.keys(reasonsOverTls)])
      audits.set(
        overTls(name),
        turns(() => auditOf(name, { tls })),
      );
    // Whoever waits for it gets the error.
    for (const one of audits.values()) one.catch(() => {});
  });

  after(() => Promise.allSettled(audits.values()));

  it('has a stated outcome, each', () => {
    expect([...Object.keys(outcomes), ...Object.keys(reasons)]).to.deep.equal(
      hostileFixtures.map(({ name }) => name),
    );
  });

  for (const [name, outcome] of Object.entries(outcomes)) {
    it(`has its outcome: ${findFixture(name)?.title}`, async () =>
      checkOutcome(await targetOf(name), outcome));
  }

  for (const [name, outcome] of Object.entries(outcomesOverTls)) {
    it(`has its outcome over TLS: ${findFixture(name)?.title}`, async () =>
      checkOutcome(await targetOf(overTls(name)), outcome));
  }

  for (const [name, reason] of Object.entries(reasons)) {
    it(`cannot be judged: ${findFixture(name)?.title}`, async () => {
      const target = await targetOf(name);
      expect(target.verdict).to.equal('inconclusive');
      expect(target.reason).to.match(reason);
    });
  }

  for (const [name, reason] of Object.entries(reasonsOverTls)) {
    it(`cannot be judged over TLS: ${findFixture(name)?.title}`, async () => {
      const target = await targetOf(overTls(name));
      expect(target.verdict).to.equal('inconclusive');
      expect(target.reason).to.match(reason);
    });
  }
});

/** Milliseconds: on a busy machine the command takes minutes. */
const maxCommandMs = 240_000;

describe('all hostile servers at once', function () {
  this.timeout(maxCommandMs + 60_000);

  it('have their outcomes, and leave the command below 150 MB', async () => {
    const others = fixtures.filter(({ name }) => ['body-never-sent', 'never-responds'].includes(name));
    const conformant = findFixture('conformant');
    if (conformant === undefined) throw new Error('there is no conformant server');
    const textual = Object.entries(hostileServers).map(([name, hooks]) => ({
      ...conformant,
      name,
      behaviour: { ...conformant.behaviour, ...hooks },
    }));
    const servers: RunningFixture[] = [];
    try {
      for (const fixture of [...hostileFixtures, ...others, ...textual])
        servers.push(await startFixture(fixture));
      for (const name of [...Object.keys(outcomesOverTls), ...Object.keys(reasonsOverTls)]) {
        const fixture = findFixture(name);
        if (fixture !== undefined) servers.push(await startFixture(fixture, { tls }));
      }
      await withFolder(async (folder) => {
        const file = `${folder}/report.json`;
        const timeouts = ['--connect-timeout=1000', '--response-timeout=1500'];
        const options = [...timeouts, '--concurrency=16', `--ca=${pemFile('ca.pem')}`];
        const args = [...servers.map(({ url }) => url), ...options];
        const { exitCode, output } = await run(
          process.execPath,
          [
            ...['--import', compiled('./usage.js'), compiled('../bin/handshake13.js'), 'audit'],
            ...[...args, '-r', 'terminal', '-r', `json=${file}`],
          ],
          3,
          maxCommandMs,
        );
        expect(exitCode).to.equal(1);
        const { peakKib }: Usage = JSON.parse(output);
        expect(peakKib * 1024).to.be.within(1, 150e6);
        const report: Report = JSON.parse(readFileSync(file, 'utf8'));
        expect(report.partial).to.equal(false);
        expect(report.summary.targets).to.equal(servers.length);
        for (const [i, { name }] of hostileFixtures.entries()) {
          const target = report.targets[i];
          const outcome = outcomes[name];
          if (target === undefined) throw new Error(`${name} is not in the report`);
          // Here every probe is sent.
          const whole = outcome?.target === 'passed' ? 'conformant' : outcome?.target;
          if (outcome !== undefined && whole !== undefined)
            checkOutcome(target, { ...outcome, target: whole }, name);
          else expect(target.reason).to.match(reasons[name] ?? /^$/);
        }
      });
    } finally {
      await Promise.all(servers.map((server) => server.close()));
    }
  });
});
