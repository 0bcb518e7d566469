/** `--watch`: audits again when a file changes or on Enter, and shows only what changed. */

import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { run } from '../support/command.ts';
import { program, start } from '../support/process.ts';
import { withFixture, withFolder } from '../support/servers.ts';

const few = ['--probe', 'missing/*', '--watch', '--no-config'];
const farServer = fileURLToPath(new URL('../support/far-server.js', import.meta.url));

/** @returns resolves when the text has so many matches; rejects where it ends before */
function reading(stream: Readable): (pattern: RegExp, count?: number) => Promise<string> {
  let text = '';
  stream.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
  });
  return async (pattern, count = 1) => {
    const all = new RegExp(pattern, 'gm');
    while ((text.match(all) ?? []).length < count) {
      if (stream.readableEnded) throw new Error(`no ${pattern} in:\n${text}`);
      await Promise.race([once(stream, 'data'), once(stream, 'end')]);
    }
    return text;
  };
}

/** Audits in a folder until the function is done, then interrupts. @returns the output, without times */
async function watching(
  cwd: string,
  args: readonly string[],
  use: (output: { stdout: ReturnType<typeof reading>; stderr: ReturnType<typeof reading> }) => Promise<void>,
): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const { child, ended } = start(args, { cwd });
  const output = { stdout: reading(child.stdout), stderr: reading(child.stderr) };
  try {
    await output.stderr(/Ctrl-C ends$/);
    await use(output);
  } finally {
    child.kill('SIGINT');
  }
  const { code, stdout, stderr } = await ended;
  return { code, stdout: stdout.replaceAll(/^\d\d:\d\d:\d\d/gm, 'TIME'), stderr };
}

const result = / · gate: (pass|fail) · [\d.]+ s/;

describe('--watch', function () {
  this.timeout(60_000);

  it('starts the server anew for each audit, and shows what changed', () =>
    withFolder(async (cwd) => {
      const fixture = path.join(cwd, 'fixture.txt');
      const report = path.join(cwd, 'report.json');
      await writeFile(fixture, 'conformant');
      const command = `exec '${process.execPath}' '${farServer}' $(cat fixture.txt) 127.0.0.1 {port}`;
      const args = [
        'ws://127.0.0.1:{port}/',
        ...few,
        '--exec',
        command,
        '-r',
        'terminal',
        '-r',
        `json=${report}`,
      ];
      const verdict = async (): Promise<string> =>
        JSON.parse(await readFile(report, 'utf8')).targets[0].verdict;
      const { code, stdout, stderr } = await watching(cwd, args, async (output) => {
        expect(await verdict()).to.equal('passed');
        await writeFile(fixture, 'no-list');
        await output.stdout(result, 2);
        await writeFile(fixture, 'no-list');
        await output.stdout(result, 3);
      });
      expect(await verdict()).to.equal('nonconformant');
      expect(code).to.equal(130);
      expect(stderr).to.equal('handshake13: watching this folder; Ctrl-C ends\n');
      const [first, second, third, ...more] = stdout.split('\nTIME · fixture.txt changed\n');
      expect(first).to.match(/^✓ passed \(6 of 107 probes\) {2}ws:/);
      expect(second).to.match(/^✗ worse ws:.*\n {2}verdict +passed → nonconformant\n/);
      expect(second).to.match(
        /\n {2}new finding {2}\[SHOULD\] .*\(list-absent\)\n✗ nonconformant · 1 finding .*\n$/,
      );
      expect(third).to.match(/^no change\n✗ nonconformant · 1 finding .*\n$/);
      expect(more).to.deep.equal([]);
    }));

  it('audits once more for all files that change during an audit', () =>
    withFolder(async (cwd) => {
      const write = (name: string): Promise<void> => writeFile(path.join(cwd, name), name);
      let changed: Promise<unknown> | null = null;
      const { stdout } = await withFixture(
        'conformant',
        ({ url }) =>
          watching(cwd, [url, ...few, '--delay', '400'], async (output) => {
            await changed;
            await output.stdout(result, 2);
            await write('c');
            await output.stdout(result, 3);
          }),
        {
          onHandshake: (nth) => {
            if (nth === 2) changed = write('a').then(() => write('b'));
          },
        },
      );
      expect(stdout.match(/^TIME · .*$/gm)).to.deep.equal([
        'TIME · a and 1 more changed',
        'TIME · c changed',
      ]);
    }));

  it('ignores what Git ignores, node_modules, and its own reports', () =>
    withFolder((cwd) =>
      withFixture('conformant', async ({ url }) => {
        execFileSync('git', ['init', '--quiet', cwd]);
        await writeFile(path.join(cwd, '.gitignore'), '*.log\n');
        const { stdout } = await watching(cwd, [url, ...few, '-r', 'json=report.json'], async (output) => {
          await appendFile(path.join(cwd, 'server.log'), 'listening\n');
          await writeFile(path.join(cwd, 'server.js'), '');
          await output.stdout(result, 2);
          await writeFile(path.join(cwd, 'other.js'), '');
          await output.stdout(result, 3);
        });
        expect(stdout.match(/^TIME · .*$/gm)).to.deep.equal([
          'TIME · server.js changed',
          'TIME · other.js changed',
        ]);
      }),
    ));

  it('says what is wrong with a configuration that changes, and goes on', () =>
    withFolder((cwd) =>
      withFixture('conformant', async ({ url }) => {
        const file = path.join(cwd, 'config.yaml');
        const config = `targets: ['${url}']\nprobe: ['missing/*']\nwatch: true\n`;
        await writeFile(file, config);
        const { code, stdout, stderr } = await watching(cwd, ['--config', 'config.yaml'], async (output) => {
          await writeFile(file, `${config}prob: []\n`);
          await output.stderr(/prob/);
          await writeFile(file, `${config}profile: rfc\n`);
          await output.stdout(result, 2);
        });
        expect(code).to.equal(130);
        expect(stderr).to.match(/\nhandshake13: config\.yaml:4: .*"prob".*\n$/);
        expect(stdout).to.match(/^TIME · config.yaml changed\n\nTIME · config.yaml changed\n/m);
      }),
    ));

  it('audits again on Enter at a terminal', () =>
    withFolder((cwd) =>
      withFixture('conformant', async ({ url }) => {
        const line = [process.execPath, program, url, ...few].map((word) => `'${word}'`).join(' ');
        // The program gives the command a terminal.
        const child = spawn('script', ['--quiet', '--return', '--command', line, '/dev/null'], { cwd });
        const ended = once(child, 'close');
        const output = reading(child.stdout);
        await output(/watching this folder; Enter audits again, Ctrl-C ends/);
        child.stdin.write('\r');
        expect(await output(/no change/)).to.match(/· Enter\r\n/);
        child.stdin.write('\x03');
        expect((await ended)[0]).to.equal(130);
      }),
    ));

  for (const [args, message] of [
    [['--targets', '-'], /^handshake13: --watch and --targets - exclude each other: .*\n$/],
    [
      ['--baseline', 'known.json', '--update-baseline'],
      /^handshake13: --watch and --update-baseline exclude each other: .*\n$/,
    ],
    [['-r', 'json'], /^handshake13: --watch shows changes on standard output; .*: -r json=FILE\n$/],
  ] as const) {
    it(`does not go with ${args.join(' ')}`, async () => {
      const { code, stdout, stderr } = await run(['ws://127.0.0.1:9/', ...few, ...args]);
      expect({ code, stdout }).to.deep.equal({ code: 2, stdout: '' });
      expect(stderr).to.match(message);
    });
  }
});
