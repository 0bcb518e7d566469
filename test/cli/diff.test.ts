/** `diff`: two reports compared; among them those of `ws` before and after it sent a list of versions. */

import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect } from 'chai';
import type { Comparison } from '../../compare/comparison.ts';
import { audit, type Report } from '../../index.ts';
import { catalogue } from '../../probes/catalogue.ts';
import { startServer } from '../support/child-server.ts';
import { run } from '../support/command.ts';
import { idsMatching } from '../support/failures.ts';
import { withFixture, withFolder } from '../support/servers.ts';

async function reportOfServer(name: string): Promise<Report> {
  const server = await startServer(name);
  try {
    return await audit(server.url, { closeTimeout: 500 }).report();
  } finally {
    await server.stop();
  }
}

function reportOfFixture(name: string, options: Parameters<typeof audit>[1] = {}): Promise<Report> {
  return withFixture(name, ({ url }) => audit(url, { closeTimeout: 500, ...options }).report());
}

/** Runs `diff` on two reports. */
function diff(
  before: unknown,
  after: unknown,
  ...args: string[]
): Promise<{ code: number | null; stdout: string; stderr: string; folder: string }> {
  return withFolder(async (folder) => {
    await writeFile(path.join(folder, 'before.json'), JSON.stringify(before));
    await writeFile(path.join(folder, 'after.json'), JSON.stringify(after));
    return { ...(await run(['diff', 'before.json', 'after.json', ...args], { cwd: folder })), folder };
  });
}

/** The ids of the probes of which a criterion or check changed, by its name. */
function changedProbes({ targets }: Comparison, kind: string): Record<string, string[]> {
  const changed: Record<string, string[]> = {};
  for (const { probe, criterion, kind: own } of targets.flatMap((target) => target.changes)) {
    if (own !== kind) continue;
    changed[criterion] = [...(changed[criterion] ?? []), probe ?? 'target'];
  }
  return changed;
}

describe('diff', function () {
  this.timeout(60_000);

  describe('of ws 8.18.2, which sends no list of versions, and ws 8.23.0, which does', () => {
    let old: Report;
    let recent: Report;
    before(async () => {
      [old, recent] = await Promise.all([reportOfServer('ws-8.18.2'), reportOfServer('ws-alone')]);
    });

    /**
     * `+req.headers['sec-websocket-version']` is 8 or 13 in both; the newer one says so wherever it is not. What is
     * refused earlier, by Node.js or for its key, and what is accepted, stays as it is.
     */
    const listed = idsMatching([
      '{missing,duplicate,unsupported,comma-listed}/*',
      'draft/{0,7}',
      'malformed/!(leading-zero|plus-sign|decimal|exponent|hex|binary|non-breaking-space)',
    ]).filter((id) => !idsMatching('malformed/{vertical-tab,nul-inside}').includes(id));
    /** An accepted draft that is in no list is a fault; in a list it is an offer. */
    const draft = ['draft/8'];
    const inOrder = (ids: string[]): string[] =>
      catalogue.map(({ id }) => id as string).filter((id) => ids.includes(id));
    const changed = {
      versionList: inOrder([...listed, ...draft]),
      status: draft,
      socketClosed: draft,
    };
    const judgedOtherwise = {
      headerOmitted: draft,
      acceptKey: draft,
      switchingFields: draft,
      switchingVersion: draft,
      noBody: draft,
      onceOnly: draft,
      offeredOnly: draft,
      firstFrame: draft,
      listHonesty: ['target'],
    };

    it('is better by exactly that list, and exit code 0', async () => {
      const { code, stdout, stderr } = await diff(old, recent, '-r', 'json');
      expect({ code, stderr }).to.deep.equal({ code: 0, stderr: '' });
      const comparison: Comparison = JSON.parse(stdout);
      expect(comparison.kind).to.equal('better');
      expect(changedProbes(comparison, 'better')).to.deep.equal(changed);
      expect(changedProbes(comparison, 'other')).to.deep.equal(judgedOtherwise);
      expect(changedProbes(comparison, 'worse')).to.deep.equal({});
      expect(changedProbes(comparison, 'unclear')).to.deep.equal({});
      const [target] = comparison.targets;
      expect(target?.matchedBy).to.equal('only');
      expect(target?.before?.versions.advertised).to.deep.equal([]);
      expect(target?.after?.versions.advertised).to.deep.equal([13, 8]);
      expect(target?.findings.appeared).to.deep.equal([]);
      expect(target?.findings.disappeared.map(({ id }) => id)).to.deep.equal(['accepted-unadvertised']);
      for (const { probe, before, after } of target?.changes ?? []) {
        if (probe === null || !listed.includes(probe)) continue;
        expect(before).to.include({ verdict: 'fail', cause: 'list-absent', level: 'SHOULD' });
        expect(after).to.include({ verdict: 'pass', actual: 'Sec-WebSocket-Version: 13, 8' });
      }
    });

    it('is worse by exactly that list the other way round, and exit code 1', async () => {
      const { code, stdout, stderr } = await diff(recent, old, '-r', 'json');
      expect({ code, stderr }).to.deep.equal({ code: 1, stderr: '' });
      const comparison: Comparison = JSON.parse(stdout);
      expect(comparison.kind).to.equal('worse');
      expect(changedProbes(comparison, 'worse')).to.deep.equal(changed);
      expect(changedProbes(comparison, 'better')).to.deep.equal({});
      expect(comparison.targets[0]?.findings.appeared.map(({ id }) => id)).to.deep.equal([
        'accepted-unadvertised',
      ]);
    });

    it('reads as the documentation shows it', async () => {
      const { stdout } = await diff(old, recent);
      const page = await readFile('docs/diff.md', 'utf8');
      const [, shown = ''] = /```\n(before {2}.*?)```/s.exec(page) ?? [];
      const plain = (text: string): string =>
        text
          .replaceAll(/ws:\/\/\S+/g, 'URL')
          .replaceAll(/\S+\.json · \S+,/g, 'FILE')
          .replaceAll(/handshake13 \d+\.\d+\.\d+/g, 'VERSION')
          .trimEnd();
      expect(plain(stdout)).to.equal(plain(shown));
    });
  });

  it('of a report with itself finds no difference, by file names that it shows', async () => {
    const report = await reportOfFixture('number-conversion');
    const { code, stdout, stderr } = await diff(report, report);
    expect({ code, stderr }).to.deep.equal({ code: 0, stderr: '' });
    expect(stdout).to.match(/^before {2}before\.json · \d{4}-.*\nafter {3}after\.json · /);
    expect(stdout).to.match(/✓ no difference ws:\S+\n/);
    expect(stdout).to.match(/\n✓ no difference\n$/);
  });

  it('judges both by the profile of the second', async () => {
    const mdn = await reportOfFixture('answers-404');
    const rfc = await reportOfFixture('answers-404', { profile: 'rfc' });
    const { code, stdout } = await diff(mdn, rfc, '-r', 'json');
    expect(code).to.equal(0);
    const comparison: Comparison = JSON.parse(stdout);
    expect(comparison).to.include({ kind: 'same', profile: 'rfc' });
    expect(comparison.notes).to.deep.equal(['BEFORE was judged under profile mdn; here both are, under rfc']);
    expect(comparison.targets[0]?.before?.verdict).to.equal('conformant');
  });

  it('ends with exit code 1 by what got worse, whatever --fail-on of the audit was', async () => {
    const right = await reportOfFixture('conformant');
    const wrong = await reportOfFixture('no-list', { failOn: 'never' });
    const { code, stdout } = await diff(right, wrong);
    expect(code).to.equal(1);
    expect(stdout).to.match(/✗ worse: \d+ verdicts worse\n$/);
  });

  it('ends with exit code 3 where a target cannot be judged any more', async () => {
    const { code, stdout } = await diff(
      await reportOfFixture('conformant'),
      await reportOfFixture('control-401'),
    );
    expect(code).to.equal(3);
    expect(stdout).to.match(/\? nothing known to be worse, but not everything is comparable\n$/);
  });

  it('writes several forms at once, each to its place', async () => {
    const [before, after] = [await reportOfFixture('conformant'), await reportOfFixture('no-list')];
    await withFolder(async (folder) => {
      const files = ['a.json', 'b.json'].map((name) => path.join(folder, name));
      await writeFile(files[0] ?? '', JSON.stringify(before));
      await writeFile(files[1] ?? '', JSON.stringify(after));
      const forms = ['-r', 'terminal', '-r', 'markdown=comment.md', '-r', 'json=diff.json'];
      const { code, stdout } = await run(['diff', ...files, ...forms], { cwd: folder });
      expect(code).to.equal(1);
      expect(stdout).to.match(/worse \[SHOULD\]/);
      expect(await readFile(path.join(folder, 'comment.md'), 'utf8')).to.match(/^## Sec-WebSocket-Version\n/);
      expect(JSON.parse(await readFile(path.join(folder, 'diff.json'), 'utf8')).schemaVersion).to.equal(1);
    });
  });

  it('says the result all the same where every form goes to a file', async () => {
    const [before, after] = [await reportOfFixture('conformant'), await reportOfFixture('no-list')];
    await withFolder(async (folder) => {
      const files = ['a.json', 'b.json'].map((name) => path.join(folder, name));
      await writeFile(files[0] ?? '', JSON.stringify(before));
      await writeFile(files[1] ?? '', JSON.stringify(after));
      const { code, stdout } = await run(['diff', ...files, '-r', 'json=diff.json'], { cwd: folder });
      expect(code).to.equal(1);
      expect(stdout).to.equal((await run(['diff', ...files])).stdout.split('\n').slice(-2).join('\n'));
    });
  });

  it('has colours where they are asked for, and glyphs that the terminal can show', async () => {
    const report = await reportOfFixture('conformant');
    expect((await diff(report, report, '--color', 'always')).stdout).to.include('\u001b[');
    await withFolder(async (folder) => {
      await writeFile(path.join(folder, 'a.json'), JSON.stringify(report));
      const { stdout } = await run(['diff', 'a.json', 'a.json'], { cwd: folder, env: { LANG: 'C' } });
      expect(stdout).to.match(/^[\x20-\x7e\n]+$/);
    });
  });

  describe('with what it cannot use', () => {
    const mistakes: Readonly<Record<string, readonly [args: string[], says: RegExp]>> = {
      'one file': [['diff', 'package.json'], /argument is missing; see handshake13 diff --help/],
      'three files': [['diff', 'a', 'b', 'c'], /unexpected argument "c"/],
      'a file that is not there': [['diff', '/none', '/none'], /report \/none cannot be read: ENOENT/],
      'a file that is no report': [['diff', 'package.json', 'package.json'], /package\.json is not a report/],
      'an unknown form': [['diff', 'a', 'b', '-r', 'markdwn'], /did you mean markdown\?/],
      'a reporter of audits only': [['diff', 'a', 'b', '-r', 'xml'], /no reporter "xml"/],
      'two forms on standard output': [['diff', 'a', 'b', '-r', 'json', '-r', 'markdown'], /cannot both/],
      'a form in a folder that cannot be made': [
        ['diff', 'a', 'b', '-r', 'json=/dev/null/a'],
        /cannot be written/,
      ],
      'an option of another command': [
        ['diff', 'a', 'b', '--profile', 'rfc'],
        /: diff has no option --profile; see/,
      ],
      'two colours': [['diff', 'a', 'b', '--color', 'never', '--color', 'always'], /--color .* once/],
    };
    for (const [name, [args, says]] of Object.entries(mistakes)) {
      it(`${name}: one line and exit code 2`, async () => {
        const { code, stdout, stderr } = await run(args);
        expect({ code, stdout }).to.deep.equal({ code: 2, stdout: '' });
        expect(stderr).to.match(/^handshake13: [^\n]+\n$/);
        expect(stderr).to.match(says);
      });
    }
  });
});
