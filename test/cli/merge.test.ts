/** `merge`: one report of shards, and the proof that it is complete. */

import { appendFile, readFile, truncate, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect } from 'chai';
import { identityOf, isInShard } from '../../report/shard.ts';
import { run } from '../support/command.ts';
import { runInShell } from '../support/process.ts';
import { withFixture, withFolder } from '../support/servers.ts';

const one = ['--probe', 'valid/13'];

/** Audits six targets in three shards, two in each: two shards as NDJSON, the last as JSON. */
async function withShards(
  use: (files: string[], urls: string[], folder: string) => Promise<void>,
): Promise<void> {
  await withFixture('conformant', ({ url }) =>
    withFolder(async (folder) => {
      const candidates = Array.from({ length: 100 }, (_, nth) => `${url}${nth}`);
      const urls = [1, 2, 3]
        .flatMap((index) =>
          candidates
            .filter((one) => isInShard(identityOf({ url: one, label: null }), { index, total: 3 }))
            .slice(0, 2),
        )
        .sort();
      const names = ['1.ndjson', '2.ndjson', '3.json'];
      const files = names.map((name) => path.join(folder, name));
      for (const [nth, file] of files.entries())
        await run([
          ...urls,
          ...one,
          '--shard',
          `${nth + 1}/3`,
          '-q',
          '-r',
          `${path.extname(file).slice(1)}=${file}`,
        ]);
      await use(files, urls, folder);
    }),
  );
}

async function merged(
  files: readonly string[],
): Promise<{ code: number | null; lines: string[]; stdout: string }> {
  const { code, stdout, stderr } = await run(['merge', ...files, '--json']);
  return { code, lines: stderr.split('\n').filter((line) => line !== ''), stdout };
}

describe('merge', function () {
  this.timeout(60_000);

  it('makes one report of NDJSON and JSON, whatever their order', () =>
    withShards(async (files, urls) => {
      const { code, lines, stdout } = await merged([...files].reverse());
      expect({ code, lines }).to.deep.equal({ code: 0, lines: [] });
      const report = JSON.parse(stdout);
      expect(report).to.include({ partial: false, notBegun: 0 });
      expect(report.planned).to.include({ targets: 6, shard: null });
      expect(report.targets.map((target: { url: string }) => target.url).sort()).to.deep.equal(urls);
      expect((await merged(files)).stdout).to.equal(stdout);
      for (const reporter of ['terminal', 'junit', 'tap', 'markdown', 'html', 'ndjson', 'badge'])
        expect(await run(['merge', ...files, '-r', reporter])).to.include({ code: 0, stderr: '' });
    }));

  it('says what is missing, writes the rest, and exits with 3', () =>
    withShards(async (files, urls) => {
      const [first = '', second = '', third = ''] = files;
      const lacking = await merged([first, third]);
      expect(lacking).to.deep.include({ code: 3, lines: ['handshake13: shard 2/3 is missing'] });
      expect(JSON.parse(lacking.stdout)).to.include({ partial: true, planned: null });

      const text = await readFile(second, 'utf8');
      const lastEnd = text.lastIndexOf('{"type":"target-end"');
      const targets = text.split('"target-end"').length - 1;
      // In the middle of the line, as after SIGKILL.
      await truncate(second, Buffer.byteLength(text.slice(0, lastEnd + 40)));
      const torn = await merged(files);
      expect(torn).to.deep.include({
        code: 3,
        lines: [`handshake13: ${second} (shard 2/3) lacks 1 of its ${targets} targets`],
      });
      expect(JSON.parse(torn.stdout).targets).to.have.lengthOf(urls.length - 1);

      await writeFile(second, '');
      expect((await merged(files)).lines).to.deep.equal([
        `handshake13: ${second} is empty`,
        'handshake13: shard 2/3 is missing',
      ]);

      const end = text.lastIndexOf('{"type":"run-end"');
      await writeFile(second, text.slice(0, end));
      expect(await merged(files)).to.deep.include({
        code: 3,
        lines: [`handshake13: ${second} (shard 2/3) was cut off before its end`],
      });
    }));

  it('refuses what is not part of one audit', () =>
    withShards(async (files, urls, folder) => {
      const [first = '', second = ''] = files;
      const other = path.join(folder, 'other.ndjson');
      const refusal = async (args: readonly string[]): Promise<string> => {
        await run([...args, '-q', '-r', `ndjson=${other}`]);
        const { code, stdout, lines } = await merged([first, other]);
        expect({ code, stdout }).to.deep.equal({ code: 2, stdout: '' });
        expect(lines).to.have.lengthOf(1);
        return lines[0]?.replace(/^.*: /, '') ?? '';
      };
      const base = [...urls, ...one, '--shard', '2/3'];
      expect(await refusal([...base, '--profile', 'rfc'])).to.equal('profile is "mdn" and "rfc"');
      expect(await refusal([...base, '--fail-on', 'must'])).to.equal('failOn is "should" and "must"');
      expect(await refusal([...base, '--tier', 'core'])).to.equal('tier is "all" and "core"');
      expect(await refusal([...base, '--stress'])).to.equal('stress is false and true');
      expect(await refusal([...base, '--retries', '7'])).to.match(/^retries is \d and 7$/);
      expect(await refusal([...urls.slice(1), ...one, '--shard', '2/3'])).to.equal(
        'they are of different lists of targets',
      );
      expect(await refusal([...urls, ...one, '--shard', '2/4'])).to.equal('they are shard 2/4 and shard 1/3');
      expect(await refusal([...urls, ...one, '--shard', '1/3'])).to.equal(
        'both are shard 1/3; give one of them',
      );

      const text = await readFile(second, 'utf8');
      await writeFile(other, text.replace(/"version":"[^"]+"/, '"version":"0.0.1"'));
      expect((await merged([first, other])).lines[0]).to.match(/version is "[^"]+" and "0\.0\.1"$/);
      await writeFile(other, (await readFile(first, 'utf8')).replaceAll('"index":1', '"index":2'));
      expect((await merged([first, other])).lines[0]).to.match(/does not belong to shard 2\/3$/);
      await appendFile(second, text);
      expect((await merged([first, second])).lines[0]).to.match(/it holds a second run$/);
      await writeFile(other, '{"a":1}\n');
      expect((await merged([first, other])).lines[0]).to.match(/is not a report of handshake13: /);
      expect(await merged([path.join(folder, 'none')])).to.include({ code: 2, stdout: '' });
    }));

  it('says what to do with the report of another version', () =>
    withFixture('conformant', ({ url }) =>
      withFolder(async (folder) => {
        const file = path.join(folder, 'report');
        const again = /: audit again with this version; score and diff read its JSON as it is$/;
        for (const [reporter, version, remedy] of [
          ['ndjson', '', again],
          ['json', '"schemaVersion": 1,', again],
          ['ndjson', '"schemaVersion":3,', /: use the version of handshake13 that wrote it, or a later one$/],
        ] as const) {
          await run([url, ...one, '-q', '-r', `${reporter}=${file}`]);
          await writeFile(file, (await readFile(file, 'utf8')).replace(/"schemaVersion": ?2,/, version));
          const { code, stdout, lines } = await merged([file]);
          expect({ code, stdout, count: lines.length }).to.deep.equal({ code: 2, stdout: '', count: 1 });
          // Events of version 1 did not name it.
          const found = version.match(/\d/) ?? 1;
          expect(lines[0])
            .to.match(remedy)
            .and.include(`report has schemaVersion ${found}, and this needs 2: `);
          if (reporter !== 'json') continue;
          for (const command of [
            ['score', file],
            ['diff', file, file],
          ])
            expect(await run(command)).to.include({ code: 0, stderr: '' });
        }
      }),
    ));

  it('reproduces the findings of each shard with the fields that were added in it', () =>
    withFixture(
      'no-list',
      ({ url }) =>
        withFolder(async (cwd) => {
          const { port } = new URL(url);
          const lines = [1, 2, 3, 4, 5, 6, 7, 8].map((nth) => `127.0.0.${nth},localhost:${port},web`);
          await writeFile(path.join(cwd, 'lines'), lines.join('\n'));
          const files = ['1.ndjson', '2.ndjson'];
          for (const [nth, file] of files.entries())
            await runInShell(
              `"$NODE" "$PROGRAM" --targets - --probe missing/absent --shard ${nth + 1}/2 --header 'User-Agent: shard-${nth + 1}' -q -r ndjson=${file} < lines`,
              { cwd },
            );
          const commandsOf = async (...given: string[]): Promise<string[]> => {
            const { stdout } = await run(['merge', ...given, '-r', 'junit'], { cwd });
            return (stdout.match(/handshake13 ws:.*shard-\d.*/g) ?? []).sort();
          };
          const commands = await Promise.all(files.map((file) => commandsOf(file)));
          expect(commands.flat()).to.have.lengthOf.at.least(lines.length);
          expect(await commandsOf(...files)).to.deep.equal(commands.flat().sort());
        }),
      { host: '0.0.0.0' },
    ));
});
