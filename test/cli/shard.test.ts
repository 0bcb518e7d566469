/** `--shard I/N`: every target is in one share, whatever brings it, and stays there while the list grows. */

import { expect } from 'chai';
import { reporterNames } from '../../reporters/registry.ts';
import { run } from '../support/command.ts';
import { withFiles } from '../support/config-folder.ts';
import { runInShell } from '../support/process.ts';
import { withFixture } from '../support/servers.ts';

const one = ['--probe', 'valid/13'];

interface Share {
  readonly planned: { readonly targets: number; readonly listHash: string; readonly shard: unknown };
  readonly invalidTargets: number;
  readonly targets: readonly { readonly url: string }[];
}

function urlsOf(shares: readonly Share[]): string[] {
  return shares.flatMap(({ targets }) => targets.map(({ url }) => url));
}

describe('shards', function () {
  this.timeout(60_000);

  it('have each target once, from the command line, a file and standard input alike', () =>
    withFixture('conformant', async ({ url }) => {
      const urls = Array.from({ length: 9 }, (_, nth) => `${url}${nth}`);
      await withFiles({ 'a.txt': urls.join('\n') }, async (cwd) => {
        const base = `"$NODE" "$PROGRAM" ${one.join(' ')} -r json`;
        for (const source of [urls.join(' '), '--targets a.txt', '--targets - < a.txt']) {
          const shares: Share[] = await Promise.all(
            [1, 2, 3].map(async (index) => {
              const { stdout, code } = await runInShell(`${base} --shard ${index}/3 ${source}`, { cwd });
              expect(code).to.equal(0);
              return JSON.parse(stdout);
            }),
          );
          expect(urlsOf(shares).sort()).to.deep.equal(urls);
          const hashes = new Set(shares.map(({ planned }) => planned.listHash));
          expect(hashes.size).to.equal(1);
          for (const [nth, { planned, targets }] of shares.entries())
            expect(planned).to.deep.include({ targets: targets.length, shard: { index: nth + 1, total: 3 } });
        }
      });
    }));

  it('keep their targets while the list grows', () =>
    withFixture('conformant', async ({ url }) => {
      const urls = Array.from({ length: 8 }, (_, nth) => `${url}${nth}`);
      const shareOf = async (targets: readonly string[]): Promise<string[]> =>
        urlsOf([JSON.parse((await run([...targets, ...one, '--shard', '1/2', '--json'])).stdout)]);
      const before = await shareOf(urls.slice(2));
      expect(await shareOf(urls)).to.include.members(before);
    }));

  it('report a line that is no target once', () =>
    withFixture('conformant', ({ url }) =>
      withFiles({ 'a.txt': `${url}\nftp://a/\n${url}b\n` }, async (cwd) => {
        const shares: Share[] = await Promise.all(
          [1, 2].map(async (index) => {
            const line = `"$NODE" "$PROGRAM" ${one.join(' ')} --shard ${index}/2 --targets - -r json < a.txt`;
            return JSON.parse((await runInShell(line, { cwd })).stdout);
          }),
        );
        expect(shares.map(({ invalidTargets }) => invalidTargets).sort()).to.deep.equal([0, 1]);
      }),
    ));

  it('may be empty, in every report', async () => {
    const shares = await Promise.all(
      ['1/2', '2/2'].map(async (shard) => ({
        shard,
        report: JSON.parse((await run(['localhost:1', ...one, '--shard', shard, '--json'])).stdout),
      })),
    );
    const empty = shares.find(({ report }) => report.targets.length === 0)?.shard ?? '';
    for (const name of reporterNames) {
      const args = ['localhost:1', '--shard', empty, '-r', name, '--sarif-location', 'README.md'];
      const { code, stderr } = await run(args);
      expect({ name, code, stderr }).to.deep.equal({ name, code: 0, stderr: '' });
    }
  });

  it('are refused where there is no such share', async () => {
    for (const shard of ['0/4', '5/4', '1', '1/0', 'a/b', '1/2/3']) {
      const { code, stdout, stderr } = await run(['localhost:1', '--shard', shard]);
      expect({ code, stdout }).to.deep.equal({ code: 2, stdout: '' });
      expect(stderr).to.equal(
        `handshake13: --shard is ${shard} but must be I/N: the share I, from 1 to N, of N shares, such as 1/4\n`,
      );
    }
  });
});
