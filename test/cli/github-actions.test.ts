/** In a workflow of GitHub Actions: annotations unasked, and the summary of the step. */

import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect } from 'chai';
import { type Outcome, run } from '../support/command.ts';
import { withFixture, withFolder } from '../support/servers.ts';

const few = ['--probe', 'malformed/{hex,word}'];
const inWorkflow = { GITHUB_ACTIONS: 'true', NO_COLOR: '1' };

/** Audits a server with one fault. */
const auditFaulty = (args: readonly string[], env: Readonly<Record<string, string>>): Promise<Outcome> =>
  withFixture('number-conversion', ({ url }) => run([url, ...few, ...args], { env }));

const annotation = /^::error title=\[MUST\] Accepts [^\n]+\n$/;

describe('in a workflow of GitHub Actions', function () {
  this.timeout(60_000);

  it('annotations go to standard error, and standard output stays what was asked for', async () => {
    const { code, stdout, stderr } = await auditFaulty(['-r', 'json'], inWorkflow);
    expect(JSON.parse(stdout)).to.have.nested.property('summary.nonconformant', 1);
    expect(stderr).to.match(annotation);
    expect(code).to.equal(1);
  });

  it('the report for people is what it is elsewhere', () =>
    withFixture('number-conversion', async ({ url }) => {
      const [inside, outside] = await Promise.all([
        run([url, ...few], { env: inWorkflow }),
        run([url, ...few]),
      ]);
      const withoutTime = (text = ''): string => text.replace(/ \d+\.\d s /g, ' ');
      expect(withoutTime(inside?.stdout)).to.equal(withoutTime(outside?.stdout));
      expect(inside?.stderr).to.match(annotation);
      expect(outside?.stderr).to.equal('');
    }));

  it('annotations that are asked for go where they are asked to, and nowhere else', () =>
    withFolder(async (folder) => {
      const plain = await auditFaulty(['-r', 'github'], inWorkflow);
      expect(plain.stdout).to.match(annotation);
      expect(plain.stderr).to.equal('');
      const file = path.join(folder, 'annotations');
      const toFile = await auditFaulty(['-q', '-r', 'terminal', '-r', `github=${file}`], inWorkflow);
      expect(toFile.stdout).to.match(/^✗ nonconformant [^\n]+\n$/);
      expect(toFile.stderr).to.equal('');
      expect(await readFile(file, 'utf8')).to.match(annotation);
    }));

  it('nothing is said where all is well', () =>
    withFixture('conformant', async ({ url }) => {
      const outcome = await run([url, '-q', ...few], { env: inWorkflow });
      expect(outcome).to.include({ code: 0, stderr: '' });
      expect(outcome.stdout).to.match(/^✓ passed /);
    }));

  it('a wrong command is one line and exit code 2 as elsewhere', async () => {
    const outcome = await run(['--prob', 'a'], { env: inWorkflow });
    expect(outcome).to.include({ code: 2, stdout: '' });
    expect(outcome.stderr).to.match(/^handshake13: [^\n]+\n$/);
  });

  for (const value of ['', 'false', '1']) {
    it(`is not where GITHUB_ACTIONS is "${value}"`, () =>
      withFolder(async (folder) => {
        const file = path.join(folder, 'summary.md');
        const env = { GITHUB_ACTIONS: value, NO_COLOR: '1', GITHUB_STEP_SUMMARY: file };
        const { stderr } = await auditFaulty(['-q'], env);
        expect(stderr).to.equal('');
        expect(await readFile(file, 'utf8').catch(() => null)).to.equal(null);
      }));
  }
});

describe('the summary of a step', function () {
  this.timeout(60_000);

  it('is added to what the file holds, run by run', () =>
    withFolder(async (folder) => {
      const file = path.join(folder, 'summary.md');
      await writeFile(file, '# before, without a line end');
      const env = { ...inWorkflow, GITHUB_STEP_SUMMARY: file };
      for (const reporters of [[], ['-r', 'json']]) await auditFaulty(['-q', ...reporters], env);
      const text = await readFile(file, 'utf8');
      expect(text).to.match(/^# before, without a line end\n\n## handshake13: nonconformant\n/);
      expect(text.match(/^## handshake13: nonconformant$/gm)).to.have.lengthOf(2);
      expect(text).to.match(/\n\n### 1\. \\\[MUST\] Accepts /);
    }));

  it('is written beside annotations that are asked for anywhere', () =>
    withFolder(async (folder) => {
      const file = path.join(folder, 'summary.md');
      const { stdout, stderr } = await auditFaulty(['-r', 'github'], { GITHUB_STEP_SUMMARY: file });
      expect(stdout).to.match(annotation);
      expect(stderr).to.equal('');
      expect(await readFile(file, 'utf8')).to.match(/^## handshake13: nonconformant\n/);
    }));

  it('is not doubled where a reporter writes to that file already', () =>
    withFolder(async (folder) => {
      const file = path.join(folder, 'summary.md');
      await auditFaulty(['-r', `markdown=${file}`], { ...inWorkflow, GITHUB_STEP_SUMMARY: file });
      expect((await readFile(file, 'utf8')).match(/^## /gm)).to.have.lengthOf(1);
    }));

  it('that cannot be written is reported as an error, and takes nothing from the other reports', () =>
    withFolder((folder) =>
      withFixture('conformant', async ({ url }) => {
        const lost = path.join(folder, 'missing', 'summary.md');
        const kept = path.join(folder, 'report.json');
        const env = { ...inWorkflow, GITHUB_STEP_SUMMARY: lost };
        const outcome = await run([url, '-q', '-r', 'terminal', '-r', `json=${kept}`, ...few], { env });
        expect(outcome.code).to.equal(2);
        expect(outcome.stdout).to.match(/^✓ passed /);
        expect(outcome.stderr).to.match(
          /^handshake13: the report "markdown=[^"]+\/missing\/summary\.md" could not be written: [^\n]+\n$/,
        );
        expect(JSON.parse(await readFile(kept, 'utf8'))).to.have.nested.property('summary.passed', 1);
      }),
    ));

  it('stays below 1 MiB with what the file holds', () =>
    withFolder(async (folder) => {
      const file = path.join(folder, 'summary.md');
      const env = { ...inWorkflow, GITHUB_STEP_SUMMARY: file };
      const limit = 1024 * 1024;
      // Room for the table, and not for the details.
      await writeFile(file, 'x'.repeat(limit - 1200));
      expect(await auditFaulty(['-q'], env)).to.include({ code: 1 });
      const text = await readFile(file, 'utf8');
      expect(Buffer.byteLength(text)).to.be.within(limit - 1199, limit - 1);
      expect(text).to.match(
        /x\n\n## handshake13: nonconformant\n[\s\S]*\nLeft out, to stay within \d+ bytes: \d+ parts? of the details, of 1 target\. /,
      );

      await writeFile(file, 'x'.repeat(limit - 100));
      const full = await auditFaulty(['-q'], env);
      expect(full.stdout).to.match(/^✗ nonconformant /);
      expect(full.stderr).to.match(
        /^handshake13: the report "markdown=[^"]+" could not be written: a summary does not fit in \d+ bytes/m,
      );
      expect(await readFile(file, 'utf8')).to.equal('x'.repeat(limit - 100));
    }));
});
