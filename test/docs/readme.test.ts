/** The README's commands do what they say, as they stand there. What sets up the project is run by CI. */

import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect } from 'chai';
import { audit } from '../../index.ts';
import { runProcess, start } from '../support/process.ts';
import { withFixture, withFolder } from '../support/servers.ts';

const readme = readFileSync('README.md', 'utf8');

/** The lines of all shell blocks that begin with this word. */
function commandsOf(word: string): string[] {
  return [...readme.matchAll(/```sh\n(.*?)```/gs)]
    .flatMap(([, block = '']) => block.split('\n'))
    .filter((line) => line.startsWith(`${word} `));
}

/** A command line as the words a shell makes of it; single quotes are all that the README needs. */
function words(command: string): string[] {
  return [...command.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '');
}

describe('the README', () => {
  it('says exactly two commands to set up with', () => {
    expect(commandsOf('npm').slice(0, 2)).to.deep.equal(['npm ci && npm start', 'npm ci && npm test']);
    expect(commandsOf('npm').slice(2)).to.deep.equal(['npm start -- ws://localhost:8080/chat']);
  });

  for (const command of commandsOf('handshake13').filter((line) => !/ (serve|explain) |wss:/.test(line))) {
    it(`audits with: ${command}`, async () => {
      await withFixture('conformant', (server) =>
        withFolder(async (folder) => {
          // The ports that the README names may be taken on the machine that runs the test.
          const args = words(command).map((word, i) =>
            // Each target is another one.
            word.replace(/^(ws:\/\/)?(localhost)?:808\d\/?/, `$1127.0.0.1:${server.port}/${i}`),
          );
          const { code, stderr, stdout } = await runProcess(args.slice(1), { cwd: folder });
          expect({ code, stderr }).to.deep.equal({ code: 0, stderr: '' });
          expect(stdout).to.match(
            /^✓ ((conformant|passed \(\d+ of \d+ probes\)) · gate: pass · |2 targets: 2 conformant, )/m,
          );
          if (command.includes('json=report.json')) {
            const report = JSON.parse(await readFile(path.join(folder, 'report.json'), 'utf8'));
            expect(report.summary).to.include({ targets: 2, conformant: 2 });
          }
        }),
      );
    });
  }

  for (const command of commandsOf('handshake13').filter((line) => line.includes(' explain '))) {
    it(`explains with: ${command}`, async () => {
      const { code, stdout } = await runProcess(words(command).slice(1));
      expect(code).to.equal(0);
      expect(stdout).to.match(/^malformed\/hex\n/);
    });
  }

  for (const command of commandsOf('handshake13').filter((line) => line.includes(' serve '))) {
    it(`serves with: ${command}`, async () => {
      const { child, firstLine, ended } = start(
        words(command)
          .slice(1)
          .map((word) => (word === '8080' ? '0' : word)),
      );
      const report = await audit(await firstLine, { probe: ['malformed/trailing-text'] }).report();
      expect(report.targets[0]?.findings.map(({ id }) => id)).to.deep.equal(['prefix-parse']);
      child.kill('SIGINT');
      expect((await ended).code).to.equal(130);
    });
  }
});
