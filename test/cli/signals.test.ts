/** Interruptions: what was finished is reported, and nothing is left behind. */

import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect } from 'chai';
import type { Report } from '../../index.ts';
import { type Outcome, type Running, runInShell, start } from './command.ts';
import { withFixture, withFolder } from './servers.ts';

/** Handshakes after which the probes that are never answered hold every place there is. */
const stuck = 16;

/** Starts an audit that never ends by itself, and hands it over once nothing moves any more. */
function withStuckAudit<T>(options: readonly string[], use: (running: Running) => Promise<T>): Promise<T> {
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
    { onHandshake: (nth) => nth === stuck && isStuck() },
  );
}

describe('an audit that is interrupted', () => {
  for (const [signal, code] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const) {
    it(`by ${signal} reports what was finished, and ends with ${code}`, () =>
      withFolder((folder) => {
        const file = path.join(folder, 'report.json');
        return withStuckAudit(['-r', 'terminal', '-r', `json=${file}`], async ({ child, ended }) => {
          child.kill(signal);
          const outcome = await ended;
          expect(outcome).to.include({ code, signal: null, stderr: '' });
          expect(outcome.stdout).to.match(
            /^\? inconclusive ws:.*interrupted after \d+ of 79 probes\n\n1 target: .*\(interrupted: this is a part of the run\)\n$/m,
          );
          const report: Report = JSON.parse(await readFile(file, 'utf8'));
          expect(report.partial).to.equal(true);
          expect(report.summary).to.deep.equal({
            targets: 1,
            conformant: 0,
            nonconformant: 0,
            inconclusive: 1,
          });
          const [target] = report.targets;
          expect(target?.reason).to.equal(`interrupted after ${target?.probes.length} of 79 probes`);
          expect(target?.probes.length).to.be.lessThan(stuck);
          expect(await readdir(folder)).to.deep.equal(['report.json']);
        });
      }));
  }

  it('twice ends at once, whatever still hangs', () =>
    withFolder(async (folder) => {
      const pipe = path.join(folder, 'pipe');
      await runInShell(`mkfifo '${pipe}'`);
      // Nobody reads the pipe: the report to it hangs after the one for people is out.
      await withStuckAudit(['-r', 'terminal', '-r', `json=${pipe}`], async ({ child, ended }) => {
        const told = new Promise<void>((resolve) => {
          let text = '';
          child.stdout.on('data', (chunk: string) => {
            text += chunk;
            if (text.includes('(interrupted: ')) resolve();
          });
        });
        child.kill('SIGINT');
        await told;
        child.kill('SIGINT');
        // As a shell sees it: 128 and the number of the signal.
        expect(await ended).to.include({ code: null, signal: 'SIGINT', stderr: '' });
      });
    }));
});

describe('the server of serve', () => {
  const answers = async (url: string): Promise<Outcome> =>
    start([url, '-q', '--probe', 'malformed/hex']).ended;

  for (const [signal, code] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
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
      const audit = start([url, '--response-timeout', '100000']);
      try {
        await audit.firstLine;
        server.child.kill('SIGTERM');
        expect(await server.ended).to.include({ code: 143 });
        expect(await audit.ended).to.include({ code: 3 });
      } finally {
        for (const { child } of [server, audit]) child.kill('SIGKILL');
      }
    }));

  it('complains about a port that is taken', () =>
    withFixture('conformant', async ({ port }) => {
      expect(await start(['serve', '--port', String(port)]).ended).to.deep.equal({
        code: 2,
        signal: null,
        stdout: '',
        stderr: `handshake13: cannot listen on 127.0.0.1, port ${port}: listen EADDRINUSE: address already in use 127.0.0.1:${port}\n`,
      });
    }));
});
