/** Whatever fails, one line on standard error says so, and no exit code of a result is given. */

import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect } from 'chai';
import { withFiles } from '../support/config-folder.ts';
import { runInShell, runProcess } from '../support/process.ts';
import { withFixture, withFolder } from '../support/servers.ts';

/** Configuration files whose code breaks the command from inside, once they are read. */
const faults = {
  'in what the command awaits':
    "Array.prototype.flatMap = () => { throw new TypeError('with a s3cr3t'); };\nexport default {};",
  'in what nothing awaits':
    "setTimeout(() => { throw new TypeError('with a s3cr3t'); }, 1000);\nexport default { wait: 10000 };",
  'in a promise that nothing awaits':
    "setTimeout(async () => { throw new TypeError('with a s3cr3t'); }, 1000);\nexport default { wait: 10000 };",
};

describe('an internal error', function () {
  this.timeout(30_000);

  for (const [where, text] of Object.entries(faults)) {
    it(`${where} is one line that says how to report it, and exit code 70`, () =>
      withFiles({ 'faulty.mjs': text }, async (cwd) => {
        const args = ['ws://127.0.0.1:1/', '--config', 'faulty.mjs', '-r', 'json'];
        expect(await runProcess(args, { cwd })).to.deep.equal({
          code: 70,
          signal: null,
          stdout: '',
          stderr:
            'handshake13: internal error (TypeError), which says nothing about the target; run it again with --debug for the stack trace, and report that to the maintainers\n',
        });
        const { code, stderr } = await runProcess([...args, '--debug'], { cwd });
        expect(code).to.equal(70);
        expect(stderr).to.match(
          /^handshake13: internal error [^\n]+\nTypeError: with a s3cr3t\n +at [^\n]*faulty\.mjs:1/,
        );
      }));
  }
});

it('an internal error is one line whatever its name is, and commands no runner', () => {
  const text =
    "setTimeout(() => { throw Object.assign(new Error('a\\n::error::b'), { name: 'A\\n::error::B' }); }, 10);\nawait new Promise(() => {});";
  return withFiles({ 'faulty.mjs': text }, async (cwd) => {
    const args = [':1', '--config', 'faulty.mjs'];
    const { code, stderr } = await runProcess(args, { cwd });
    expect(stderr).to.match(/^handshake13: internal error \(A\\n\\x3a:error::B\), [^\n]+\n$/);
    expect(code).to.equal(70);
    expect((await runProcess([...args, '--debug'], { cwd })).stderr).to.not.match(/^::/m);
  });
});

it('a message that quotes a huge value is one short line', () =>
  withFiles({ 'huge.yaml': `wait: "${'a'.repeat(50_000_000)}"\n` }, async (cwd) => {
    const { code, stderr } = await runProcess([':1', '--config', 'huge.yaml'], { cwd });
    expect(stderr).to.match(
      /^handshake13: huge\.yaml:1: wait: "a+ \[\.\.\.\] a+" is not a duration; [^\n]+\n$/,
    );
    expect(stderr.length).to.be.below(400);
    expect(code).to.equal(2);
  })).timeout(60_000);

it('a configuration file that changes what every object has adds no lines of others', () =>
  withFiles({ 'faulty.mjs': 'Object.prototype.wait = 1;\nexport default {};' }, async (cwd) => {
    const { stderr } = await runProcess([':1', '--config', 'faulty.mjs'], { cwd });
    expect(stderr).to.match(/^handshake13: internal error \([^\n]+\n$/);
  }));

it('a configuration file that ends the process does not pass for a result', () =>
  withFiles({ 'ends.mjs': 'process.exit(0);' }, async (cwd) => {
    expect(await runProcess(['ws://127.0.0.1:1/', '--config', 'ends.mjs'], { cwd })).to.deep.equal({
      code: 70,
      signal: null,
      stdout: '',
      stderr:
        'handshake13: the process was ended before there was a result; does a configuration file call process.exit()?\n',
    });
  }));

describe('a system that gives too little', function () {
  this.timeout(60_000);

  it('is a usage error where the working directory is gone', () =>
    withFolder(async (folder) => {
      for (const command of ['ws://127.0.0.1:1/', 'list']) {
        await mkdir(path.join(folder, 'gone'));
        const line = `rmdir ../gone; "$NODE" "$PROGRAM" ${command}`;
        const { code, stderr } = await runInShell(line, { cwd: path.join(folder, 'gone') });
        expect(stderr).to.equal(
          'handshake13: the working directory has been deleted; change to one that exists\n',
        );
        expect(code).to.equal(2);
      }
    }));

  it('is a usage error where files cannot be opened', async () => {
    // With the lower one not even the first modules can be.
    for (const limit of [20, 23]) {
      const { code, stdout, stderr } = await runInShell(`ulimit -n ${limit}; "$NODE" "$PROGRAM" list`);
      expect({ code, stdout, stderr }, String(limit)).to.deep.equal({
        code: 2,
        stdout: '',
        stderr: 'handshake13: too many files are open (EMFILE): raise the limit with ulimit -n\n',
      });
    }
  });

  it('says how to have enough where connections cannot be opened', () =>
    withFixture('stays-open', async ({ url }) => {
      const line = `ulimit -n 68; "$NODE" "$PROGRAM" '${url}' --fail-on never -q --concurrency 64 --close-timeout 8000`;
      const { code, stderr } = await runInShell(line);
      expect(stderr).to.equal(
        'handshake13: some connections had no file descriptor (EMFILE): raise ulimit -n, or lower --max-connections\n',
      );
      expect(code).to.equal(3);
    }));

  it('leaves an older report where a new one does not fit, and writes those that do', () =>
    withFixture('number-conversion', ({ url }) =>
      withFolder(async (cwd) => {
        await writeFile(path.join(cwd, 'report.json'), 'old');
        const summary = 'x'.repeat(1500);
        await writeFile(path.join(cwd, 'summary.md'), summary);
        const reports = '-r json=report.json -r badge=badge.svg';
        const line = `ulimit -f 2; "$NODE" "$PROGRAM" '${url}' --fail-on never ${reports}`;
        const env = { GITHUB_ACTIONS: 'true', NO_COLOR: '1', GITHUB_STEP_SUMMARY: 'summary.md' };
        const { code, stderr } = await runInShell(line, { cwd, env });
        expect(code).to.equal(2);
        expect(stderr).to.match(/^handshake13: the report "json=report\.json" could not be written: EFBIG/m);
        expect(stderr).to.match(
          /^handshake13: the report "markdown=summary\.md" could not be written: EFBIG/m,
        );
        expect((await readdir(cwd)).sort()).to.deep.equal(['badge.svg', 'report.json', 'summary.md']);
        expect(await readFile(path.join(cwd, 'report.json'), 'utf8')).to.equal('old');
        expect(await readFile(path.join(cwd, 'summary.md'), 'utf8')).to.equal(summary);
      }),
    ));

  it('says of standard output that it was cut short, and writes the other reports', () =>
    withFixture('conformant', ({ url }) =>
      withFolder(async (cwd) => {
        const line = `ulimit -f 2; "$NODE" "$PROGRAM" '${url}' -r json -r badge=badge.svg >out.json`;
        const { code, stderr } = await runInShell(line, { cwd });
        expect(code).to.equal(2);
        expect(stderr).to.match(/^handshake13: the report "json" could not be written: EFBIG[^\n]+\n$/);
        expect(await readFile(path.join(cwd, 'badge.svg'), 'utf8')).to.match(/^<svg [\s\S]*<\/svg>\s*$/);
      }),
    ));
});
