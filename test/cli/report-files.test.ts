/** `-r`: where reports go, and what they hold. */

import { createReadStream, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, stat, symlink, watch, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Ajv } from 'ajv';
import { expect } from 'chai';
import type { Log } from 'sarif';
import type { Report } from '../../index.ts';
import { reporterNames } from '../../reporters/registry.ts';
import { type Outcome, run } from '../support/command.ts';
import { runInShell, start } from '../support/process.ts';
import { withFixture, withFolder } from '../support/servers.ts';

const few = ['--probe', 'malformed/{hex,word}'];

const validate = new Ajv({ strict: true, allowUnionTypes: true }).compile(
  JSON.parse(readFileSync('docs/report.schema.json', 'utf8')),
);

function expectValid(report: unknown): void {
  expect(validate(report), JSON.stringify(validate.errors)).to.equal(true);
}

describe('the JSON report', () => {
  it('is pure JSON on standard output, with error messages elsewhere', () =>
    withFixture('number-conversion', async ({ url }) => {
      const { code, stdout, stderr } = await run([url, '-r', 'json', '--insecure']);
      const report: Report = JSON.parse(stdout);
      expectValid(report);
      expect(stderr).to.match(/^handshake13: --insecure: [^\n]+\n$/);
      expect(code).to.equal(1);
      expect(report).to.include({ schemaVersion: 2, profile: 'mdn', failOn: 'should', partial: false });
      expect(report.tool.name).to.equal('handshake13');
      expect(report.summary).to.deep.equal({
        targets: 1,
        conformant: 0,
        passed: 0,
        nonconformant: 1,
        inconclusive: 0,
      });
      const [target] = report.targets;
      expect(target).to.include({ url, verdict: 'nonconformant', reason: null });
      const hex = target?.probes.find(({ id }) => id === 'malformed/hex');
      expect(hex).to.deep.include({ family: 'malformed', expects: 'reject', verdict: 'fail' });
      expect(hex?.criteria.status).to.deep.include({ verdict: 'fail', level: 'MUST', actual: '101' });
      expect(hex?.criteria.headerOmitted).to.deep.include({ verdict: 'n/a' });
      expect(Buffer.from(hex?.exchange.request.base64 ?? '', 'base64').toString('latin1')).to.match(
        /^GET \/ HTTP\/1\.1\r\n[\s\S]*\r\nSec-WebSocket-Version: 0xd\r\n\r\n$/,
      );
      expect(hex?.exchange.response).to.include({
        status: 101,
        statusLine: 'HTTP/1.1 101 Switching Protocols',
      });
    }));

  it('fits the schema for fixtures of every kind', () =>
    withFolder(async (folder) => {
      const names = ['not-http', 'resets-without-response', 'control-301', 'interim-103', 'drafts-honest'];
      await Promise.all(
        names.map((name) =>
          withFixture(name, async ({ url }) => {
            const file = path.join(folder, `${name}.json`);
            const probes = ['--probe', '{draft,malformed}/*', '--profile', 'rfc'];
            await run([url, 'ws://127.0.0.1:1/', '-r', `json=${file}`, ...probes]);
            const report: Report = JSON.parse(await readFile(file, 'utf8'));
            expectValid(report);
            expect(report.targets, name).to.have.lengthOf(2);
          }),
        ),
      );
    }));

  it('is known to the schema: a report that lacks something does not fit', () =>
    withFixture('conformant', async ({ url }) => {
      const { stdout } = await run([url, '-r', 'json', ...few]);
      const report = JSON.parse(stdout);
      expectValid(report);
      report.targets[0].probes[0].verdict = 'perhaps';
      expect(validate(report)).to.equal(false);
    }));
});

describe('a report file', () => {
  it('is written beside what goes to the terminal', () =>
    withFixture('number-conversion', ({ url }) =>
      withFolder(async (folder) => {
        const file = path.join(folder, 'report.json');
        const { code, stdout, stderr } = await run([url, '-r', 'terminal', '-r', `json=${file}`, ...few]);
        expect({ code, stderr }).to.deep.equal({ code: 1, stderr: '' });
        expect(stdout).to.match(/^✗ nonconformant /m);
        expectValid(JSON.parse(await readFile(file, 'utf8')));
      }),
    ));

  it('can hold the report for people, without colours', () =>
    withFixture('conformant', ({ url }) =>
      withFolder(async (folder) => {
        const file = path.join(folder, 'report.txt');
        const { stdout } = await run([url, '-r', `terminal=${file}`, '--color', 'always', ...few]);
        expect(stdout)
          .to.match(/^[^\n]+passed[^\n]+\n$/)
          .and.to.include('\x1b[');
        const text = await readFile(file, 'utf8');
        expect(text).to.match(/^✓ passed /m);
        expect(text).to.not.include('\x1b');
      }),
    ));

  it('replaces what was there, and leaves nothing else behind', () =>
    withFixture('conformant', ({ url }) =>
      withFolder(async (folder) => {
        const file = path.join(folder, 'report.json');
        await writeFile(file, 'x'.repeat(1_000_000));
        const before = await stat(file);
        const { code } = await run([url, '-r', `json=${file}`, ...few]);
        expect(code).to.equal(0);
        expectValid(JSON.parse(await readFile(file, 'utf8')));
        expect((await stat(file)).ino, 'a new file took its name').to.not.equal(before.ino);
        expect(await readdir(folder)).to.deep.equal(['report.json']);
      }),
    ));

  it('is left as it was until the run is over', () =>
    withFixture('never-responds-at-all', ({ url }) =>
      withFolder(async (folder) => {
        const file = path.join(folder, 'report.json');
        await writeFile(file, 'old');
        const running = start([url, '-r', 'ndjson', '-r', `json=${file}`, '--response-timeout', '60000']);
        await running.firstLine;
        expect(await readFile(file, 'utf8')).to.equal('old');
        running.child.kill('SIGKILL');
        await running.ended;
        expect(await readFile(file, 'utf8')).to.equal('old');
        expect(await readdir(folder)).to.deep.equal(['report.json']);
      }),
    ));

  it('is replaced where a symbolic link points to', () =>
    withFixture('conformant', ({ url }) =>
      withFolder(async (folder) => {
        const [file, link] = [path.join(folder, 'report.json'), path.join(folder, 'link')];
        await writeFile(file, 'old');
        await symlink(file, link);
        await run([url, '-r', `json=${link}`, ...few]);
        expectValid(JSON.parse(await readFile(file, 'utf8')));
      }),
    ));

  it('cannot share a file with another one by way of a symbolic link', () =>
    withFolder(async (folder) => {
      const [file, link] = [path.join(folder, 'report.json'), path.join(folder, 'link')];
      await writeFile(file, 'old');
      await symlink(file, link);
      const { code, stderr } = await run(['ws://127.0.0.1:1/', '-r', `json=${file}`, '-r', `tap=${link}`]);
      expect(code).to.equal(2);
      expect(stderr).to.match(/two reporters cannot both write to [^\n]+link; /);
      expect(await readFile(file, 'utf8')).to.equal('old');
    }));

  it('cannot share a file that is not there yet by way of a symbolic link', () =>
    withFolder(async (folder) => {
      const [file, link] = [path.join(folder, 'new', 'report.json'), path.join(folder, 'link')];
      await symlink(path.join(folder, 'new'), link);
      const dangling = path.join(folder, 'dangling.json');
      await symlink(file, dangling);
      for (const name of [path.join(link, 'report.json'), dangling]) {
        const { code, stderr } = await run([':1', '-r', `json=${file}`, '-r', `tap=${name}`]);
        expect(stderr).to.match(/two reporters cannot both write to /);
        expect(code).to.equal(2);
      }
    }));

  it('takes the place of a regular file in shared memory too', async () => {
    const folder = await mkdtemp('/dev/shm/handshake13-test-');
    try {
      await withFixture('conformant', async ({ url }) => {
        const file = path.join(folder, 'report.json');
        await writeFile(file, 'old');
        await run([url, '-r', `json=${file}`, ...few]);
        expectValid(JSON.parse(await readFile(file, 'utf8')));
      });
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('that cannot be written any more takes nothing from the other reports', () =>
    withFolder((folder) => {
      const lost = path.join(folder, 'lost');
      mkdirSync(lost);
      const kept = path.join(folder, 'kept.txt');
      return withFixture(
        'conformant',
        async ({ url }) => {
          const options = [
            '-r',
            'terminal',
            '-r',
            `json=${lost}/report.json`,
            '-r',
            `terminal=${kept}`,
            '-q',
          ];
          const { code, stdout, stderr } = await run([url, ...options, ...few]);
          expect(stdout).to.match(/^✓ passed /);
          expect(await readFile(kept, 'utf8')).to.equal(stdout);
          expect(stderr).to.match(
            /^handshake13: the report "json=[^"]+\/lost\/report\.json" could not be written: [^\n]+\n$/,
          );
          expect(code).to.equal(2);
        },
        // A file takes the place of the folder when the first handshake comes: after it was found to be writable.
        {
          onHandshake: (nth) => {
            if (nth !== 1) return;
            rmSync(lost, { recursive: true });
            writeFileSync(lost, '');
          },
        },
      );
    }));
});

describe('reports that go to files alone', () => {
  it('leave the result line on standard output, as the last line of the terminal report has it', () =>
    withFixture('number-conversion', ({ url }) =>
      withFolder(async (folder) => {
        const file = path.join(folder, 'a.json');
        const line = /^✗ nonconformant · 1 finding \(1 MUST\) · gate: fail · [\d.]+ s\n$/;
        const { code, stdout: result, stderr } = await run([url, ...few, '-r', `json=${file}`]);
        expect({ code, stderr }).to.deep.equal({ code: 1, stderr: '' });
        expect(result).to.match(line);
        expect((await run([url, ...few, '-r', `json=${file}`, '-q'])).stdout).to.equal('');
        expect((await run(['score', file, '-o', path.join(folder, 'b.md')])).stdout).to.match(line);
        const { stdout } = await run(['score', file]);
        expect(stdout.trimEnd().split('\n').at(-1)).to.match(
          /^✗ nonconformant · 1 finding \(1 MUST\) · gate: fail/,
        );
        expect((await run([url, ...few, '-r', `ndjson=${file}`, '--json'])).stdout).to.match(/^\{/);
      }),
    ));

  it('say of several targets how many are what', () =>
    withFixture('number-conversion', ({ url }) =>
      withFolder(async (folder) => {
        const { stdout } = await run([url, `${url}b`, ...few, '-o', path.join(folder, 'a.ndjson')]);
        expect(stdout).to.match(/^✗ 2 targets: [^\n]*2 nonconformant[^\n]+ gate: fail [^\n]+\n$/);
      }),
    ));

  it('make the folders that are missing, and only when there is something to write', () =>
    withFixture('conformant', ({ url }) =>
      withFolder(async (folder) => {
        const options = ['-r', 'json=a/b/c.json', '-o', 'a/d/e.md'];
        expect((await run([url, ...options, '--ca', 'not-there'], { cwd: folder })).code).to.equal(2);
        expect(await readdir(folder)).to.deep.equal([]);
        expect((await run([url, ...few, ...options], { cwd: folder })).code).to.equal(0);
        expectValid(JSON.parse(await readFile(path.join(folder, 'a/b/c.json'), 'utf8')));
        expect(await readdir(path.join(folder, 'a/d'))).to.deep.equal(['e.md']);
      }),
    ));
});

describe('the reports for CI', function () {
  this.timeout(30_000);

  const all = ['-r', 'junit=report.xml', '-r', 'sarif=report.sarif', '-r', 'tap=report.tap'];

  it('are written side by side, by the bundle alone', () =>
    withFixture('number-conversion', ({ url }) =>
      withFolder(async (folder) => {
        await writeFile(path.join(folder, 'READ me.md'), '');
        const args = [url, 'ws://127.0.0.1:1/', ...few, ...all, '--sarif-location', './READ me.md'];
        const { code, stdout, stderr } = await run(args, { cwd: folder });
        expect({ code, stderr }).to.deep.equal({ code: 1, stderr: '' });
        expect(stdout).to.match(/^✗ 2 targets: [^\n]+ gate: fail [^\n]+\n$/);
        const [junit, sarif, tap] = await Promise.all(
          ['report.xml', 'report.sarif', 'report.tap'].map((name) =>
            readFile(path.join(folder, name), 'utf8'),
          ),
        );
        expect(junit).to.match(/^<\?xml version="1\.0" encoding="UTF-8"\?>\n<testsuites>\n/);
        expect(junit).to.match(
          /<testcase name="malformed\/hex" [^>]*>\s*<skipped message="fails: number-conversion"/,
        );
        expect(tap)
          .to.match(/^TAP version 14\n1\.\.6\n/)
          .and.match(/^not ok 2 - \S+ malformed\/hex$/m);
        const log: Log = JSON.parse(sarif ?? '');
        expect(log.runs[0]?.results?.map(({ ruleId }) => ruleId)).to.deep.equal(['number-conversion']);
        expect(log.runs[0]?.results?.[0]?.locations?.[0]?.physicalLocation?.artifactLocation?.uri).to.equal(
          'READ%20me.md',
        );
        expect(log.runs[0]?.invocations?.[0]?.executionSuccessful).to.equal(false);
      }),
    ));

  it('go to standard output too, one of them', () =>
    withFixture('conformant', async ({ url }) => {
      const { code, stdout, stderr } = await run([url, '-r', 'tap', ...few]);
      expect({ code, stderr }).to.deep.equal({ code: 0, stderr: '' });
      expect(stdout).to.match(/^TAP version 14\n1\.\.4\n# handshake13 /);
    }));
});

describe('a report to something that is no regular file', () => {
  it('is discarded by /dev/null, which stays what it is', () =>
    withFixture('conformant', async ({ url }) => {
      const { code, stdout, stderr } = await run([url, '-r', 'json=/dev/null', ...few]);
      expect({ code, stderr }).to.deep.equal({ code: 0, stderr: '' });
      expect(stdout).to.match(/^✓ passed \(3 of \d+ probes\) · [^\n]+\n$/);
      expect((await stat('/dev/null')).isCharacterDevice()).to.equal(true);
    }));

  it('goes to standard output by the name of /dev/stdout, and to what it is already', () =>
    withFixture('conformant', ({ url }) =>
      withFolder(async (folder) => {
        const options = `'${url}' -r json=/dev/stdout --probe valid`;
        const [plain, piped, appended] = await Promise.all([
          run([url, '-r', 'json=/dev/stdout', ...few]),
          runInShell(`"$NODE" "$PROGRAM" ${options} | cat`),
          runInShell(
            `{ echo first; "$NODE" "$PROGRAM" ${options}; echo last; } >'${folder}/file'; cat '${folder}/file'`,
          ),
        ]);
        expectValid(JSON.parse(plain?.stdout ?? ''));
        expectValid(JSON.parse(piped?.stdout ?? ''));
        const [, json] = /^first\n([\s\S]*)last\n$/.exec(appended?.stdout ?? '') ?? [];
        expectValid(JSON.parse(json ?? ''));
        expect(await readdir(folder)).to.deep.equal(['file']);
      }),
    ));

  it('goes to standard error without taking its place', () =>
    withFixture('conformant', ({ url }) =>
      withFolder(async (folder) => {
        const line = `{ echo first >&2; "$NODE" "$PROGRAM" '${url}' -q -r json=/dev/stderr --probe valid; }`;
        await runInShell(`${line} 2>>'${folder}/errors'`);
        const [, json] = /^first\n([\s\S]*)$/.exec(await readFile(path.join(folder, 'errors'), 'utf8')) ?? [];
        expectValid(JSON.parse(json ?? ''));
      }),
    ));

  it('goes through a named pipe, which stays one', () =>
    withFixture('conformant', ({ url }) =>
      withFolder(async (folder) => {
        const pipe = path.join(folder, 'pipe');
        expect((await runInShell(`mkfifo '${pipe}'`)).code).to.equal(0);
        const ended = run([url, '-r', `json=${pipe}`, ...few]);
        let text = '';
        for await (const chunk of createReadStream(pipe, 'utf8')) text += chunk;
        expectValid(JSON.parse(text));
        expect(await ended).to.include({ code: 0, stderr: '' });
        expect((await stat(pipe)).isFIFO()).to.equal(true);
        expect(await readdir(folder)).to.deep.equal(['pipe']);
      }),
    ));

  it('keeps no other report waiting, as long as nobody reads it', () =>
    withFixture('conformant', ({ url }) =>
      withFolder(async (folder) => {
        const pipe = path.join(folder, 'pipe');
        await runInShell(`mkfifo '${pipe}'`);
        const changes = watch(folder, { signal: AbortSignal.timeout(15_000) });
        const ended = run([url, '-r', `json=${pipe}`, '-r', `tap=${path.join(folder, 'report.tap')}`]);
        for await (const { filename } of changes) if (filename === 'report.tap') break;
        expect(await readFile(path.join(folder, 'report.tap'), 'utf8')).to.match(/^TAP version 14\n/);
        // It is longer than what is held of it while nobody takes it.
        let text = '';
        for await (const chunk of createReadStream(pipe, 'utf8')) text += chunk;
        expectValid(JSON.parse(text));
        expect(await ended).to.include({ code: 0, stderr: '' });
      }),
    ));

  it('goes through a substituted process', () =>
    withFixture('conformant', async ({ url }) => {
      const line = `"$NODE" "$PROGRAM" '${url}' -q -r json=>(cat) --probe valid/13 | cat`;
      const { stdout } = await runInShell(line);
      expectValid(JSON.parse(stdout));
    }));
});

/** Calls with the name of a JSON report that has a finding. */
function withReport<T>(use: (file: string) => Promise<T>): Promise<T> {
  return withFixture('number-conversion', ({ url }) =>
    withFolder(async (folder) => {
      const file = path.join(folder, 'report.json');
      expect(await run([url, ...few, '-r', `json=${file}`])).to.include({ code: 1, stderr: '' });
      return use(file);
    }),
  );
}

/** What cannot be written, in one line. */
const oneComplaint = /^handshake13: [^\n]+ could not be written: [^\n]+\n$/;

describe('a report that cannot be written', function () {
  this.timeout(60_000);

  /** Audits a conformant server with two reports beside the one in question; they have to be whole. */
  async function expectOthers(
    args: readonly string[],
    shell = '',
    env: Readonly<Record<string, string>> = {},
  ): Promise<Outcome> {
    return withFixture('conformant', ({ url }) =>
      withFolder(async (folder) => {
        const others = ['-r', `json=${folder}/report.json`, '-r', `tap=${folder}/report.tap`];
        const words = [url, ...few, ...args, ...others].map((word) => `'${word}'`).join(' ');
        const outcome = await runInShell(`"$NODE" "$PROGRAM" ${words} ${shell}`, { env });
        expectValid(JSON.parse(await readFile(`${folder}/report.json`, 'utf8')));
        expect(await readFile(`${folder}/report.tap`, 'utf8')).to.match(/^TAP version 14\n1\.\.4\n/);
        return outcome;
      }),
    );
  }

  for (const name of reporterNames.filter((one) => one !== 'json' && one !== 'tap')) {
    it(`to a full disk takes nothing from the others: ${name}`, async () => {
      const placed = name === 'sarif' ? ['--sarif-location', 'README.md'] : [];
      const [file, stream] = await Promise.all([
        expectOthers([...placed, '-r', `${name}=/dev/full`]),
        expectOthers([...placed, '-r', name], '>/dev/full'),
      ]);
      for (const outcome of [file, stream]) {
        // Of what is right there are no annotations: nothing is written, and nothing fails.
        if (name === 'github') expect(outcome).to.include({ code: 0, stderr: '' });
        else {
          expect(outcome?.code).to.equal(2);
          expect(outcome?.stderr).to.match(oneComplaint).and.include('ENOSPC');
        }
      }
    });
  }

  it('that is long is given up where the disk is full, and the baseline is written', () =>
    withFixture('number-conversion', ({ url }) =>
      withFolder(async (cwd) => {
        const { code, stderr } = await run(
          [url, '-r', 'json=/dev/full', '--baseline', 'known.json', '--update-baseline'],
          { cwd },
        );
        expect(code).to.equal(2);
        expect(stderr).to.match(/^handshake13: [^\n]+ could not be written: ENOSPC[^\n]+$/m);
        expect(
          JSON.parse(await readFile(path.join(cwd, 'known.json'), 'utf8')).failures,
        ).to.not.have.lengthOf(0);
      }),
    ));

  it('into a folder that takes no files is reported as an error', async () => {
    await withFixture('conformant', async ({ url }) => {
      // Nobody can make a file there, not even root.
      const { code, stderr } = await run([url, '-q', '-r', 'json=/sys/report.json']);
      expect(code).to.equal(2);
      expect(stderr).to.match(/^handshake13: the report [^\n]+ (?:could not|cannot) be written: [^\n]+\n$/);
    });
  });

  it('because its reporter throws takes nothing from the others', () =>
    withFolder(async (folder) => {
      // A summary has to fit into what is left of 1 MiB.
      const summary = path.join(folder, 'summary.md');
      await writeFile(summary, 'x'.repeat(1024 * 1024 - 50));
      const env = { GITHUB_ACTIONS: 'true', NO_COLOR: '1', GITHUB_STEP_SUMMARY: summary };
      const { code, stdout, stderr } = await expectOthers(['-q', '-r', 'terminal'], '', env);
      expect(code).to.equal(2);
      expect(stdout).to.match(/^✓ passed /);
      expect(stderr).to.match(/^handshake13: the report "markdown=[^\n]+ could not be written: [^\n]+\n$/);
      expect((await stat(summary)).size).to.equal(1024 * 1024 - 50);
    }));

  it('whole leaves what was there: a disk that takes a part of it is full', () =>
    withFolder(async (folder) => {
      const file = path.join(folder, 'report.json');
      await writeFile(file, 'old');
      const module = new URL('../../cli/output/sinks.js', import.meta.url);
      // As on a full disk, a file may have two blocks here: a first write is cut short, and the next one fails.
      const script = `process.on('SIGXFSZ', () => {});
        const { writeWhole } = await import('${module}');
        await writeWhole('${file}', 'x'.repeat(100000)).catch(({ code }) => console.log(code));`;
      const { stdout } = await runInShell(`ulimit -f 2; "$NODE" --input-type=module -e "${script}"`);
      expect(stdout).to.equal('EFBIG\n');
      expect(await readFile(file, 'utf8')).to.equal('old');
      expect(await readdir(folder)).to.deep.equal(['report.json']);
    }));
});

describe('standard output that cannot be written', function () {
  this.timeout(30_000);

  for (const command of [
    '--help',
    '--version',
    'list',
    'list --json',
    'list --version',
    'explain malformed/hex',
    'completion',
    '--get-yargs-completions handshake13 ex',
    'serve --list',
    'serve',
    'demo',
    'ws://localhost/ --print-config',
  ]) {
    it(`is reported in one line: ${command}`, async () => {
      const { code, stderr } = await runInShell(`"$NODE" "$PROGRAM" ${command} >/dev/full`);
      expect(stderr).to.match(oneComplaint);
      expect(code).to.equal(2);
    });
  }

  for (const [command, code] of [
    ['diff $REPORT $REPORT', 2],
    ['diff $REPORT $REPORT -r json', 2],
    // The findings go first.
    ['score $REPORT', 1],
    ['score $REPORT --fail-on never', 2],
  ] as const) {
    it(`is reported in one line: ${command}`, () =>
      withReport(async (REPORT) => {
        const line = `"$NODE" "$PROGRAM" ${command} >/dev/full`;
        const outcome = await runInShell(line, { env: { REPORT } });
        expect(outcome.stderr).to.match(oneComplaint);
        expect(outcome.code).to.equal(code);
      }));
  }
});

describe('standard output that is closed early', function () {
  this.timeout(30_000);

  it('ends the command quietly', () =>
    withFixture('number-conversion', async ({ url }) => {
      const lines = [
        `"$NODE" "$PROGRAM" '${url}' -v | head -n 1`,
        `"$NODE" "$PROGRAM" '${url}' -r json | head -n 1`,
        `"$NODE" "$PROGRAM" list | head -n 1`,
        `"$NODE" "$PROGRAM" --help | head -n 1`,
      ];
      const outcomes = await Promise.all(lines.map((line) => runInShell(line)));
      expect(outcomes.map(({ stderr }) => stderr)).to.deep.equal(['', '', '', '']);
      for (const { stdout } of outcomes) expect(stdout.split('\n')).to.have.lengthOf(2);
    }));

  for (const command of [
    '--help',
    '--version',
    'list',
    'explain malformed/hex',
    'completion',
    'serve --list',
    'demo',
    'ws://localhost/ --print-config',
    'diff $REPORT $REPORT',
    'diff $REPORT $REPORT -r markdown',
    'score $REPORT',
    'score $REPORT -r json',
  ]) {
    it(`ends the command quietly, with the exit code that it has: ${command}`, () =>
      withReport(async (REPORT) => {
        const line = `set -o pipefail; "$NODE" "$PROGRAM" ${command} | head -n 0`;
        const code = command.startsWith('score') ? 1 : 0;
        const outcome = await runInShell(line, { env: { REPORT } });
        expect(outcome).to.deep.equal({ code, signal: null, stdout: '', stderr: '' });
      }));
  }

  for (const name of reporterNames) {
    it(`ends the command quietly, with the exit code that it has: ${name}`, () =>
      withFixture('number-conversion', async ({ url }) => {
        const options = `-r ${name} ${name === 'sarif' ? '--sarif-location README.md' : ''}`;
        const line = `"$NODE" "$PROGRAM" '${url}' ${options} | head -n 0; exit "\${PIPESTATUS[0]}"`;
        expect(await runInShell(line)).to.deep.equal({ code: 1, signal: null, stdout: '', stderr: '' });
      }));
  }
});
