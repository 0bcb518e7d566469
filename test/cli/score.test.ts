/** `score`: the report of an audit, judged again; nothing is sent, since the server is gone by then. */

import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect } from 'chai';
import type { Report } from '../../index.ts';
import { run } from '../support/command.ts';
import { withFixture, withFolder, withRecorder } from '../support/servers.ts';

const plainHeaders = ['-H', 'X-Request-Id: a b', '-H', 'Authorization: Bearer s3cr3t-t0ken'];

/** Audits a fixture and leaves its report in a file; the server has ended when `use` is called. */
function withReport<T>(
  fixture: string,
  use: (file: string, folder: string, audited: { stdout: string; code: number | null }) => Promise<T>,
  args: readonly string[] = [],
): Promise<T> {
  return withFolder(async (folder) => {
    const file = path.join(folder, 'report.json');
    const audited = await withFixture(fixture, ({ url }) =>
      run([url, '-r', 'terminal', '-r', `json=${file}`, ...args]),
    );
    return use(file, folder, audited);
  });
}

describe('score', function () {
  this.timeout(60_000);

  for (const fixture of ['conformant', 'number-conversion', 'control-401']) {
    it(`shows what the audit showed, with its exit code: ${fixture}`, async () => {
      await withReport(fixture, async (file, _folder, audited) => {
        expect(await run(['score', file])).to.deep.include({
          code: audited.code,
          stdout: audited.stdout,
          stderr: '',
        });
      });
    });
  }

  it('writes the report that it was given', async () => {
    await withReport('number-conversion', async (file, folder) => {
      const again = path.join(folder, 'again.json');
      expect((await run(['score', file, '-q', '-r', `json=${again}`])).code).to.equal(1);
      expect(JSON.parse(await readFile(again, 'utf8'))).to.deep.equal(
        JSON.parse(await readFile(file, 'utf8')),
      );
    });
  });

  it('judges by the profile and the level that it is given, and says how to repeat it so', async () => {
    await withReport('answers-426-bare', async (file) => {
      const rfc = await run(['score', file, '--profile', 'rfc']);
      expect(rfc.code).to.equal(1);
      expect(rfc.stdout).to.match(/profile rfc/);
      expect(rfc.stdout).to.match(/^ {2}recheck {3}handshake13 ws:\S+ --probe \S+ --profile rfc -vv$/m);
      expect((await run(['score', file])).stdout).to.match(
        /^ {2}recheck {3}handshake13 ws:\S+ --probe \S+ -vv$/m,
      );
    });
    await withReport('answers-404', async (file) => {
      expect((await run(['score', file])).code).to.equal(1);
      expect((await run(['score', file, '--profile', 'rfc'])).code).to.equal(0);
      expect((await run(['score', file, '--fail-on', 'must'])).code).to.equal(0);
    });
  });

  it('repeats with the fields of the audit, and without its credentials', async () => {
    await withReport(
      'no-list',
      async (file) => {
        const { stdout } = await run(['score', file]);
        expect(stdout).to.match(
          /^ {2}recheck {3}.* --header 'X-Request-Id: a b' --header 'Authorization: \$\{AUTHORIZATION\}' -vv$/m,
        );
        expect(stdout).to.not.include('s3cr3t');
      },
      plainHeaders,
    );
  });

  it('repeats against each of several targets of one URL as that one was asked', async () => {
    await withReport('no-list', async (file) => {
      const report: Report = JSON.parse(await readFile(file, 'utf8'));
      const [target] = report.targets;
      if (target === undefined) throw new Error('a report without a target');
      const proxied = { ...target, label: 'proxied', proxy: 'http://proxy.example:3128' };
      await writeFile(file, JSON.stringify({ ...report, targets: [proxied, target] }));
      const { stdout } = await run(['score', file, '-v']);
      const repeats = stdout.match(/^ {2}recheck {3}.*$/gm) ?? [];
      expect(repeats.map((line) => line.includes(' --proxy http://proxy.example:3128 -vv'))).to.deep.equal([
        true,
        false,
      ]);
    });
  });

  it('shows every exchange, or one line, where it is asked to', async () => {
    await withReport('number-conversion', async (file) => {
      expect((await run(['score', file, '-vv'])).stdout).to.match(
        /^ {4}> Sec-WebSocket-Version: 0xd\\r\\n$/m,
      );
      expect((await run(['score', file, '-q'])).stdout).to.match(/^✗ nonconformant ws:[^\n]+\n$/);
    });
  });

  it('is inconclusive about a part of an audit in which nothing was wrong', async () => {
    await withReport('conformant', async (file) => {
      const report = JSON.parse(await readFile(file, 'utf8'));
      await writeFile(file, JSON.stringify({ ...report, partial: true }));
      expect((await run(['score', file])).code).to.equal(3);
    });
  });

  it('lets nothing of a report through raw that somebody altered', async () => {
    await withReport('number-conversion', async (file) => {
      const report = JSON.parse(await readFile(file, 'utf8'));
      const [target] = report.targets;
      const title = '\u001b]0;owned\u0007';
      target.label = title;
      target.warnings = [title];
      target.url += title;
      target.probes[0].exchange.error = { code: title, message: title };
      target.probes[0].exchange.request.base64 = Buffer.from(
        `GET / HTTP/1.1\r\nX-A: ${title}\r\n\r\n`,
      ).toString('base64');
      await writeFile(file, JSON.stringify(report));
      const { code, stdout } = await run(['score', file, '-v']);
      expect(code).to.equal(1);
      expect(stdout).to.match(/^[\P{Cc}\n]+$/u);
    });
  });

  it('sends nothing', async () => {
    await withReport('no-list', (file) =>
      withRecorder(async ({ port, received }) => {
        const report = JSON.parse(await readFile(file, 'utf8'));
        report.targets[0].url = `ws://127.0.0.1:${port}/`;
        await writeFile(file, JSON.stringify(report));
        expect((await run(['score', file])).code).to.equal(1);
        expect(received).to.deep.equal([]);
      }),
    );
  });

  describe('with what it cannot use', () => {
    const mistakes: Readonly<Record<string, readonly [args: (report: string) => string[], says: RegExp]>> = {
      'no file': [() => ['score'], /argument is missing; see handshake13 score --help/],
      'a file that is not there': [
        () => ['score', '/none.json'],
        /report \/none\.json cannot be read: ENOENT/,
      ],
      'a directory': [() => ['score', '/'], /report \/ cannot be read: EISDIR/],
      'a file that is no JSON': [() => ['score', 'README.md'], /README\.md is not JSON; give a report/],
      'JSON of something else': [
        () => ['score', 'package.json'],
        /not a report .*: schemaVersion is missing/,
      ],
      'two files': [(file) => ['score', file, file], /takes several reports only of clients/],
      'an unknown profile': [(file) => ['score', file, '--profile', 'w3c'], /must be one of mdn, rfc/],
      'two profiles': [
        (file) => ['score', file, '--profile', 'mdn', '--profile', 'rfc'],
        /--profile .* more than once/,
      ],
      'an option of another command': [
        (file) => ['score', file, '--insecure'],
        /: score has no option --insecure; see/,
      ],
      'verbose and quiet': [(file) => ['score', file, '-v', '-q'], /contradict each other/],
      'a mistyped command': [(file) => ['scor', file], /did you mean score\?/],
    };
    it('an unknown reporter: one line and exit code 2', () =>
      withReport('conformant', async (file) => {
        const { code, stdout, stderr } = await run(['score', file, '-r', 'jsn']);
        expect({ code, stdout }).to.deep.equal({ code: 2, stdout: '' });
        expect(stderr).to.match(/^handshake13: [^\n]+; did you mean json\?\n$/);
      }));

    for (const [name, [args, says]] of Object.entries(mistakes)) {
      it(`${name}: one line and exit code 2`, async () => {
        const { code, stdout, stderr } = await run(args('docs/report.schema.json'));
        expect({ code, stdout }).to.deep.equal({ code: 2, stdout: '' });
        expect(stderr).to.match(/^handshake13: [^\n]+\n$/);
        expect(stderr).to.match(says);
      });
    }
  });
});
