/** `--resume`: a run that is killed at any moment goes on, and nothing is lost or doubled. */

import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect } from 'chai';
import { run } from '../support/command.ts';
import { runInShell, start } from '../support/process.ts';
import { rounds } from '../support/rounds.ts';
import { withFixture, withFolder } from '../support/servers.ts';

const one = ['--probe', 'valid/*'];

interface Line {
  readonly type: string;
  readonly target?: number;
  readonly url?: string;
}

async function linesOf(file: string): Promise<Line[]> {
  const text = await readFile(file, 'utf8').catch(() => '');
  return text
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line));
}

/** URLs of the targets that ended. */
function endedIn(lines: readonly Line[]): string[] {
  const urls = new Map(lines.map(({ type, target, url }) => [type === 'target-start' ? target : null, url]));
  return lines.flatMap(({ type, target }) => (type === 'target-end' ? (urls.get(target) ?? '') : []));
}

describe('a run that is resumed', function () {
  this.timeout(60_000 + 30_000 * rounds);

  it('loses and doubles nothing, however often it is killed', () =>
    withFixture('conformant', ({ url }) =>
      withFolder(async (cwd) => {
        const urls = Array.from({ length: 30 }, (_, nth) => `${url}${nth}`).sort();
        await writeFile(path.join(cwd, 'list.txt'), urls.join('\n'));
        let kills = 0;
        for (let round = 0; round < rounds; round += 1) {
          const name = `run-${round}.ndjson`;
          const file = path.join(cwd, name);
          const shard = round % 2 === 0 ? [] : ['--shard', '1/1'];
          const source = round % 3 === 2 ? '-' : 'list.txt';
          const args = [
            '--targets',
            source,
            ...one,
            ...shard,
            '-q',
            '--concurrency',
            '2',
            '-r',
            `ndjson=${name}`,
          ];
          let before: string[] = [];
          for (let attempt = 0; ; attempt += 1) {
            const { child, ended } = start([...args, '--resume', name], { cwd, keepInput: true });
            child.stdin.on('error', () => {});
            child.stdin.end(urls.join('\n'));
            // Later and later, so that it comes to an end.
            const timer = setTimeout(() => child.kill('SIGKILL'), 200 + Math.random() * 400 * (attempt + 1));
            const { code, stderr } = await ended;
            clearTimeout(timer);
            const after = endedIn(await linesOf(file));
            expect(new Set(after).size, 'none is there twice').to.equal(after.length);
            expect(after, 'none is lost').to.include.members(before);
            before = after;
            if (code !== null) {
              expect({
                code,
                stderr: stderr.replaceAll(/handshake13: (nothing has ended|only the bytes).*\n/g, ''),
              }).to.deep.equal({ code: 0, stderr: '' });
              break;
            }
            kills += 1;
          }
          const lines = await linesOf(file);
          expect(endedIn(lines).sort()).to.deep.equal(urls);
          expect(lines.filter(({ type }) => type === 'run-start')).to.have.lengthOf(1);
          expect(lines.at(-1)).to.deep.include({ type: 'run-end', partial: false, notBegun: 0 });
          expect(await run(['merge', file, '-r', 'badge'])).to.include({ code: 0, stderr: '' });
        }
        expect(kills).to.be.above(0);
      }),
    ));

  it('audits only what is left, and reports all', () =>
    withFolder(async (cwd) => {
      const asked: string[] = [];
      let handshakes = 0;
      await withFixture(
        'conformant',
        async ({ url }) => {
          const urls = [`${url}a`, `${url}b`, `${url}c`];
          const file = path.join(cwd, 'run.ndjson');
          await run([...urls, '--probe', 'valid/13', '-q', '-r', `ndjson=${file}`]);
          const text = await readFile(file, 'utf8');
          const lastEnd = text.lastIndexOf('{"type":"target-end"');
          await writeFile(file, text.slice(0, lastEnd + 50));
          const all = handshakes;
          const { code, stdout } = await run([...urls, '--probe', 'valid/13', '--resume', file, '--json']);
          expect(code).to.equal(0);
          expect(handshakes - all, 'a control, and its repetition').to.equal(all / 3);
          const report = JSON.parse(stdout);
          expect(report).to.include({ partial: false, notBegun: 0 });
          asked.push(...report.targets.map((target: { url: string }) => target.url));
          expect(asked).to.deep.equal(urls);
          await writeFile(path.join(cwd, 'other.txt'), `${url}c\n${url}a\n${url}b\n`);
          const streamed = await runInShell(
            `"$NODE" "$PROGRAM" --targets - --probe valid/13 --evidence all --resume run.ndjson -r json < other.txt`,
            { cwd },
          );
          expect(streamed.code).to.equal(0);
          expect(JSON.parse(streamed.stdout).targets).to.have.lengthOf(3);
        },
        {
          onHandshake: () => {
            handshakes += 1;
          },
        },
      );
    }));

  it('names a file that is not there yet in short', () =>
    withFolder(async (cwd) => {
      const { stderr } = await run([':1', '-q', '--resume', 'long '.repeat(200)], { cwd });
      expect(stderr).to.match(
        /^handshake13: nothing has ended in (?:long )+ \[\.\.\.\][^\n]{1,80} yet: [^\n]+\n$/,
      );
    }));

  it('is refused with other options, another list or shard, and what is not NDJSON', () =>
    withFolder(async (cwd) => {
      const file = path.join(cwd, 'run.ndjson');
      const base = ['localhost:1', 'localhost:2', '--probe', 'valid/13'];
      await run([...base, '-q', '-r', `ndjson=${file}`]);
      const refusal = async (args: readonly string[]): Promise<string> => {
        const { code, stdout, stderr } = await run([...args, '--resume', file]);
        expect({ code, stdout }).to.deep.equal({ code: 2, stdout: '' });
        return stderr;
      };
      const why = (text: string): string =>
        `handshake13: --resume ${file} cannot be continued: ${text}; leave it out to audit all targets\n`;
      expect(await refusal([...base, '--profile', 'rfc'])).to.equal(why('profile is "mdn" and "rfc" now'));
      expect(await refusal([...base, '--retries', '3'])).to.equal(why('retries is 0 and 3 now'));
      expect(await refusal([...base, '--shard', '1/2'])).to.equal(why('it is of another shard'));
      expect(await refusal([...base.slice(1)])).to.equal(why('it is of another list of targets'));
      await writeFile(file, '{"a":1}\n');
      expect(await refusal(base)).to.match(
        /^handshake13: .*run\.ndjson is not a report of handshake13: .*\n$/,
      );
    }));
});
