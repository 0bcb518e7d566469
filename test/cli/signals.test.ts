/** Interruptions: what was finished is reported, and nothing is left behind. */

import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect } from 'chai';
import type { Report } from '../../index.ts';
import { type ReporterName, reporterNames } from '../../reporters/registry.ts';
import { type Outcome, run } from '../support/command.ts';
import { type Running, runInShell, start } from '../support/process.ts';
import { closedPort, withFixture, withFolder, withRecorder } from '../support/servers.ts';

/** Handshakes after which the probes that are never answered hold every place there is. */
const stuck = 16;

/** Starts an audit that never ends by itself, and hands it over once nothing moves any more. */
function withStuckAudit<T>(
  options: readonly string[],
  use: (running: Running) => Promise<T>,
  handshakes = stuck,
): Promise<T> {
  let isStuck = (): void => {};
  const reached = new Promise<void>((resolve) => {
    isStuck = resolve;
  });
  return withFixture(
    'never-responds',
    async ({ url }) => {
      const running = start([url, '--response-timeout', '100000', ...options]);
      try {
        await Promise.race([reached, running.ended]);
        return await use(running);
      } finally {
        running.child.kill('SIGKILL');
        await running.ended;
      }
    },
    { onHandshake: (nth) => nth === handshakes && isStuck() },
  );
}

/** How each report says that it is a part of a run. */
const marks: Readonly<Record<ReporterName, RegExp>> = {
  terminal: / · gate: fail \(.*interrupted\) · interrupted; partial results · .*\n$/,
  json: /"partial": ?true/,
  ndjson: /"type":"run-end",[^\n]*"partial":true,"notBegun":\d+,[^\n]*\}\n$/,
  html: /The audit was interrupted; partial results/,
  markdown: /\(interrupted; partial results\)/,
  issue: /^The run was interrupted; partial results\.$/m,
  github: /^::warning title=The audit was interrupted::/m,
  badge: /, interrupted/,
  junit: /interrupted; partial results/,
  'junit-probes': /interrupted; partial results/,
  sarif: /"text": ?"Interrupted; partial results\."/,
  tap: /^# interrupted; partial results$/m,
};

describe('an audit that is interrupted', function () {
  this.timeout(30_000);

  for (const [signal, code] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const) {
    it(`by ${signal} reports what was finished, and ends with ${code}`, () =>
      withFolder((folder) => {
        const file = path.join(folder, 'report.json');
        return withStuckAudit(['-r', 'terminal', '-r', `json=${file}`], async ({ child, ended }) => {
          child.kill(signal);
          const outcome = await ended;
          expect(outcome).to.include({ code, signal: null, stderr: '' });
          expect(outcome.stdout).to.match(
            /^\? inconclusive · interrupted after \d+ of 107 probes, before the control was repeated · gate: fail \(.*\) · interrupted; partial results · [\d.]+ s\n$/m,
          );
          const report: Report = JSON.parse(await readFile(file, 'utf8'));
          expect(report.partial).to.equal(true);
          expect(report.summary).to.deep.equal({
            targets: 1,
            conformant: 0,
            passed: 0,
            nonconformant: 0,
            inconclusive: 1,
          });
          const [target] = report.targets;
          expect(target?.reason).to.equal(
            `interrupted after ${target?.probes.length} of 107 probes, before the control was repeated`,
          );
          expect(target?.probes.length).to.be.lessThan(stuck);
          expect(await readdir(folder)).to.deep.equal(['report.json']);
        });
      }));
  }

  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    it(`by ${signal} says so in every report`, () =>
      withFolder((folder) => {
        const file = (name: string): string => path.join(folder, name);
        const names = reporterNames.flatMap((name) => ['-r', `${name}=${file(name)}`]);
        const options = [...names, '--sarif-location', 'README.md'];
        return withStuckAudit(options, async ({ child, ended }) => {
          child.kill(signal);
          const { code, stdout, stderr } = await ended;
          expect({ code, stderr }).to.deep.equal({ code: signal === 'SIGINT' ? 130 : 143, stderr: '' });
          expect(stdout).to.match(/^\S [^\n]+ interrupted; partial results[^\n]*\n$/);
          expect((await readdir(folder)).sort()).to.deep.equal([...reporterNames].sort());
          for (const name of reporterNames) {
            expect(await readFile(file(name), 'utf8'), name).to.match(marks[name]);
          }
        });
      }));
  }

  it('says how many targets were not begun', () =>
    withFolder((folder) => {
      const file = path.join(folder, 'report.json');
      const more = Array.from({ length: 20 }, (_, i) => `ws://127.0.0.1:1/${i}`);
      const options = [...more, '--concurrency', '1', '-r', 'terminal', '-r', `json=${file}`];
      return withStuckAudit(
        options,
        async ({ child, ended }) => {
          child.kill('SIGINT');
          const { stdout } = await ended;
          const { notBegun, targets }: Report = JSON.parse(await readFile(file, 'utf8'));
          expect(notBegun)
            .to.equal(21 - targets.length)
            .and.be.above(0);
          for (const text of [stdout, (await run(['score', file])).stdout])
            expect(text).to.include(
              `(interrupted; partial results; ${notBegun} targets were not begun); gate: fail (`,
            );
        },
        1,
      );
    }));

  // The server leaves connections open, and the close window does not end: nor does the audit by itself.
  for (const nth of [1, 2, 9, 40, 107, 108]) {
    it(`when the server has ${nth} handshakes ends with what was finished`, () =>
      withFolder(async (folder) => {
        const file = path.join(folder, 'report.json');
        let interrupt = (): void => {};
        await withFixture(
          'stays-open',
          async ({ url }) => {
            const { child, ended } = start([url, '--close-timeout', '1000000', '-r', `json=${file}`]);
            interrupt = () => child.kill('SIGINT');
            expect(await ended).to.deep.include({ code: 130, signal: null, stderr: '' });
            const report: Report = JSON.parse(await readFile(file, 'utf8'));
            expect(report.partial).to.equal(true);
            expect(report.targets[0]?.probes.length).to.be.below(107);
          },
          { onHandshake: (count) => count === nth && interrupt() },
        );
      }));
  }

  it('while it waits for a target ends at once', async () => {
    const port = await closedPort();
    const { child, ended, firstLine } = start([
      `ws://127.0.0.1:${port}/`,
      '--wait',
      '1000000',
      '-r',
      'ndjson',
    ]);
    await firstLine;
    child.kill('SIGINT');
    const { code, stdout, stderr } = await ended;
    expect({ code, stderr }).to.deep.equal({ code: 130, stderr: '' });
    expect(stdout).to.match(marks.ndjson);
  });

  it('while the server asks to slow down ends at once, and asks no more', async () => {
    let interrupt = (): void => {};
    let asked = 0;
    const respond = (): string => {
      asked += 1;
      interrupt();
      return 'HTTP/1.1 429 Too Many Requests\r\nRetry-After: 10\r\nContent-Length: 0\r\n\r\n';
    };
    await withRecorder(async ({ port }) => {
      const { child, ended } = start([`ws://127.0.0.1:${port}/`, '-r', 'json']);
      interrupt = () => child.kill('SIGTERM');
      const { code, stdout } = await ended;
      expect(code).to.equal(143);
      expect(stdout).to.match(marks.json);
      expect(asked).to.equal(1);
    }, respond);
  });

  it('while a proxy is silent ends at once', async () => {
    let interrupt = (): void => {};
    await withFixture(
      'never-responds-at-all',
      async ({ port }) => {
        const proxy = ['--proxy', `http://127.0.0.1:${port}`, '--connect-timeout', '1000000'];
        const { child, ended } = start(['ws://a.example/', ...proxy, '-r', 'json']);
        interrupt = () => child.kill('SIGINT');
        const { code, stdout, stderr } = await ended;
        expect({ code, stderr }).to.deep.equal({ code: 130, stderr: '' });
        expect(stdout).to.match(marks.json);
      },
      { onHandshake: () => interrupt() },
    );
  });

  it('twice ends at once, whatever still hangs', () =>
    withFolder(async (folder) => {
      const pipe = path.join(folder, 'pipe');
      await runInShell(`mkfifo '${pipe}'`);
      // Nobody reads the pipe: the report to it hangs after the one for people is out.
      const reports = [
        '-r',
        'terminal',
        '-r',
        `json=${pipe}`,
        '-r',
        `junit=${path.join(folder, 'report.xml')}`,
      ];
      await withStuckAudit(reports, async ({ child, ended }) => {
        const reported = new Promise<void>((resolve) => {
          let text = '';
          child.stdout.on('data', (chunk: string) => {
            text += chunk;
            if (text.includes('interrupted; partial results')) resolve();
          });
        });
        child.kill('SIGINT');
        await reported;
        child.kill('SIGINT');
        // As a shell sees it: 128 and the number of the signal.
        expect(await ended).to.include({ code: null, signal: 'SIGINT', stderr: '' });
        // Of a report that was not finished nothing is left behind.
        expect(
          (await readdir(folder)).filter((name) => !['pipe', 'report.xml'].includes(name)),
        ).to.deep.equal([]);
      });
    }));
});

describe('the server of serve', () => {
  const answers = async (url: string): Promise<Outcome> =>
    start([url, '-q', '--probe', 'malformed/hex']).ended;

  for (const [signal, code] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const) {
    it(`prints its URL first, answers, and ends with ${code} on ${signal}`, async () => {
      const server = start(['serve', 'number-conversion']);
      try {
        const url = await server.firstLine;
        expect(url).to.match(/^ws:\/\/127\.0\.0\.1:\d+\/$/);
        expect(await answers(url)).to.include({ code: 1 });
        server.child.kill(signal);
        expect(await server.ended).to.deep.equal({
          code,
          signal: null,
          stdout: `${url}\n`,
          stderr:
            'number-conversion: converts the value with JavaScript Number(): 013, +13, 13.0, 0xd are 13 to it; Ctrl-C stops it\n',
        });
        expect(await answers(url), 'nobody listens there any more').to.include({ code: 3 });
      } finally {
        server.child.kill('SIGKILL');
      }
    });
  }

  it('ends though clients hold connections open', () =>
    withFolder(async () => {
      const server = start(['serve', 'never-responds-at-all']);
      const url = await server.firstLine;
      const audit = start([url, '--response-timeout', '100000', '-v']);
      try {
        await audit.firstLine;
        server.child.kill('SIGTERM');
        expect(await server.ended).to.include({ code: 143 });
        expect(await audit.ended).to.include({ code: 3 });
      } finally {
        for (const { child } of [server, audit]) child.kill('SIGKILL');
      }
    }));

  it('reports a port that is taken', () =>
    withFixture('conformant', async ({ port }) => {
      expect(await start(['serve', '--port', String(port)]).ended).to.deep.equal({
        code: 2,
        signal: null,
        stdout: '',
        stderr: `handshake13: cannot listen on 127.0.0.1, port ${port}: listen EADDRINUSE: address already in use 127.0.0.1:${port}\n`,
      });
    }));
});
